//! GraphQL over server-sent events: one operation per connection.

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::on_each_engine;
use crate::subscriptions::catalog::{self, Editor};
use crate::subscriptions::site::Site;
use crate::subscriptions::sse_client::Events;

const STREAM: &str = "text/event-stream";
/// The `Accept` header of a client that accepts both.
const EITHER: &str = "application/graphql-response+json, application/json, text/event-stream";

#[test]
fn queries_and_mutations_send_next_and_complete() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let expected = ":\n\nevent: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n";
        let posted = site.post(&[("accept", STREAM)], &json!({ "query": "{ __typename }" })).await;
        assert_eq!(posted.status(), 200);
        for (name, value) in [
            ("content-type", "text/event-stream; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
            ("vary", "accept, authorization, catalog-preview, catalog-version-at-least"),
        ] {
            assert_eq!(posted.headers()[name], value);
        }
        assert_eq!(posted.text().await.expect("it ends"), expected);
        let got = site.get("query={__typename}", STREAM).await;
        assert_eq!(got.text().await.expect("it ends"), expected);

        let editor = site.bearer(Role::Editor).await;
        let mutation = r#"mutation { personCreate(input: {name: "Ada"}) { person { name } } }"#;
        let headers = [("accept", STREAM), ("authorization", editor.as_str())];
        let created = site.post(&headers, &json!({ "query": mutation })).await;
        assert!(created.text().await.expect("it ends").contains(r#"{"person":{"name":"Ada"}}"#));
        let by_get = site.get("query=mutation{__typename}", STREAM).await;
        assert_eq!(by_get.status(), 405);
    });
}

#[test]
fn rejected_operations_send_next_and_complete() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let unknown_document = "0".repeat(64);
        for (body, code) in [
            (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
            (json!({ "query": "{ noSuchField }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "subscription { noSuchField }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "subscription { catalogChanged(after: \"x\") { occurredAt } }" }), "BAD_USER_INPUT"),
            (json!({ "query": format!("{{ {} }}", "a: __typename ".repeat(101)) }), "LIMIT_EXCEEDED"),
            (
                json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": unknown_document } } }),
                "PERSISTED_QUERY_NOT_FOUND",
            ),
        ] {
            for accept in [STREAM, "text/event-stream, application/json;q=0.5"] {
                let response = site.post(&[("accept", accept)], &body).await;
                assert_eq!(response.status(), 200, "{body}");
                assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream; charset=utf-8");
                assert_eq!(response.headers()["cache-control"], "no-store");
                let text = response.text().await.expect("it ends");
                let data = text.strip_prefix(":\n\nevent: next\ndata: ").expect("it begins with an answer");
                let data = data.strip_suffix("\n\nevent: complete\ndata:\n\n").expect("it ends at once");
                let answer: Value = serde_json::from_str(data).expect("it is JSON");
                assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
                assert!(answer.get("data").is_none(), "{answer}");
            }
        }
        let by_get = site.get("query={noSuchField}", STREAM).await;
        assert_eq!(by_get.status(), 200);
        assert!(by_get.text().await.expect("it ends").contains("event: complete"));
    });
}

#[test]
fn invalid_requests_are_http_errors() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let plain = async |headers: &[(&str, &str)], body: Value, status: u16, code: &str| {
            let response = site.post(headers, &body).await;
            assert_eq!(response.status().as_u16(), status, "{body}");
            assert!(response.headers()[CONTENT_TYPE].to_str().expect("it is ASCII").contains("json"));
            let answer: Value = response.json().await.expect("it is JSON");
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
        };
        let events = ("accept", STREAM);
        plain(&[events], json!({}), 400, "BAD_USER_INPUT").await;
        let wrong = ("authorization", "Bearer syl_wrong");
        plain(&[events, wrong], json!({ "query": "{ __typename }" }), 401, "UNAUTHENTICATED").await;
        // A client that accepts both checks the status.
        let either = ("accept", EITHER);
        plain(&[either], json!({ "query": "{ noSuchField }" }), 400, "GRAPHQL_VALIDATION_FAILED").await;
        plain(&[either], json!({ "query": "subscription { noSuchField }" }), 400, "GRAPHQL_VALIDATION_FAILED").await;
    });
}

#[test]
fn streams_are_used_only_if_required() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let query = site.post(&[("accept", EITHER)], &json!({ "query": "{ __typename }" })).await;
        assert_eq!(query.headers()[CONTENT_TYPE], "application/graphql-response+json; charset=utf-8");
    });
}

#[test]
fn subscriptions_without_a_stream_are_rejected() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let response = site
            .post(
                &[("accept", "application/json")],
                &json!({ "query": "subscription { catalogChanged { occurredAt } }" }),
            )
            .await;
        assert_eq!(response.status(), 406);
        let answer: Value = response.json().await.expect("it is JSON");
        let message = answer["errors"][0]["message"].as_str().expect("it is a text");
        assert!(message.contains("text/event-stream") && message.contains("graphql-transport-ws"), "{message}");
    });
}

#[test]
fn changes_are_delivered_once_the_stream_is_open() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        editor.change_book("bkkgr2", "before").await;
        let query = "subscription { catalogChanged { action nodeId node { ... on Book { subtitle } } } }";
        let mut events = Events::open(&site, &[], query).await;
        for subtitle in ["first", "second"] {
            editor.change_book("bkkgr2", subtitle).await;
            let change = json!({ "action": "UPDATED", "nodeId": "book_bkkgr2", "node": { "subtitle": subtitle } });
            assert_eq!(events.next().await, json!({ "data": { "catalogChanged": change } }));
        }
    });
}

#[test]
fn subscriptions_accept_get() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let response = site.get("query=subscription{catalogChanged{occurredAt}}", EITHER).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream; charset=utf-8");
        let refused = site.get("query=subscription{catalogChanged(after:%22x%22){occurredAt}}", EITHER).await;
        assert_eq!(refused.status(), 400);
        let answer: Value = refused.json().await.expect("it is JSON");
        assert_eq!(answer["errors"][0]["extensions"]["argument"], "after", "{answer}");
        assert!(answer.get("data").is_none());
    });
}
