//! Requests and responses of GraphQL over HTTP.

use reqwest::header::{ACCEPT, ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::site::{GRAPHQL, JSON, Site, header, refused};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn queries_accept_post_and_get() {
    let site = Site::start().await;
    for accept in [GRAPHQL, JSON] {
        let response = site.ask(accept, json!({"query": "{ __typename }"})).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, CONTENT_TYPE), format!("{accept}; charset=utf-8"));
        assert_eq!(
            header(&response, reqwest::header::VARY),
            "accept, authorization, catalog-preview, catalog-version-at-least"
        );
        assert_eq!(header(&response, reqwest::header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(response.text().await.expect("it ends"), r#"{"data":{"__typename":"Query"}}"#);
    }
    let marked = site.post("\u{feff}{\"query\":\"{ __typename }\"}").send().await.expect("there is an answer");
    assert_eq!(marked.text().await.expect("it ends"), r#"{"data":{"__typename":"Query"}}"#);
    let address = "/graphql?query=query+A{a:__typename}query+B($n:String!){__type(name:$n){name}}\
                   &operationName=B&variables=%7B%22n%22:%22String%22%7D";
    let response = site.get(address).send().await.expect("there is an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, CONTENT_TYPE), "application/json; charset=utf-8");
    assert_eq!(response.text().await.expect("it ends"), r#"{"data":{"__type":{"name":"String"}}}"#);
}

#[tokio::test]
async fn graphql_request_errors_use_the_negotiated_status() {
    let site = Site::start().await;
    for query in ["{", "{ noSuchField }", "query Q($id: ID!) { __typename }"] {
        for (accept, status) in [(GRAPHQL, 400), (JSON, 200)] {
            let response = site.ask(accept, json!({"query": query})).await;
            assert_eq!(response.status().as_u16(), status, "{query}");
            let body: Value = response.json().await.expect("it is JSON");
            assert!(body["errors"].is_array() && body.get("data").is_none(), "{body}");
        }
    }
}

#[tokio::test]
async fn malformed_requests_are_bad_requests() {
    let site = Site::start().await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "1",
        r#"{"query":1}"#,
        r#"{"query":null}"#,
        r#"{"qeury":"{a}"}"#,
        r#"{"query":"{__typename}","variables":[]}"#,
        r#"{"query":"{__typename}","operationName":{}}"#,
        r#"{"query":"{__typename}","extensions":"x"}"#,
    ] {
        refused(site.post(body), 400, "BAD_USER_INPUT").await;
    }
    refused(site.post(b"{\"query\":\"{ __typename # \xff\"}".as_slice()), 400, "BAD_USER_INPUT").await;
    for address in ["", "?query=%FF", "?query={a}&variables={nope", "?query={a}&query={b}"] {
        refused(site.get(&format!("/graphql{address}")), 400, "BAD_USER_INPUT").await;
    }
    let nulls = r#"{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}"#;
    assert_eq!(site.post(nulls).send().await.expect("there is an answer").status(), StatusCode::OK);
}

#[tokio::test]
async fn unsupported_media_types_are_rejected() {
    let site = Site::start().await;
    let query = r#"{"query":"{ __typename }"}"#;
    for content_type in
        ["application/xml", "text/plain", "application/json; charset=latin1", "application/x-www-form-urlencoded"]
    {
        let request = site.request(Method::POST, "/graphql").header(CONTENT_TYPE, content_type).body(query);
        refused(request, 415, "BAD_USER_INPUT").await;
    }
    refused(site.request(Method::POST, "/graphql").body(query), 415, "BAD_USER_INPUT").await;
    refused(site.post(query).header("content-encoding", "gzip"), 415, "BAD_USER_INPUT").await;
    refused(site.post(query).header(ACCEPT, "application/xml"), 406, "BAD_USER_INPUT").await;
    let spelled = site.request(Method::POST, "/graphql").header(CONTENT_TYPE, "Application/JSON; Charset=\"UTF-8\"");
    assert_eq!(spelled.body(query).send().await.expect("there is an answer").status(), StatusCode::OK);
}

#[tokio::test]
async fn mutations_require_post() {
    let site = Site::start().await;
    refused(site.get("/graphql?query=mutation{__typename}"), 405, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn unknown_methods_and_paths_are_rejected() {
    let site = Site::start().await;
    let put = site.request(Method::PUT, "/graphql").send().await.expect("there is an answer");
    assert_eq!(header(&put, ALLOW), "GET,HEAD,POST");
    refused(site.request(Method::PUT, "/graphql"), 405, "BAD_USER_INPUT").await;
    refused(site.get("/explorer/nothing.js"), 404, "BAD_USER_INPUT").await;
    refused(site.get("/explorer/%2e%2e%2fCargo.toml"), 404, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn oversized_bodies_are_rejected_with_limits() {
    let site = Site::start().await;
    let limit = 1024 * 1024;
    let body = |length: usize| {
        let mut body = r#"{"query":"{ __typename }"}"#.to_owned();
        body.push_str(&" ".repeat(length - body.len()));
        body
    };
    assert_eq!(site.post(body(limit)).send().await.expect("there is an answer").status(), StatusCode::OK);
    let error = refused(site.post(body(limit + 1)), 413, "LIMIT_EXCEEDED").await;
    assert_eq!(error["extensions"]["limit"], limit);
    assert_eq!(error["extensions"]["actual"], limit + 1);
}

#[tokio::test]
async fn schema_has_its_own_path() {
    let site = Site::start().await;
    let response = site.get("/schema.graphql").send().await.expect("there is an answer");
    assert_eq!(header(&response, CONTENT_TYPE), "text/plain; charset=utf-8");
    assert_eq!(response.text().await.expect("it ends"), syllabus::graphql::sdl());
}

#[tokio::test]
async fn trailing_slashes_are_ignored() {
    let site = Site::start().await;
    let posted = site.request(Method::POST, "/graphql/").header(CONTENT_TYPE, JSON).body(r#"{"query":"{__typename}"}"#);
    for request in [posted, site.get("/graphql/?query={__typename}")] {
        let response = request.send().await.expect("there is an answer");
        assert_eq!(response.text().await.expect("it ends"), r#"{"data":{"__typename":"Query"}}"#);
    }
    let page = site.get("/graphql/").header(ACCEPT, BROWSER).send().await.expect("there is an answer");
    assert_eq!(header(&page, CONTENT_TYPE), "text/html; charset=utf-8");
    let events = site.get("/graphql/?query={__typename}").header(ACCEPT, "text/event-stream");
    let events = events.send().await.expect("there is an answer");
    assert_eq!(header(&events, CONTENT_TYPE), "text/event-stream; charset=utf-8");
    refused(site.request(Method::PUT, "/graphql/"), 405, "BAD_USER_INPUT").await;
    let figures = site.get("/metrics").send().await.expect("there is an answer").text().await.expect("it is text");
    assert!(figures.contains(r#"{operation="_rejected",kind="",status="405"} 1"#), "{figures}");
}

#[tokio::test]
async fn browsers_get_the_explorer() {
    let site = Site::start().await;
    for address in ["/graphql", "/graphql/"] {
        let page = site.get(address).header(ACCEPT, BROWSER).send().await.expect("there is an answer");
        assert_eq!(header(&page, CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&page, reqwest::header::X_FRAME_OPTIONS), "DENY");
        let policy = header(&page, CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        let url = page.url().clone();
        let html = page.text().await.expect("it ends");
        assert!(!html.contains("{{"), "everything is filled in");
        assert!(html.contains("ci4tzd"), "the first query is there");
        assert!(html.matches("integrity=\"sha384-").count() >= 4);

        // A proxy can serve the page below a prefix.
        let links = html.split(" href=\"").skip(1).chain(html.split(" src=\"").skip(1));
        let links: Vec<&str> = links.filter_map(|rest| rest.split('"').next()).collect();
        assert!(!links.iter().any(|link| link.starts_with('/')), "{links:?}");
        // Every file that the page references exists.
        let own: Vec<&str> =
            links.into_iter().filter(|link| !link.starts_with("https:") && !link.starts_with("data:")).collect();
        assert!(own.len() >= 3, "{own:?}");
        for link in own {
            let file = site.get(url.join(link).expect("it is a link").path()).send().await.expect("there is an answer");
            assert_eq!(file.status(), StatusCode::OK, "{link}");
            assert!(header(&file, CONTENT_TYPE).starts_with("text/"), "{link}");
        }
    }

    let asked =
        site.get("/graphql?query={__typename}").header(ACCEPT, BROWSER).send().await.expect("there is an answer");
    assert_eq!(asked.text().await.expect("it ends"), r#"{"data":{"__typename":"Query"}}"#);
}
