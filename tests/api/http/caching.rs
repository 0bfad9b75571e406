//! HTTP caching: `Cache-Control`, validators and conditional requests.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use entity::timestamp::Timestamp;
use flate2::read::GzDecoder;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::clock::Clock;
use syllabus::config::Settings;

use crate::http::site::{GRAPHQL, JSON, Site, header};

const TOPICS: &str = "/graphql?query={topics{nodes{title}}}";

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("there is an answer")
}

fn varies(response: &Response) -> String {
    let lines: Vec<&str> = response.headers().get_all(VARY).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.join(", ")
}

/// Creates a topic that is public now or from a time on.
pub async fn publish_topic(site: &Site, token: &str, title: &str, at: Option<String>) {
    let ask = async |query: &str, variables: Value| {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer: Value = sent(site.post(body).bearer_auth(token)).await.json().await.expect("it is JSON");
        let payload = answer["data"]["done"].clone();
        assert_eq!(payload["userErrors"], json!([]), "{answer}");
        payload
    };
    let create = "mutation ($title: String!) { done: topicCreate(input: { title: $title }) { topic { id } userErrors { message } } }";
    let id = ask(create, json!({ "title": title })).await["topic"]["id"].clone();
    let publish = "mutation ($id: ID!, $at: DateTime) { done: catalogItemPublish(input: { id: $id, publishAt: $at }) { userErrors { message } } }";
    ask(publish, json!({ "id": id, "at": at })).await;
}

#[tokio::test]
async fn matching_etag_returns_304_without_execution() {
    let site = Site::start().await;
    let first = sent(site.get(TOPICS)).await;
    assert_eq!(header(&first, CACHE_CONTROL), "public, max-age=0, must-revalidate");
    let tag = header(&first, ETAG);
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    for method in [Method::GET, Method::HEAD] {
        let before = site.app.database.statements();
        let again = sent(site.request(method, TOPICS).header(IF_NONE_MATCH, &tag)).await;
        assert_eq!((again.status().as_u16(), header(&again, CONTENT_LENGTH)), (304, String::new()));
        assert_eq!(header(&again, ETAG), tag);
        assert!(varies(&again).contains("accept, authorization, catalog-preview, catalog-version-at-least"));
        assert!(site.app.database.statements() - before <= 1, "a look at the catalog's state at most");
        assert_eq!(again.text().await.expect("it ends"), "");
    }
    let other = sent(site.get("/graphql?query={topics{totalCount}}").header(IF_NONE_MATCH, &tag)).await;
    assert_eq!(other.status(), 200);
    let form = sent(site.get(TOPICS).header(ACCEPT, GRAPHQL).header(IF_NONE_MATCH, "\"other\"")).await;
    assert_eq!(form.status(), 200);
}

#[tokio::test]
async fn if_none_match_asterisk_matches() {
    let site = Site::start().await;
    let before = site.app.database.statements();
    for accept in [JSON, GRAPHQL, "*/*"] {
        for method in [Method::GET, Method::HEAD] {
            let held = sent(site.request(method, TOPICS).header(ACCEPT, accept).header(IF_NONE_MATCH, "*")).await;
            assert_eq!(held.status(), 304);
            assert!(header(&held, ETAG).starts_with('"'));
        }
    }
    assert!(site.app.database.statements() > before, "nothing was known of it");
    let failed = sent(site.get("/graphql?query={nothing}").header(IF_NONE_MATCH, "*")).await;
    assert_eq!(failed.status(), 200, "an answer with errors is not held by anybody");
    let posted = site.post(json!({ "query": "{ topics { nodes { title } } }" }).to_string());
    assert_eq!(sent(posted.header(IF_NONE_MATCH, "*")).await.status(), 200);
}

#[tokio::test]
async fn schema_and_explorer_files_are_revalidated_by_etag() {
    let site = Site::start().await;
    for address in ["/schema.graphql", "/explorer/start.js", "/explorer/page.css"] {
        let first = sent(site.get(address)).await;
        let tag = header(&first, ETAG);
        assert_eq!((first.status().as_u16(), header(&first, CACHE_CONTROL)), (200, "no-cache".to_owned()), "{address}");
        for matching in [tag.as_str(), "*", &format!("\"other\", W/{tag}")] {
            let again = sent(site.get(address).header(IF_NONE_MATCH, matching)).await;
            assert_eq!((again.status().as_u16(), header(&again, ETAG)), (304, tag.clone()), "{address}: {matching}");
            assert_eq!(again.bytes().await.expect("it ends").len(), 0);
        }
        let other = sent(site.get(address).header(IF_NONE_MATCH, "\"other\"")).await;
        assert_eq!(other.status(), 200, "{address}");
        let encoded = sent(site.get(address).header(ACCEPT_ENCODING, "gzip")).await;
        let tag = header(&encoded, ETAG);
        let again = sent(site.get(address).header(ACCEPT_ENCODING, "gzip").header(IF_NONE_MATCH, &tag)).await;
        assert_eq!((again.status().as_u16(), header(&again, ETAG)), (304, tag), "{address}");
    }
}

