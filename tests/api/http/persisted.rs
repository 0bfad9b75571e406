//! Persisted documents.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use syllabus::auth::Role;
use syllabus::config::Manifest;
use syllabus::config::Settings;

use crate::http::site::{GRAPHQL, Site};

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn named(text: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": sha256(text) } })
}

async fn answer(site: &Site, body: Value) -> Value {
    site.ask(GRAPHQL, body).await.json().await.expect("it is JSON")
}

fn code(answer: &Value) -> &str {
    assert!(answer.get("data").is_none(), "{answer}");
    answer["errors"][0]["extensions"]["code"].as_str().expect("there is a code")
}

#[tokio::test]
async fn persisted_queries_are_found_by_hash() {
    let site = Site::start().await;
    let query = "query Known { __typename }";
    let unknown = answer(&site, json!({ "extensions": named(query) })).await;
    assert_eq!(unknown["errors"][0]["message"], "PersistedQueryNotFound");
    assert_eq!(code(&unknown), "PERSISTED_QUERY_NOT_FOUND");
    let expected = json!({ "data": { "__typename": "Query" } });
    assert_eq!(answer(&site, json!({ "query": query, "extensions": named(query) })).await, expected);
    assert_eq!(answer(&site, json!({ "extensions": named(query) })).await, expected);
    let address = format!("/graphql?extensions={}", named(query));
    let by_get: Value = site.get(&address).send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert_eq!(by_get, expected);
}

#[tokio::test]
async fn mismatched_hashes_are_not_registered() {
    let site = Site::start().await;
    let (query, other) = ("query A { __typename }", "query B { __typename }");
    let wrong = answer(&site, json!({ "query": query, "extensions": named(other) })).await;
    assert_eq!(code(&wrong), "BAD_USER_INPUT");
    for text in [query, other] {
        assert_eq!(code(&answer(&site, json!({ "extensions": named(text) })).await), "PERSISTED_QUERY_NOT_FOUND");
    }
    let broken = "{ nothing }";
    let refused = answer(&site, json!({ "query": broken, "extensions": named(broken) })).await;
    assert_eq!(code(&refused), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(code(&answer(&site, json!({ "extensions": named(broken) })).await), "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn invalid_hashes_are_rejected() {
    let site = Site::start().await;
    for name in [json!("x"), json!({ "version": 2, "sha256Hash": "a" }), json!({ "version": 1 })] {
        let refused = answer(&site, json!({ "extensions": { "persistedQuery": name } })).await;
        assert_eq!(code(&refused), "BAD_USER_INPUT", "{name}");
    }
    let short = json!({ "persistedQuery": { "version": 1, "sha256Hash": "abc" } });
    assert_eq!(code(&answer(&site, json!({ "extensions": short })).await), "PERSISTED_QUERY_NOT_FOUND");
    let with_query = json!({ "query": "{ __typename }", "extensions": { "persistedQuery": null } });
    assert_eq!(answer(&site, with_query).await["data"]["__typename"], "Query");
}

const TRUSTED: &str = "query Trusted { catalog { __typename } }";

async fn trusting(manifest: &Value, trusted_only: bool) -> Site {
    let mut settings = Settings::for_testing();
    settings.documents.trusted_documents = Manifest::read(&manifest.to_string()).expect("it is a manifest");
    settings.documents.trusted_documents_only = trusted_only;
    Site::with(settings).await
}

#[tokio::test]
async fn trusted_documents_are_loaded_from_all_manifest_formats() {
    let expected = json!({ "__typename": "Catalog" });
    let by_apollo = json!({
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{ "id": "first", "name": "Trusted", "type": "query", "body": TRUSTED }],
    });
    for manifest in [json!({ "first": TRUSTED }), by_apollo] {
        let site = trusting(&manifest, false).await;
        for name in ["documentId", "doc_id"] {
            assert_eq!(answer(&site, json!({ name: "first" })).await["data"]["catalog"], expected);
        }
        let address = "/graphql?documentId=first";
        let by_get: Value =
            site.get(address).send().await.expect("there is an answer").json().await.expect("it is JSON");
        assert_eq!(by_get["data"]["catalog"], expected);
        assert_eq!(code(&answer(&site, json!({ "documentId": "second" })).await), "PERSISTED_QUERY_NOT_FOUND");
    }
    let site = trusting(&json!({ sha256(TRUSTED): TRUSTED }), false).await;
    assert_eq!(answer(&site, json!({ "extensions": named(TRUSTED) })).await["data"]["catalog"], expected);
    let prefixed = format!("sha256:{}", sha256(TRUSTED));
    assert_eq!(answer(&site, json!({ "documentId": prefixed })).await["data"]["catalog"], expected);
}

#[tokio::test]
async fn untrusted_documents_are_rejected_if_configured() {
    let site = trusting(&json!({ sha256(TRUSTED): TRUSTED }), true).await;
    let expected = json!({ "__typename": "Catalog" });
    assert_eq!(answer(&site, json!({ "query": TRUSTED })).await["data"]["catalog"], expected);
    assert_eq!(answer(&site, json!({ "extensions": named(TRUSTED) })).await["data"]["catalog"], expected);
    let other = "{ __schema { queryType { name } } }";
    for body in [
        json!({ "query": other }),
        json!({ "query": other, "extensions": named(other) }),
        json!({ "extensions": named(other) }),
    ] {
        assert_eq!(code(&answer(&site, body.clone()).await), "PERSISTED_QUERY_NOT_TRUSTED", "{body}");
    }
    let token = site.token(Role::Editor).await;
    let request = site.post(json!({ "query": other }).to_string()).bearer_auth(token);
    let by_editor: Value = request.send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert_eq!(by_editor["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn manifests_are_validated_against_the_schema() {
    let site = trusting(&json!({ "good": TRUSTED, "bad": "{ nothing }" }), false).await;
    let wrong = site.app.graphql.validate_trusted_documents().await.expect_err("one of them is not good");
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].0, "bad");
    assert!(wrong[0].1.contains("nothing"), "{wrong:?}");
}

#[tokio::test]
async fn introspection_and_suggestions_can_be_disabled() {
    let mut settings = Settings::for_testing();
    settings.documents.introspection = false;
    let site = Site::with(settings).await;
    for query in
        ["{ __schema { queryType { name } } }", "{ ...F } fragment F on Query { __type(name: \"Book\") { name } }"]
    {
        assert_eq!(code(&answer(&site, json!({ "query": query })).await), "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
    let wrong = answer(&site, json!({ "query": "{ boks { totalCount } }" })).await;
    let message = wrong["errors"][0]["message"].as_str().expect("there is one");
    assert!(!message.contains("books"), "{message}");
    assert_eq!(answer(&site, json!({ "query": "{ __typename }" })).await["data"]["__typename"], "Query");
    assert_eq!(site.get("/schema.graphql").send().await.expect("there is an answer").status(), 404);
}
