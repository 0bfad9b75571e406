//! Rate limits per client.

use reqwest::header::{HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::auth::Role;
use syllabus::config::{RateLimitFactors, Settings, Value};

use crate::http::site::{Site, header, refused};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Clients behind a proxy on this machine have a burst of 100, and nearly nothing afterward.
async fn site() -> Site {
    site_with_factors("").await
}

/// Like [`site`], with larger budgets for some clients.
async fn site_with_factors(factors: &str) -> Site {
    let mut settings = Settings::for_testing();
    settings.rate_limit.factors = RateLimitFactors::parse(factors).expect("they are factors");
    settings.rate_limit.cost_per_second = 1;
    settings.rate_limit.burst = 100;
    settings.server.trusted_proxies = vec!["127.0.0.1".parse().expect("it is an address")];
    Site::with(settings).await
}

/// Sends a query of this cost from this address.
fn asked(site: &Site, address: &str, cost: usize) -> RequestBuilder {
    let query = format!("{{ books(first: {}) {{ nodes {{ title }} }} }}", cost - 1);
    site.post(json!({ "query": query }).to_string()).header("x-forwarded-for", address)
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("there is an answer")
}

#[tokio::test]
async fn clients_have_a_budget_and_see_the_remainder() {
    let site = site().await;
    let first = sent(asked(&site, "203.0.113.1", 60)).await;
    assert_eq!(first.status(), 200);
    assert_eq!(header(&first, POLICY), "\"cost\";q=100;w=100");
    assert_eq!(header(&first, RATE_LIMIT), "\"cost\";r=40;t=60");
    let second = sent(asked(&site, "203.0.113.1", 60)).await;
    assert_eq!(second.status(), 429);
    let wait: u64 = header(&second, RETRY_AFTER).parse().expect("it is a number of seconds");
    assert!((1..=21).contains(&wait), "{wait}");
    refused(asked(&site, "203.0.113.1", 60), 429, "RATE_LIMITED").await;
    assert_eq!(sent(asked(&site, "203.0.113.1", 30)).await.status(), 200, "less may still be asked");
    assert_eq!(sent(asked(&site, "203.0.113.2", 60)).await.status(), 200, "others are others");
}

#[tokio::test]
async fn rejected_requests_cost_10() {
    let site = site().await;
    let unknown = format!("Bearer syl_{}", "a".repeat(43));
    let body = json!({ "query": "{ __typename }" }).to_string();
    let rejected = [
        site.post(body.clone()).header("authorization", &unknown),
        site.get("/graphql?query={__typename}").header("authorization", "Basic eA=="),
        site.post("{").header("accept", "*/*"),
        site.post(body.clone()).header("accept", "image/png"),
        site.request(Method::POST, "/graphql").header("content-type", "text/plain").body(body.clone()),
        site.post(body.clone()).header("catalog-preview", "yes"),
        site.post(body.clone()).header("catalog-version-at-least", "yes"),
        site.post(json!({ "query": "{" }).to_string()),
    ];
    for (number, request) in rejected.into_iter().enumerate() {
        let address = format!("203.0.113.{number}");
        let rejected = sent(request.header("x-forwarded-for", &address)).await;
        assert!(rejected.status().is_client_error() || number == 7, "{number}: {}", rejected.status());
        let next = sent(asked(&site, &address, 10)).await;
        // One is refilled per second.
        assert!(header(&next, RATE_LIMIT).starts_with("\"cost\";r=8"), "{number}: {}", header(&next, RATE_LIMIT));
    }
    let guess =
        || sent(site.post(body.clone()).header("authorization", &unknown).header("x-forwarded-for", "203.0.114.1"));
    for status in [[401; 10].as_slice(), &[429]].concat() {
        assert_eq!(guess().await.status(), status);
    }
}

#[tokio::test]
async fn requests_for_future_versions_cost_10() {
    let site = site().await;
    let token = site.token(Role::Editor).await;
    let mutation = json!({ "query": "mutation { topicCreate(input: { title: \"A\" }) { topic { id } } }" });
    let written = sent(site.post(mutation.to_string()).bearer_auth(token)).await;
    let version = header(&written, HeaderName::from_static("catalog-version"));
    let (epoch, _) = version.split_once(':').expect("a version has an epoch");
    let future = site.post(json!({ "query": "{ __typename }" }).to_string());
    let future = future.header("catalog-version-at-least", format!("{epoch}:{}", i64::MAX));
    assert_eq!(sent(future.header("x-forwarded-for", "203.0.113.1")).await.status(), 503);
    let next = sent(asked(&site, "203.0.113.1", 10)).await;
    assert!(header(&next, RATE_LIMIT).starts_with("\"cost\";r=8"), "{}", header(&next, RATE_LIMIT));
}

#[tokio::test]
async fn networks_and_tokens_are_separate_clients() {
    let site = site().await;
    assert_eq!(sent(asked(&site, "2001:db8::1", 90)).await.status(), 200);
    assert_eq!(sent(asked(&site, "2001:db8::2", 90)).await.status(), 429);
    let token = site.token(Role::Reader).await;
    assert_eq!(sent(asked(&site, "2001:db8::2", 90).bearer_auth(&token)).await.status(), 200);
    assert_eq!(sent(asked(&site, "203.0.113.7", 90).bearer_auth(&token)).await.status(), 429);
}

#[tokio::test]
async fn factors_enlarge_the_budgets_of_addresses_in_the_most_specific_network() {
    let site = site_with_factors("203.0.113.0/24=2, 203.0.113.9=5, 2001:db8::/48=3").await;
    for (address, budget, left) in
        [("203.0.113.1", 200, 140), ("203.0.113.9", 500, 440), ("2001:db8:0:7::1", 300, 240), ("203.0.114.1", 100, 40)]
    {
        let response = sent(asked(&site, address, 60)).await;
        assert_eq!(response.status(), 200, "{address}");
        assert_eq!(header(&response, POLICY), format!("\"cost\";q={budget};w=100"), "{address}");
        let remaining = header(&response, RATE_LIMIT);
        assert!(remaining.starts_with(&format!("\"cost\";r={left};")), "{address}: {remaining}");
    }
    for status in [200, 200, 429] {
        assert_eq!(sent(asked(&site, "203.0.113.1", 60)).await.status(), status);
    }
    assert_eq!(sent(asked(&site, "203.0.113.2", 60)).await.status(), 200, "each address has its own budget");
}

#[tokio::test]
async fn factors_enlarge_the_budgets_of_tokens() {
    let site = site_with_factors("203.0.113.0/24=7, api_token_ci4tzd=2").await;
    let token = site.token(Role::Reader).await;
    let rename = "UPDATE api_token SET code = 'ci4tzd'";
    site.app.database.writer().execute_unprepared(rename).await.expect("it can be done");
    let other = site.token(Role::Reader).await;
    for (token, statuses) in [(token, [200, 200, 200, 429]), (other, [200, 429, 429, 429])] {
        for status in statuses {
            let response = sent(asked(&site, "203.0.113.1", 60).bearer_auth(&token)).await;
            assert_eq!(response.status(), status);
        }
    }
}

#[tokio::test]
async fn many_addresses_do_not_restore_budgets() {
    let site = site().await;
    assert_eq!(sent(asked(&site, "203.0.113.1", 100)).await.status(), 200);
    for number in 0..2_000 {
        let broken = site.post("{").header("x-forwarded-for", format!("2001:db8:{:x}:{:x}::1", number / 100, number));
        assert_ne!(sent(broken).await.status(), 429, "{number}");
    }
    assert_eq!(sent(asked(&site, "203.0.113.1", 90)).await.status(), 429);
}

#[tokio::test]
async fn trusted_proxies_set_the_client_address() {
    let mut settings = Settings::for_testing();
    (settings.rate_limit.cost_per_second, settings.rate_limit.burst) = (1, 100);
    settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().expect("it is a network")];
    let site = Site::with(settings).await;
    for address in ["203.0.113.1", "203.0.113.2, 127.8.9.10"] {
        assert_eq!(sent(asked(&site, address, 60)).await.status(), 200, "{address}");
        assert_eq!(sent(asked(&site, address, 60)).await.status(), 429, "{address}");
    }
}

