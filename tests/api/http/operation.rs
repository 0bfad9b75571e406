//! Health checks, metrics, logs and other interfaces for operators.

use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::config::Settings;

use crate::http::site::{GRAPHQL, Site, header, refused};

const REQUEST_ID: reqwest::header::HeaderName = reqwest::header::HeaderName::from_static("x-request-id");

#[tokio::test]
async fn responses_have_a_request_id() {
    let site = Site::start().await;
    let id = |request: reqwest::RequestBuilder| async {
        header(&request.send().await.expect("there is an answer"), REQUEST_ID)
    };
    let fresh = id(site.get("/healthz")).await;
    assert_eq!(fresh.len(), 32);
    assert_ne!(id(site.get("/healthz")).await, fresh);
    assert_eq!(id(site.get("/healthz").header(REQUEST_ID, "front-7.a_B:1")).await, "front-7.a_B:1");
    for foul in ["a b", "<script>", &"x".repeat(65)] {
        assert_eq!(id(site.get("/healthz").header(REQUEST_ID, foul)).await.len(), 32, "{foul}");
    }
}

#[tokio::test]
async fn health_and_readiness_endpoints_respond() {
    let site = Site::start().await;
    for path in ["/healthz", "/readyz"] {
        let response = site.get(path).send().await.expect("there is an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, reqwest::header::CACHE_CONTROL), "no-store");
        assert_eq!(response.json::<Value>().await.expect("it is JSON"), json!({ "status": "ok" }));
    }
    site.app.database.clone().close().await.expect("it can be closed");
    assert_eq!(site.get("/healthz").send().await.expect("there is an answer").status(), 200);
    let response = site.get("/readyz").send().await.expect("there is an answer");
    assert_eq!(response.status(), 503);
    let body: Value = response.json().await.expect("it is JSON");
    assert_eq!(body["reason"], "the database is unreachable");
}

#[tokio::test]
async fn database_failures_return_no_partial_data() {
    let site = Site::start().await;
    site.app.database.clone().close().await.expect("it can be closed");
    for accept in [GRAPHQL, crate::http::site::JSON] {
        let response = site.ask(accept, json!({ "query": "{ a: __typename books { totalCount } }" })).await;
        assert_eq!(response.status(), 503);
        assert_eq!(header(&response, RETRY_AFTER), "1");
        let body: Value = response.json().await.expect("it is JSON");
        assert!(body.get("data").is_none(), "{body}");
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE");
    }
}

#[tokio::test]
async fn metrics_are_exported() {
    let site = Site::start().await;
    for _ in 0..3 {
        site.ask(GRAPHQL, json!({ "query": "query Shelf { books { totalCount } }" })).await;
    }
    site.ask(GRAPHQL, json!({ "query": "{ nothing }" })).await;
    let response = site.get("/metrics").send().await.expect("there is an answer");
    assert!(header(&response, reqwest::header::CONTENT_TYPE).starts_with("application/openmetrics-text"));
    let text = response.text().await.expect("it is text");
    for line in [
        r#"syllabus_graphql_requests_total{operation="Shelf",kind="query",status="200"} 3"#,
        r#"syllabus_graphql_requests_total{operation="_rejected",kind="",status="400"} 1"#,
        // The third is answered without parsing its document, which is identical to the second.
        "syllabus_document_cache_hits_total 1",
        "syllabus_response_cache_hits_total 2",
        "syllabus_document_cache_misses_total 2",
        "syllabus_subscription_connections 0",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("syllabus_graphql_request_duration_seconds_bucket"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn import_statements_are_attributed_to_the_request() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    let query = "mutation { catalogImport(input: { records: [{ kind: \"topic\", slug: \"a\", title: \"A\" }] }) { userErrors { message } } }";
    let request = site.post(json!({ "query": query }).to_string()).bearer_auth(token);
    let body: Value = request.send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert_eq!(body["data"]["catalogImport"]["userErrors"], json!([]), "{body}");
    let text = site.get("/metrics").send().await.expect("there is an answer").text().await.expect("it is text");
    let sum = text
        .lines()
        .find_map(|line| line.strip_prefix("syllabus_db_statements_per_request_sum "))
        .expect("the metric is exported");
    assert!(sum.parse::<f64>().is_ok_and(|sum| sum > 10.0), "{sum}");
}

#[tokio::test]
async fn metrics_are_served_to_proxied_clients_of_this_machine_only() {
    let mut settings = Settings::for_testing();
    settings.server.trusted_proxies = vec!["127.0.0.1".parse().expect("it is an address")];
    let site = Site::with(settings).await;
    let from = |address: &str| site.get("/metrics").header("x-forwarded-for", address);
    refused(from("203.0.113.9"), 404, "BAD_USER_INPUT").await;
    assert_eq!(from("127.0.0.1").send().await.expect("there is an answer").status(), 200);
    assert_eq!(site.get("/metrics").send().await.expect("there is an answer").status(), 200);
}

#[tokio::test]
async fn queries_have_a_statement_limit() {
    let mut settings = Settings::for_testing();
    settings.limits.sql_statements = 1;
    let site = Site::with(settings).await;
    let response =
        site.ask(GRAPHQL, json!({ "query": "{ books { totalCount nodes { title } } courses { totalCount } }" })).await;
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.expect("it is JSON");
    assert!(body.get("data").is_none(), "{body}");
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(
        (&extensions["code"], &extensions["limitName"], &extensions["limit"]),
        (&json!("LIMIT_EXCEEDED"), &json!("statements"), &json!(1))
    );
    let response = site.ask(GRAPHQL, json!({ "query": "{ __typename }" })).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn mutation_payloads_ignore_the_statement_limit() {
    let mut settings = Settings::for_testing();
    settings.limits.sql_statements = 1;
    let site = Site::with(settings).await;
    let token = site.token(Role::Editor).await;
    let query = "mutation { topicCreate(input: { title: \"Algebra\" }) { topic { aliases books { totalCount } courses { totalCount } } } }";
    let request = site.post(json!({ "query": query }).to_string()).bearer_auth(token);
    let body: Value = request.send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert!(body.get("errors").is_none(), "{body}");
    assert_eq!(body["data"]["topicCreate"]["topic"]["books"]["totalCount"], 0);
}

#[tokio::test]
async fn editor_limits_do_not_apply_to_others_for_cached_documents() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    let body = json!({ "query": format!("{{ __typename }} #{}", "x".repeat(200_000)) }).to_string();
    let by_editor = site.post(body.clone()).bearer_auth(token).send().await.expect("there is an answer");
    assert!(by_editor.json::<Value>().await.expect("it is JSON").get("errors").is_none());
    let by_others: Value = site.post(body).send().await.expect("there is an answer").json().await.expect("it is JSON");
    assert_eq!(by_others["errors"][0]["extensions"]["limitName"], "bytes", "{by_others}");
}
