//! Cache tags, and how long shared caches can reuse responses.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use entity::timestamp::Timestamp;
use reqwest::header::{CACHE_CONTROL, ETAG, HeaderName, IF_NONE_MATCH};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;
use syllabus::auth::Role;
use syllabus::clock::Clock;
use syllabus::config::Settings;

use crate::common::moment;
use crate::http::caching::publish_topic;
use crate::http::site::{Site, header};

const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");
const TOPICS: &str = "/graphql?query={topics{nodes{title}}}";

fn settings() -> Settings {
    let mut settings = Settings::for_testing();
    settings.edge.shared_max_age = Some(Duration::from_mins(10));
    settings
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("there is an answer")
}

/// Returns the cache tags, which are the same in both headers.
fn tags(response: &Response) -> Vec<String> {
    let tags = header(response, SURROGATE_KEY);
    assert_eq!(header(response, CACHE_TAG), tags.replace(' ', ","));
    tags.split(' ').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn responses_have_no_tags_by_default() {
    let site = Site::start().await;
    for path in [TOPICS, "/"] {
        let response = sent(site.get(path)).await;
        assert_eq!(tags(&response), Vec::<String>::new(), "{path}");
        assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=0, must-revalidate", "{path}");
    }
}

#[tokio::test]
async fn queries_by_get_and_pages_have_the_tags_of_their_dependencies() {
    let site = Site::with(settings()).await;
    let token = site.token(Role::Editor).await;
    publish_topic(&site, &token, "Algebra", None).await;
    let response = sent(site.get(TOPICS)).await;
    let shown = tags(&response);
    assert!(shown.len() == 4 && shown[..2] == ["catalog", "deleted-topic"] && shown[3] == "topic", "{shown:?}");
    assert!(shown[2].starts_with('i'), "{shown:?}");
    assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=0, must-revalidate, s-maxage=600");
    // From the response cache, as 304, and by HEAD.
    let etag = header(&response, ETAG);
    for request in [site.get(TOPICS), site.get(TOPICS).header(IF_NONE_MATCH, etag), site.request(Method::HEAD, TOPICS)]
    {
        let response = sent(request).await;
        assert_eq!(tags(&response), shown, "{}", response.status());
    }
    let search = sent(site.get("/graphql?query={search(query:\"algebra\"){totalCount}}")).await;
    assert_eq!(tags(&search), ["catalog", "everything"]);
    assert_eq!(tags(&sent(site.get("/graphql?query={__typename}")).await), ["catalog"]);
    for (path, status) in [("/", 200), ("/topics", 200), ("/topic/unkn22/algebra", 404)] {
        let page = sent(site.get(path)).await;
        assert_eq!(page.status(), status, "{path}");
        assert!(tags(&page).len() > 1, "{path}: {:?}", tags(&page));
        assert!(header(&page, CACHE_CONTROL).contains("s-maxage=600"), "{path}");
    }
}

#[tokio::test]
async fn tags_are_sent_without_a_response_cache() {
    let mut settings = settings();
    settings.cache.responses = 0;
    let site = Site::with(settings).await;
    for _ in 0..2 {
        assert_eq!(tags(&sent(site.get(TOPICS)).await), ["catalog", "topic"]);
    }
}

#[tokio::test]
async fn other_responses_have_no_tags() {
    let site = Site::with(settings()).await;
    let token = site.token(Role::Editor).await;
    let query = json!({ "query": "{ topics { nodes { title } } }" }).to_string();
    for (request, status) in [
        (site.post(query.clone()), 200),
        (site.get(TOPICS).bearer_auth(&token), 200),
        (site.get("/graphql?query={nothing}"), 200),
        (site.get("/graphql?query=mutation{topicCreate(input:{title:\"x\"}){topic{id}}}"), 405),
        (site.get("/nothing"), 404),
        (site.get("/healthz"), 200),
        (site.get("/schema.graphql"), 200),
    ] {
        let response = sent(request).await;
        assert_eq!(response.status(), status, "{}", response.url());
        assert_eq!(tags(&response), Vec::<String>::new(), "{}", response.url());
        assert!(!header(&response, CACHE_CONTROL).contains("s-maxage"), "{}", response.url());
    }
}

#[tokio::test]
async fn shared_caches_ask_again_when_a_publication_is_due() {
    let now = Arc::new(AtomicI64::new(moment("2026-01-15T12:00:00Z").0));
    let time = now.clone();
    let clock = Clock::from_fn(move || Timestamp(time.load(Ordering::SeqCst)));
    let site = Site::at(clock, settings()).await;
    let token = site.token(Role::Editor).await;
    publish_topic(&site, &token, "Algebra", Some("2026-01-15T12:01:30Z".to_owned())).await;
    for (path, age) in [(TOPICS, 90), ("/topics", 90)] {
        let control = header(&sent(site.get(path)).await, CACHE_CONTROL);
        assert_eq!(control, format!("public, max-age=0, must-revalidate, s-maxage={age}"), "{path}");
    }
    now.fetch_add(89_500_000, Ordering::SeqCst);
    assert!(header(&sent(site.get(TOPICS)).await, CACHE_CONTROL).ends_with("s-maxage=0"));
    now.fetch_add(500_000, Ordering::SeqCst);
    let published = sent(site.get(TOPICS)).await;
    assert!(header(&published, CACHE_CONTROL).ends_with("s-maxage=600"));
    assert!(published.text().await.expect("it ends").contains("Algebra"));
}
