//! Batches of requests.

use serde_json::{Value, json};
use syllabus::config::Settings;

use crate::http::site::{GRAPHQL, Site, refused};

async fn site(batch: usize) -> Site {
    let mut settings = Settings::for_testing();
    settings.limits.batch_size = batch;
    settings.limits.cost = 30;
    Site::with(settings).await
}

#[tokio::test]
async fn batches_are_executed_if_enabled() {
    let site = site(3).await;
    let requests = json!([{ "query": "{ __typename }" }, { "query": "{ nothing }" }, { "query": "{ a: __typename }" }]);
    let response = site.ask(GRAPHQL, requests).await;
    assert_eq!(response.status(), 200);
    let answers: Value = response.json().await.expect("it is JSON");
    assert_eq!(answers[0], json!({ "data": { "__typename": "Query" } }));
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(answers[2]["data"], json!({ "a": "Query" }));
    assert_eq!(answers.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn batches_are_limited_in_length_and_cost() {
    let site = site(3).await;
    let one = json!({ "query": "{ __typename }" });
    let refusal = refused(site.post(json!([one, one, one, one]).to_string()), 400, "LIMIT_EXCEEDED").await;
    assert_eq!((&refusal["extensions"]["limit"], &refusal["extensions"]["actual"]), (&json!(3), &json!(4)));
    refused(site.post("[]"), 400, "BAD_USER_INPUT").await;
    refused(site.post("[1]"), 400, "BAD_USER_INPUT").await;
    let costly = json!({ "query": "{ books(first: 15) { nodes { title } } }" });
    let answers: Value = site.ask(GRAPHQL, json!([costly, costly])).await.json().await.expect("it is JSON");
    assert!(answers[0].get("errors").is_none(), "{answers}");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    assert_eq!(answers[1]["errors"][0]["extensions"]["limit"], 30);
}

#[tokio::test]
async fn batches_are_disabled_by_default() {
    let site = Site::start().await;
    refused(site.post(r#"[{"query":"{__typename}"}]"#), 400, "BAD_USER_INPUT").await;
}