#[tokio::test]
async fn writes_invalidate_responses_and_etags() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    let books = "/graphql?query={books{nodes{title}}}";
    let (topics_tag, books_tag) =
        (header(&sent(site.get(TOPICS)).await, ETAG), header(&sent(site.get(books)).await, ETAG));
    publish_topic(&site, &token, "Algebra", None).await;
    let changed = sent(site.get(TOPICS).header(IF_NONE_MATCH, &topics_tag)).await;
    assert_eq!(changed.status(), 200);
    assert_ne!(header(&changed, ETAG), topics_tag);
    let before = site.app.database.statements();
    let same = sent(site.get(books).header(IF_NONE_MATCH, &books_tag)).await;
    assert_eq!(same.status(), 304, "no book was written");
    assert_eq!(site.app.database.statements() - before, 0, "the feed was looked at for the topics already");
}

#[tokio::test]
async fn responses_are_cached_until_their_data_changes() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    publish_topic(&site, &token, "Algebra", None).await;
    let ask = async |query: &str, control: &str| {
        let before = site.app.database.statements();
        let request = site.post(json!({ "query": query }).to_string()).header(CACHE_CONTROL, control);
        let answer: Value = sent(request).await.json().await.expect("it is JSON");
        (answer["data"].clone(), site.app.database.statements() - before)
    };
    let (topics, books) = ("{ topics { nodes { title } } }", "{ books { totalCount } }");
    let (first, executed) = ask(topics, "").await;
    assert!(executed > 0);
    ask(books, "").await;
    assert_eq!(ask(topics, "").await, (first.clone(), 0));
    let (through, executed) = ask(topics, "max-age=0, no-cache").await;
    assert_eq!(through, first);
    assert!(executed > 0, "no-cache bypasses the cache");
    publish_topic(&site, &token, "Geometry", None).await;
    let (second, executed) = ask(topics, "").await;
    assert_eq!(second, json!({ "topics": { "nodes": [{ "title": "Algebra" }, { "title": "Geometry" }] } }));
    assert!(executed > 0);
    assert_eq!(ask(books, "").await, (json!({ "books": { "totalCount": 0 } }), 0), "no book was written");
}

#[tokio::test]
async fn compressed_responses_from_the_cache_contain_the_same_text() {
    let site = Site::start().await;
    let query = "{__schema{types{name,description}}}";
    let post = || site.post(json!({ "query": query }).to_string());
    let plain = sent(post()).await.text().await.expect("it ends");
    for _ in 0..3 {
        let encoded = sent(post().header(ACCEPT_ENCODING, "gzip")).await;
        assert_eq!(header(&encoded, CONTENT_ENCODING), "gzip");
        let body = encoded.bytes().await.expect("it ends");
        let mut text = String::new();
        GzDecoder::new(&*body).read_to_string(&mut text).expect("it is gzip");
        assert_eq!(text, plain);
    }
}

#[tokio::test]
async fn cached_responses_are_per_identity() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    let draft = json!({ "query": "mutation { topicCreate(input: { title: \"Draft\" }) { userErrors { code } } }" });
    sent(site.post(draft.to_string()).bearer_auth(&token)).await;
    let body = json!({ "query": "{ topics { nodes { title } } }" }).to_string();
    let (nothing, drafts) = (json!([]), json!([{ "title": "Draft" }]));
    let nodes = async |request: RequestBuilder| {
        let answer: Value = sent(request).await.json().await.expect("it is JSON");
        answer["data"]["topics"]["nodes"].clone()
    };
    for _ in 0..3 {
        assert_eq!(nodes(site.post(body.clone())).await, nothing);
    }
    let previewing = site.post(body.clone()).bearer_auth(&token).header("catalog-preview", "drafts");
    assert_eq!(nodes(previewing).await, drafts);
    assert_eq!(nodes(site.post(body.clone()).bearer_auth(&token)).await, nothing);
    for (accept, form) in [(GRAPHQL, GRAPHQL), (JSON, JSON), (GRAPHQL, GRAPHQL)] {
        let answer = sent(site.post(body.clone()).header(ACCEPT, accept)).await;
        assert!(header(&answer, CONTENT_TYPE).starts_with(form), "{form}");
    }
    assert_eq!(nodes(site.post(body.clone())).await, nothing);
}

