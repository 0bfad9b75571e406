//! Requests from browsers: CORS and cross-site requests.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use reqwest::{Method, Response};
use syllabus::config::{CorsOrigins, Settings};

use crate::http::site::{Site, header};

const OURS: &str = "https://learn.example";
const FOREIGN: &str = "https://evil.example";

async fn site(origins: CorsOrigins) -> Site {
    let mut settings = Settings::for_testing();
    settings.server.cors_origins = origins;
    Site::with(settings).await
}

async fn preflight(site: &Site, origin: &str) -> Response {
    preflight_for(site, origin, "content-type,authorization").await
}

async fn preflight_for(site: &Site, origin: &str, headers: &str) -> Response {
    let request = site.request(Method::OPTIONS, "/graphql").header(ORIGIN, origin);
    let request = request.header(ACCESS_CONTROL_REQUEST_METHOD, "POST");
    request.header(ACCESS_CONTROL_REQUEST_HEADERS, headers).send().await.expect("there is an answer")
}

async fn asked(site: &Site, origin: &str) -> Response {
    site.post(r#"{"query":"{__typename}"}"#).header(ORIGIN, origin).send().await.expect("there is an answer")
}

#[tokio::test]
async fn other_origins_are_rejected_by_default() {
    let site = site(CorsOrigins::None).await;
    assert_eq!(header(&preflight(&site, OURS).await, ACCESS_CONTROL_ALLOW_ORIGIN), "");
    assert_eq!(header(&asked(&site, OURS).await, ACCESS_CONTROL_ALLOW_ORIGIN), "");
}

#[tokio::test]
async fn configured_origins_are_allowed() {
    let site = site(CorsOrigins::Some(vec![OURS.to_owned()])).await;
    let preflight_ = preflight(&site, OURS).await;
    assert_eq!(header(&preflight_, ACCESS_CONTROL_ALLOW_ORIGIN), OURS);
    assert!(header(&preflight_, ACCESS_CONTROL_ALLOW_HEADERS).contains("authorization"));
    assert_eq!(header(&asked(&site, OURS).await, ACCESS_CONTROL_ALLOW_ORIGIN), OURS);
    for response in [preflight(&site, FOREIGN).await, asked(&site, FOREIGN).await] {
        assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), "");
    }
}

#[tokio::test]
async fn cors_allows_any_request_header() {
    for origins in [CorsOrigins::Some(vec![OURS.to_owned()]), CorsOrigins::All] {
        let site = site(origins).await;
        for headers in
            ["apollographql-client-name,content-type", "baggage,content-type,sentry-trace,traceparent", "x-anything"]
        {
            let preflight = preflight_for(&site, OURS, headers).await;
            assert_eq!(header(&preflight, ACCESS_CONTROL_ALLOW_HEADERS), headers);
            assert!(header(&preflight, VARY).contains("access-control-request-headers"));
        }
    }
}

#[tokio::test]
async fn cors_exposes_response_headers() {
    let site = site(CorsOrigins::Some(vec![OURS.to_owned()])).await;
    let exposed = header(&asked(&site, OURS).await, ACCESS_CONTROL_EXPOSE_HEADERS);
    for name in ["ratelimit", "ratelimit-policy", "retry-after", "etag", "x-request-id"] {
        assert!(exposed.split(',').any(|it| it.trim().eq_ignore_ascii_case(name)), "{name} is not in {exposed}");
    }
}

#[tokio::test]
async fn responses_vary_by_origin_only_with_configured_origins() {
    let vary = |response: &Response| {
        let lines: Vec<_> = response.headers().get_all(VARY).iter().filter_map(|line| line.to_str().ok()).collect();
        lines.join(", ")
    };
    let named = site(CorsOrigins::Some(vec![OURS.to_owned()])).await;
    for origin in [OURS, FOREIGN] {
        let vary = vary(&asked(&named, origin).await);
        assert!(
            vary.contains("accept, authorization, catalog-preview, catalog-version-at-least")
                && vary.contains("origin"),
            "{vary}"
        );
    }
    let all = site(CorsOrigins::All).await;
    assert!(!vary(&asked(&all, OURS).await).contains("origin"));
}

#[tokio::test]
async fn wildcard_origin_never_allows_credentials() {
    let site = site(CorsOrigins::All).await;
    for response in [preflight(&site, FOREIGN).await, asked(&site, FOREIGN).await] {
        assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_CREDENTIALS), "");
    }
}