#[tokio::test]
async fn rejected_requests_consume_budget() {
    let site = site().await;
    let broken = || site.post(r#"{"query":"{"}"#).header("x-forwarded-for", "203.0.113.1");
    for _ in 0..10 {
        assert_ne!(sent(broken()).await.status(), 429);
    }
    assert_eq!(sent(broken()).await.status(), 429);
}

#[tokio::test]
async fn loopback_clients_are_not_limited() {
    let site = site().await;
    for _ in 0..5 {
        let request = site.post(r#"{"query":"{ books(first: 90) { nodes { title } } }"}"#);
        let response = sent(request).await;
        assert_eq!((response.status().as_u16(), header(&response, RATE_LIMIT)), (200, String::new()));
    }
}

#[tokio::test]
async fn loopback_clients_behind_a_trusted_proxy_are_not_limited() {
    let site = site().await;
    for address in ["127.0.0.1", "127.0.0.2", "::1"] {
        for _ in 0..2 {
            assert_eq!(sent(asked(&site, address, 60)).await.status(), 200, "{address}");
        }
    }
}

#[tokio::test]
async fn loopback_proxies_that_are_not_trusted_are_limited() {
    let site = site().await;
    // The last address is that of the proxy; the others are its word.
    for forwarded in ["203.0.113.1, 127.0.0.2", "unknown"] {
        assert_eq!(sent(asked(&site, forwarded, 60)).await.status(), 200, "{forwarded}");
        assert_eq!(sent(asked(&site, forwarded, 60)).await.status(), 429, "{forwarded}");
    }
    for empty in ["", ", "] {
        assert_eq!(
            sent(asked(&site, empty, 60)).await.status(),
            429,
            "it has the budget of unknown clients: {empty:?}"
        );
    }
}

#[tokio::test]
async fn unreadable_forwarded_addresses_are_not_local() {
    let site = site().await;
    let unreadable = || HeaderValue::from_bytes(b"\xff").expect("it is opaque text");
    let partly = || HeaderValue::from_bytes(b"\xff, 203.0.113.9").expect("it is opaque text");
    let query = json!({ "query": "{ books(first: 59) { nodes { title } } }" }).to_string();
    for (forwarded, name) in [(unreadable as fn() -> HeaderValue, "unreadable"), (partly, "partly unreadable")] {
        for status in [200, 429] {
            let request = site.post(query.clone()).header("x-forwarded-for", forwarded());
            assert_eq!(sent(request).await.status(), status, "{name}");
        }
        refused(site.get("/metrics").header("x-forwarded-for", forwarded()), 404, "BAD_USER_INPUT").await;
    }
}
