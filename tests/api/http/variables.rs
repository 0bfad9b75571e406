//! Variables that cannot be coerced, over HTTP: nothing is executed, and the response has no data.

use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use syllabus::auth::Role;
use syllabus::config::Manifest;
use syllabus::config::Settings;

use crate::http::site::{GRAPHQL, JSON, Site};

const MUTATION: &str = "mutation Two($v: Int) { a: topicCreate(input: { title: \"A\" }) { topic { id } }
    b: bookCreate(input: { title: \"B\", pageCount: $v }) { book { id } } }";

async fn sent(site: &Site, token: &str, accept: &str, body: &Value) -> (StatusCode, Value) {
    let request = site.post(body.to_string()).header("accept", accept).bearer_auth(token);
    let response = request.send().await.expect("there is an answer");
    (response.status(), response.json().await.expect("it is JSON"))
}

#[track_caller]
fn is_refused(answer: &Value) {
    assert_eq!(answer.get("data"), None, "{answer}");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    assert_eq!(answer["errors"][0]["extensions"]["variable"], "v", "{answer}");
}

async fn topics(site: &Site, token: &str) -> Value {
    let request = site.post(json!({ "query": "{ topics { totalCount } }" }).to_string());
    let request = request.bearer_auth(token).header("Catalog-Preview", "drafts");
    let mut answer: Value = request.send().await.expect("there is an answer").json().await.expect("it is JSON");
    answer["data"]["topics"]["totalCount"].take()
}

#[tokio::test]
async fn invalid_variables_return_400_if_negotiated() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    for (accept, status) in [(GRAPHQL, StatusCode::BAD_REQUEST), (JSON, StatusCode::OK)] {
        let body = json!({ "query": MUTATION, "variables": { "v": 3_000_000_000_u32 } });
        let (actual, answer) = sent(&site, &token, accept, &body).await;
        assert_eq!(actual, status);
        is_refused(&answer);
    }
    assert_eq!(topics(&site, &token).await, 0);
    for (variables, v) in [("%7B%22v%22:%22soon%22%7D", "soon"), ("%7B%22v%22:[]%7D", "[]")] {
        let path = format!("/graphql?query=query($v:Int!){{books(first:$v){{totalCount}}}}&variables={variables}");
        let response = site.get(&path).header("accept", GRAPHQL).send().await.expect("there is an answer");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{v}");
        is_refused(&response.json().await.expect("it is JSON"));
    }
    let path = "/graphql?query=query($v:Int!){books(first:$v){totalCount}}";
    let response = site.get(path).header("accept", GRAPHQL).send().await.expect("there is an answer");
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    is_refused(&response.json().await.expect("it is JSON"));
}

#[tokio::test]
async fn variables_are_checked_only_for_the_executed_operation() {
    let site = Site::start().await;
    let token = site.token(Role::Reader).await;
    let document = "query A($v: Boolean = true) { ...F }
        query B($v: Boolean) { courses(where: { isFree: { eq: $v } }) { totalCount } }
        fragment F on Query { ...G } fragment G on Query { __typename @include(if: $v) }";
    let body = |operation: &str| json!({ "query": document, "operationName": operation, "variables": { "v": null } });
    let (status, answer) = sent(&site, &token, GRAPHQL, &body("A")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    is_refused(&answer);
    assert_eq!(answer["errors"][0]["extensions"]["argument"], "if");
    let (status, answer) = sent(&site, &token, GRAPHQL, &body("B")).await;
    assert_eq!((status, &answer["data"]["courses"]["totalCount"]), (StatusCode::OK, &json!(0)), "{answer}");
}

#[tokio::test]
async fn invalid_batch_elements_fail_alone() {
    let mut settings = Settings::for_testing();
    settings.limits.batch_size = 3;
    let site = Site::with(settings).await;
    let token = site.token(Role::Editor).await;
    let one = json!({ "query": "{ __typename }" });
    let bad = json!({ "query": MUTATION, "variables": { "v": 1.5 } });
    let (status, answers) = sent(&site, &token, GRAPHQL, &json!([one, bad, one])).await;
    assert_eq!(status, StatusCode::OK);
    is_refused(&answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[0]["data"]["__typename"], "Query");
    assert_eq!(topics(&site, &token).await, 0);
}

#[tokio::test]
async fn persisted_documents_validate_variables() {
    let mut settings = Settings::for_testing();
    settings.documents.trusted_documents =
        Manifest::read(&json!({ "two": MUTATION }).to_string()).expect("it is a manifest");
    let site = Site::with(settings).await;
    let token = site.token(Role::Editor).await;
    let other = format!("{MUTATION} # by its hash");
    let hash: String = Sha256::digest(&other).iter().map(|byte| format!("{byte:02x}")).collect();
    let named = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    for mut body in
        [json!({ "documentId": "two" }), json!({ "query": other, "extensions": named }), json!({ "extensions": named })]
    {
        body["variables"] = json!({ "v": "3" });
        let (status, answer) = sent(&site, &token, GRAPHQL, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        is_refused(&answer);
    }
    assert_eq!(topics(&site, &token).await, 0);
}