#[tokio::test]
async fn cached_responses_expire_when_items_become_due() {
    let now = Arc::new(AtomicI64::new(Clock::system().now().0));
    let clock = {
        let now = now.clone();
        Clock::from_fn(move || Timestamp(now.load(Ordering::Relaxed)))
    };
    let site = Site::at(clock, Settings::for_testing()).await;
    let token = site.token(Role::Editor).await;
    let due = now.load(Ordering::Relaxed) + 3_600_000_000;
    publish_topic(&site, &token, "Later", Some(Timestamp(due).to_rfc3339())).await;
    let ask = async || -> Value { sent(site.get(TOPICS)).await.json().await.expect("it is JSON") };
    let nothing = json!({ "topics": { "nodes": [] } });
    assert_eq!(ask().await["data"], nothing);
    now.store(due - 1, Ordering::Relaxed);
    assert_eq!(ask().await["data"], nothing);
    now.store(due, Ordering::Relaxed);
    assert_eq!(ask().await["data"]["topics"]["nodes"][0]["title"], "Later");
}

#[tokio::test]
async fn private_and_failed_responses_are_not_cached() {
    let site = Site::start().await;
    let token = site.token(Role::Reader).await;
    let one = sent(site.get(TOPICS).bearer_auth(&token)).await;
    assert_eq!((header(&one, CACHE_CONTROL), header(&one, ETAG)), ("no-store".to_owned(), String::new()));
    for address in [
        "/graphql?query={nothing}",
        "/graphql?query={books(first:101){nodes{title}}}",
        "/graphql",
        "/explorer/nothing.js",
    ] {
        let wrong = sent(site.get(address)).await;
        assert_eq!(
            (header(&wrong, CACHE_CONTROL), header(&wrong, ETAG)),
            ("no-store".to_owned(), String::new()),
            "{address}"
        );
    }
}

#[tokio::test]
async fn encodings_have_different_etags() {
    let site = Site::start().await;
    let address = "/graphql?query={__schema{types{name,description,fields{name,description}}}}";
    let plain = header(&sent(site.get(address)).await, ETAG);
    let mut tags = vec![plain.clone()];
    for encoding in ["gzip", "br", "zstd"] {
        let encoded = sent(site.get(address).header(ACCEPT_ENCODING, encoding)).await;
        assert_eq!(header(&encoded, CONTENT_ENCODING), encoding);
        assert!(varies(&encoded).contains("accept-encoding"));
        let tag = header(&encoded, ETAG);
        let again = sent(site.get(address).header(ACCEPT_ENCODING, encoding).header(IF_NONE_MATCH, &tag)).await;
        assert_eq!((again.status().as_u16(), header(&again, ETAG)), (304, tag.clone()));
        assert!(encoded.bytes().await.expect("it ends").len() < 60_000);
        assert!(!tags.contains(&tag), "{tag}");
        tags.push(tag);
    }
    for (accepted, chosen) in [
        ("gzip, deflate, br, zstd", "br"),
        ("zstd, gzip", "gzip"),
        ("gzip;q=0.5, zstd", "zstd"),
        ("zstd, identity", "zstd"),
    ] {
        let encoded = sent(site.get(address).header(ACCEPT_ENCODING, accepted)).await;
        assert_eq!(header(&encoded, CONTENT_ENCODING), chosen, "{accepted}");
    }
    let posted = site.post(json!({ "query": "{ __schema { types { name fields { name } } } }" }).to_string());
    let posted = sent(posted.header(ACCEPT_ENCODING, "gzip")).await;
    assert_eq!((header(&posted, CONTENT_ENCODING), header(&posted, ETAG)), ("gzip".to_owned(), String::new()));
    let length = header(&posted, CONTENT_LENGTH);
    assert_eq!(length, posted.bytes().await.expect("it ends").len().to_string());
}

#[tokio::test]
async fn max_age_is_configurable() {
    let mut settings = Settings::for_testing();
    settings.server.max_age = Some(std::time::Duration::from_mins(1));
    let site = Site::with(settings).await;
    assert_eq!(header(&sent(site.get(TOPICS)).await, CACHE_CONTROL), "public, max-age=60, must-revalidate");
    let token = site.token(Role::Editor).await;
    let soon = Timestamp(Clock::system().now().0 + 30_000_000).to_rfc3339();
    publish_topic(&site, &token, "Soon", Some(soon)).await;
    let control = header(&sent(site.get(TOPICS)).await, CACHE_CONTROL);
    let seconds = control.strip_prefix("public, max-age=").and_then(|rest| rest.split_once(',')?.0.parse::<u32>().ok());
    assert!(seconds.is_some_and(|seconds| seconds <= 30), "until it shows: {control}");
}
