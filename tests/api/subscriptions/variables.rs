//! Variables that cannot be coerced, over WebSockets and event streams.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::on_each_engine;
use crate::subscriptions::site::Site;
use crate::subscriptions::websocket_client::Socket;

const MUTATION: &str = "mutation ($v: Int) { a: topicCreate(input: { title: \"A\" }) { topic { id } }
    b: bookCreate(input: { title: \"B\", pageCount: $v }) { book { id } } }";

fn requests() -> [Value; 3] {
    [
        json!({ "query": MUTATION, "variables": { "v": 3_000_000_000_u32 } }),
        json!({ "query": "query ($v: DateTime!) { books(where: { createdAt: { gt: $v } }) { totalCount } }", "variables": { "v": "soon" } }),
        json!({ "query": "subscription ($v: ID!) { catalogChanged(nodeId: $v) { cursor } }" }),
    ]
}

#[test]
fn invalid_variables_end_operations_with_an_error() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let editor = site.bearer(Role::Editor).await;
        let mut socket = Socket::ready(&site, json!({ "Authorization": editor })).await;
        for (number, request) in requests().into_iter().enumerate() {
            socket.say(json!({ "id": number.to_string(), "type": "subscribe", "payload": request })).await;
            let message = socket.hear().await;
            assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(number.to_string())), "{message}");
            assert_eq!(message["payload"][0]["extensions"]["variable"], "v", "{message}");
        }
        for request in requests() {
            let headers = [("accept", "text/event-stream"), ("authorization", editor.as_str())];
            let events = site.post(&headers, &request).await.text().await.expect("it ends");
            assert!(events.contains("\"variable\":\"v\"") && !events.contains("\"data\":"), "{events}");
        }
        let query = "{ topics { totalCount } }";
        let headers = [("authorization", editor.as_str()), ("catalog-preview", "drafts")];
        let seen: Value = site.post(&headers, &json!({ "query": query })).await.json().await.expect("it is JSON");
        assert_eq!(seen["data"]["topics"]["totalCount"], 0, "nothing was executed");
    });
}
