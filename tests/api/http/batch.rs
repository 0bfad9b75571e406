//! Batches of requests.

use serde_json::{Value, json};
use syllabus::auth::Role;
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
async fn rate_limits_do_not_discard_the_results_of_earlier_mutations() {
    let mut settings = Settings::for_testing();
    settings.limits.batch_size = 2;
    (settings.rate_limit.cost_per_second, settings.rate_limit.burst) = (1, 15);
    let site = Site::with(settings).await;
    let token = site.token(Role::Editor).await;
    let create = json!({ "query": "mutation { topicCreate(input: { title: \"Algebra\" }) { topic { title } } }" });
    let batch = || {
        let request = site.post(json!([create, create]).to_string());
        request.bearer_auth(&token).header("x-forwarded-for", "203.0.113.1")
    };
    let answers: Value = batch().send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert_eq!(answers[0]["data"]["topicCreate"]["topic"]["title"], "Algebra", "{answers}");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{answers}");
    refused(batch(), 429, "RATE_LIMITED").await;
}

#[tokio::test]
async fn each_request_of_a_batch_has_its_own_statement_limit() {
    let mut settings = Settings::for_testing();
    settings.limits.batch_size = 3;
    settings.limits.sql_statements = 2;
    let site = Site::with(settings).await;
    let token = site.token(Role::Editor).await;
    let query = |kind: &str| json!({ "query": format!("{{ {kind} {{ totalCount }} }}") });
    let answers: Value = site
        .ask(GRAPHQL, json!([query("books"), query("courses"), query("topics")]))
        .await
        .json()
        .await
        .expect("it is JSON");
    assert_eq!(answers[2]["data"]["topics"]["totalCount"], 0, "{answers}");
    let excessive = json!({ "query": "{ books { totalCount } courses { totalCount } topics { totalCount } }" });
    let mutation = json!({ "query": "mutation {
        topicCreate(input: { title: \"Algebra\" }) { topic { title } }
        apiTokenCreate(input: { name: \"a\", role: READER }) { secret }
    }" });
    let request = site.post(json!([excessive, mutation]).to_string()).bearer_auth(token);
    let answers: Value = request.send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert_eq!(answers[0]["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED", "{answers}");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answers}");
    assert!(answers[1]["extensions"]["catalogVersion"].is_string(), "{answers}");
}

#[tokio::test]
async fn batches_are_disabled_by_default() {
    let site = Site::start().await;
    refused(site.post(r#"[{"query":"{__typename}"}]"#), 400, "BAD_USER_INPUT").await;
}
