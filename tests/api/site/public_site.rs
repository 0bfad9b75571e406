//! A server with the site, a clock that the test sets, and requests of browsers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use entity::timestamp::Timestamp;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::auth::{Administrator, Role};
use syllabus::clock::Clock;
use syllabus::config::{Settings, Sources, load};
use syllabus::http;
use syllabus::service::api_token::{self, NewToken};
use syllabus::service::write::Context;
use tower::ServiceExt;

use crate::common::{Lines, NOW, Store, TestApp, moment};

/// The public URL of the tests, without a path.
pub const PUBLIC_URL: &str = "https://learn.example";

/// A server at a time that the test sets.
pub struct PublicSite {
    router: Router,
    pub app: App,
    now: Arc<AtomicI64>,
    editor: String,
}

/// A response.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl PublicSite {
    /// Starts a server with the default settings and a catalog of these records.
    pub async fn with(store: &Store, records: impl Into<Lines>) -> Self {
        Self::changed(store, records, |_| ()).await
    }

    /// Starts a server with other settings.
    pub async fn changed(store: &Store, records: impl Into<Lines>, change: impl FnOnce(&mut Settings)) -> Self {
        TestApp::with(store, records).await;
        let now = Arc::new(AtomicI64::new(moment(NOW).0));
        let clock_time = now.clone();
        let clock = Clock::from_fn(move || Timestamp(clock_time.load(Ordering::SeqCst)));
        let mut settings = Settings::for_testing();
        change(&mut settings);
        let app = App::new(store.database.clone(), clock, settings);
        let mut context =
            Context { now: moment(NOW), actor: "test".to_owned(), rng: Box::new(rand::make_rng::<StdRng>()) };
        let wanted = NewToken { name: "ada".to_owned(), role: Role::Editor, expires_at: None, violations: Vec::new() };
        let created = api_token::create(&app.database, &Administrator::operator(), wanted, &mut context).await;
        let editor = format!("Bearer {}", created.expect("a token is made").secret.expose());
        Self { router: http::router(app.clone()), app, now, editor }
    }

    /// Sets the time.
    pub fn set_time(&self, time: &str) {
        self.now.store(moment(time).0, Ordering::SeqCst);
    }

    /// Requests a page as a browser on this machine does.
    pub async fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[]).await
    }

    /// Requests a page with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Method::GET, path, headers).await
    }

    /// Sends a request without a body.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.respond(request(method, path, headers)).await
    }

    /// Requests a page from another machine, which has a budget.
    pub async fn get_from_afar(&self, path: &str) -> Reply {
        let mut request = request(Method::GET, path, &[]);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
        self.respond(request).await
    }

    /// Executes a mutation with one input as an editor. Must succeed.
    #[track_caller]
    pub fn change(&self, mutation: &str, input: &Value) -> impl Future<Output = Value> {
        let mut ty = mutation.to_owned();
        ty[..1].make_ascii_uppercase();
        let query =
            format!("mutation ($input: {ty}Input!) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}");
        let body = json!({ "query": query, "variables": { "input": input } });
        let mutation = mutation.to_owned();
        async move {
            let mut reply = self.query(&self.editor, &body).await;
            assert_eq!(reply["data"][&mutation]["userErrors"], json!([]), "{reply:#}");
            reply["data"][mutation].take()
        }
    }

    /// Sends a GraphQL request of an anonymous client.
    pub async fn ask(&self, body: &Value) -> Value {
        self.query("", body).await
    }

    async fn query(&self, authorization: &str, body: &Value) -> Value {
        let mut request = Request::post("/graphql").header(CONTENT_TYPE, "application/json");
        if !authorization.is_empty() {
            request = request.header(AUTHORIZATION, authorization);
        }
        let reply = self.respond(request.body(Body::from(body.to_string())).expect("it is a request")).await;
        serde_json::from_str(&reply.body).expect("it is JSON")
    }

    async fn respond(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("there is always an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("it has an end");
        Reply { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).expect("it is a request");
    for (name, value) in [&[("host", "internal.example:4000")], headers].concat() {
        let (name, value) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
        request.headers_mut().insert(name.expect("it is a name"), value.expect("it is a value"));
    }
    request
}

impl Reply {
    /// Returns a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is ASCII"))
    }

    /// Asserts that the response is an HTML page with this status.
    #[track_caller]
    pub fn assert_page(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(self.body.starts_with("<!doctype html>"), !(300..400).contains(&status), "{}", self.body);
        let policy = self.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
    }

    /// Asserts that the response redirects to an address for ever.
    #[track_caller]
    pub fn assert_moved(&self, location: &str) {
        self.assert_page(301);
        assert_eq!(self.header("location"), location);
    }

    /// Returns the texts between two marks.
    pub fn between<'a>(&'a self, start: &str, end: &str) -> Vec<&'a str> {
        self.body.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
    }

    /// Returns the only text between two marks.
    #[track_caller]
    pub fn only(&self, start: &str, end: &str) -> &str {
        let found = self.between(start, end);
        assert_eq!(found.len(), 1, "{start}: {}", self.body);
        found[0]
    }

    /// Returns the objects of the JSON-LD document.
    #[track_caller]
    pub fn json_ld(&self) -> Vec<Value> {
        let text = self.only("<script type=\"application/ld+json\">", "</script>");
        let document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        document["@graph"].as_array().cloned().unwrap_or_else(|| vec![document])
    }

    /// Returns whether the JSON-LD document has an object with this id and a name.
    #[track_caller]
    pub fn describes(&self, id: &str) -> bool {
        self.json_ld().iter().any(|object| object["@id"] == id && object["name"].is_string())
    }

    /// Returns whether search engines must ignore the page.
    pub fn is_noindex(&self) -> bool {
        self.body.contains("<meta name=\"robots\" content=\"noindex\">")
    }
}

/// Reads settings from the text of a file, as at the start of a server.
///
/// # Errors
/// Returns one line for each invalid setting.
pub fn settings(file: &str) -> Result<Settings, Vec<String>> {
    let sources = Sources::default().with_file("syllabus.toml", file);
    load(&sources).map_err(|error| error.issues().iter().map(ToString::to_string).collect())
}
