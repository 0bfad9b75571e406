//! The example application that embeds the catalog.

#[expect(dead_code, reason = "its main function is for the command line")]
#[path = "../../../examples/embed.rs"]
mod embed;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// Starts the application over an empty catalog in memory, and returns its address.
async fn serve(name: &str, settings: Settings) -> String {
    let database = Database::open(&DatabaseUrl::memory(name), true).await.expect("memory can be opened");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let application = embed::application(App::new(database, Clock::system(), settings));
    tokio::spawn(async { axum::serve(listener, application).await });
    address
}

async fn send(address: &str, path: &str, body: &Value) -> Response {
    let request = Client::new().post(format!("http://{address}{path}")).header("x-staff-name", "ada").json(body);
    request.send().await.expect("there is an answer")
}

async fn ask(address: &str, path: &str, body: &Value) -> Value {
    send(address, path, body).await.json().await.expect("it is JSON")
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

const CREATE: &str =
    "mutation { topicCreate(input: { title: \"Algebra\" }) { topic { title } userErrors { message } } }";

#[tokio::test]
async fn anonymous_users_read_and_authenticated_users_write() {
    let address = serve("embed-roles", Settings::for_testing()).await;
    let page = Client::new().get(format!("http://{address}/")).send().await.expect("there is an answer");
    assert_eq!(page.text().await.expect("it ends"), "The catalog is at /catalog.");

    let read = ask(&address, "/catalog", &json!({ "query": "{ topics { totalCount } viewer { name } }" })).await;
    assert_eq!(read["data"], json!({ "topics": { "totalCount": 0 }, "viewer": null }));
    assert_eq!(code(&ask(&address, "/catalog", &json!({ "query": CREATE })).await), "UNAUTHENTICATED");
    let written = ask(&address, "/staff/catalog", &json!({ "query": CREATE })).await;
    assert_eq!(
        written["data"]["topicCreate"],
        json!({ "topic": { "title": "Algebra" }, "userErrors": [] }),
        "{written}"
    );
    let viewer = ask(&address, "/staff/catalog", &json!({ "query": "{ viewer { name roles } }" })).await;
    assert_eq!(viewer["data"]["viewer"], json!({ "name": "ada", "roles": ["READER", "EDITOR"] }));
}

#[tokio::test]
async fn limits_apply_in_embedded_use() {
    let mut settings = Settings::for_testing();
    settings.limits.batch_size = 2;
    settings.limits.cost = 100;
    // Besides those of the catalog, a request may need one for the change feed.
    settings.limits.sql_statements = 2;
    let address = serve("embed-limits", settings).await;
    let costly = json!({ "query": "{ books(first: 60) { nodes { title } } }" });
    let deep = format!("{{ topics {{ nodes {{ {} slug {} }} }} }}", "parent { ".repeat(30), "}".repeat(30));
    for (path, body) in [
        ("/catalog", json!({ "query": "{ books(first: 100) { nodes { title } } }" })),
        ("/catalog", json!({ "query": deep })),
        ("/catalog", json!({ "query": "{ books { totalCount nodes { title } } courses { totalCount } }" })),
        ("/catalog", json!([costly, costly, costly])),
        ("/staff/catalog", json!({ "query": deep })),
    ] {
        let answer = ask(&address, path, &body).await;
        assert_eq!(code(&answer), "LIMIT_EXCEEDED", "{answer}");
        assert_eq!(answer["data"], Value::Null, "{answer}");
    }
    let together = ask(&address, "/catalog", &json!([costly, costly])).await;
    assert!(together[0].get("errors").is_none(), "{together}");
    assert_eq!(code(&together[1]), "LIMIT_EXCEEDED", "{together}");
    let unread =
        ask(&address, "/catalog", &json!({ "query": "query ($n: Int!) { books(first: $n) { totalCount } }" })).await;
    assert_eq!(code(&unread), "BAD_USER_INPUT", "{unread}");
    let large =
        send(&address, "/catalog", &json!({ "query": format!("{{ __typename }} #{}", "x".repeat(2_000_000)) })).await;
    assert!(large.status().is_client_error(), "{}", large.status());
    let request = Client::new().request(Method::GET, format!("http://{address}/catalog?query={{__typename}}"));
    assert_eq!(request.send().await.expect("there is an answer").status(), 405);
}

#[tokio::test]
async fn subscriptions_work_over_the_application_websocket() {
    let address = serve("embed-live", Settings::for_testing()).await;
    let mut request = format!("ws://{address}/catalog/live").into_client_request().expect("it is an address");
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
    let (mut socket, _) = connect_async(request).await.expect("it is a handshake");
    let subscribe =
        json!({ "id": "1", "type": "subscribe", "payload": { "query": "subscription { catalogChanged { cursor } }" } });
    let query = json!({ "id": "2", "type": "subscribe", "payload": { "query": "{ topics { totalCount } }" } });
    for message in [json!({ "type": "connection_init" }), subscribe, query] {
        socket.send(Message::text(message.to_string())).await.expect("it is open");
    }
    let mut hear = async || loop {
        let frame = timeout(Duration::from_secs(20), socket.next()).await.expect("something comes");
        if let Message::Text(text) = frame.expect("it is open").expect("it is read") {
            return serde_json::from_str::<Value>(&text).expect("it is JSON");
        }
    };
    assert_eq!(hear().await["type"], "connection_ack");
    let first = hear().await;
    assert_eq!((&first["id"], &first["payload"]["data"]["topics"]["totalCount"]), (&json!("2"), &json!(0)), "{first}");
    let created = "mutation { topicCreate(input: { title: \"Algebra\" }) { topic { id } } }";
    let created = ask(&address, "/staff/catalog", &json!({ "query": created })).await;
    let id = &created["data"]["topicCreate"]["topic"]["id"];
    let publish = json!({ "query": "mutation ($id: ID!) { catalogItemPublish(input: { id: $id }) { userErrors { message } } }", "variables": { "id": id } });
    let published = ask(&address, "/staff/catalog", &publish).await;
    assert_eq!(published["data"]["catalogItemPublish"]["userErrors"], json!([]), "{published}");
    loop {
        let heard = hear().await;
        if heard["id"] == "1" {
            assert!(heard["payload"]["data"]["catalogChanged"]["cursor"].is_string(), "{heard}");
            return;
        }
    }
}
