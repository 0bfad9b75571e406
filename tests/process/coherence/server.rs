//! A server in this process, on a database that other servers can use, too.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use entity::timestamp::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::auth::{Administrator, Role};
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{ConnectOptions, Database};
use syllabus::http;
use syllabus::loader::{CacheTags, Reader, Scope, read_changed_dependencies, read_feed_end};
use syllabus::service::api_token::{self, NewToken};
use syllabus::service::feed::apply_due_publications;
use syllabus::service::import_export::{self, ImportOptions};
use syllabus::service::write::Context;
use syllabus_generate::{Scale, generate};
use tower::ServiceExt;
use url::form_urlencoded;

/// The maximum number of attempts of a request, as long as the response is 503.
const ATTEMPTS: u32 = 20;

pub struct Server {
    database: Database,
    router: Router,
    /// Caches objects, but no responses.
    object_cache_router: Router,
    /// Caches nothing.
    plain: Router,
}

fn context() -> Context {
    Context { now: Clock::system().now(), actor: "test".to_owned(), rng: Box::new(StdRng::seed_from_u64(1)) }
}

/// Returns a GET with this ETag.
fn get_request(question: &Value, held: Option<&str>) -> Request<Body> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("query", question["query"].as_str().expect("it is a text"))
        .append_pair("variables", &question["variables"].to_string())
        .finish();
    let request = Request::get(format!("/graphql?{query}")).header("accept", "application/json");
    let request = held.into_iter().fold(request, |request, tag| request.header("if-none-match", tag));
    request.body(Body::empty()).expect("it is a request")
}

impl Server {
    pub async fn over(options: ConnectOptions) -> Self {
        Self::with_clock(options, &Clock::system()).await
    }

    pub async fn with_clock(options: ConnectOptions, clock: &Clock) -> Self {
        let database = Database::open(options, true).await.expect("it can be opened");
        let mut settings = Settings::for_testing();
        settings.limits.cost = 200_000;
        settings.edge.shared_max_age = Some(Duration::from_mins(1));
        let router = http::router(App::new(database.clone(), clock.clone(), settings.clone()));
        settings.cache.responses = 0;
        let object_cache_router = http::router(App::new(database.clone(), clock.clone(), settings.clone()));
        settings.cache.objects = 0;
        let plain = http::router(App::new(database.clone(), clock.clone(), settings));
        Self { database, router, object_cache_router, plain }
    }

    /// Fills the catalog, and returns an editor's token.
    pub async fn fill(&self, scale: f64) -> String {
        let mut lines = Vec::new();
        generate(Scale::new(scale).expect("it is a scale"), &mut lines).expect("the disk has space");
        for kind in ["video", "podcast", "tutorial"] {
            for number in 1..=6 {
                let record =
                    json!({ "kind": kind, "slug": format!("{kind}-{number}"), "title": format!("{kind} {number}") });
                lines.extend_from_slice(format!("{record}\n").as_bytes());
            }
        }
        self.import(&lines).await;
        let wanted = NewToken { name: "ada".to_owned(), role: Role::Editor, expires_at: None, violations: Vec::new() };
        let created = api_token::create(&self.database, &Administrator::operator(), wanted, &mut context()).await;
        created.expect("a token is made").secret.expose().to_owned()
    }

    /// Imports records as JSON Lines.
    pub async fn import(&self, lines: &[u8]) {
        let options = ImportOptions::default();
        let report = import_export::import(&self.database, lines, options, &mut context(), |_| {}).await;
        assert!(!report.expect("the database takes it").is_rejected());
    }

    /// Sends a request until the response is not 503, as clients do: on a busy machine, PostgreSQL can be too slow.
    async fn response(router: &Router, request: Request<Body>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("it ends");
        for _ in 0..ATTEMPTS {
            let (router, request) = (router.clone(), Request::from_parts(head.clone(), Body::from(body.clone())));
            // On a worker thread, as in a server.
            let response = tokio::spawn(async move {
                let (head, body) = router.oneshot(request).await.expect("there is an answer").into_parts();
                Response::from_parts(head, to_bytes(body, usize::MAX).await.expect("it ends"))
            });
            let response = response.await.expect("nothing panics");
            if response.status() != StatusCode::SERVICE_UNAVAILABLE {
                return response;
            }
        }
        panic!("{ATTEMPTS} attempts got a 503: {body:?}");
    }

    async fn send(router: &Router, request: Request<Body>) -> Value {
        serde_json::from_slice(Self::response(router, request).await.body()).expect("it is JSON")
    }

    /// Sends an anonymous query.
    pub async fn ask(&self, question: &Value, cache_control: &str) -> Value {
        Self::ask_of(&self.router, question, cache_control).await
    }

    /// Sends an anonymous query to the server that caches only objects.
    pub async fn ask_for_rows(&self, question: &Value) -> Value {
        Self::ask_of(&self.object_cache_router, question, "").await
    }

    /// Sends an anonymous query to the server without caches.
    pub async fn ask_plainly(&self, question: &Value) -> Value {
        Self::ask_of(&self.plain, question, "").await
    }

    /// Returns the number of statements that were sent.
    pub fn statements(&self) -> u64 {
        self.database.statements()
    }

    async fn ask_of(router: &Router, question: &Value, cache_control: &str) -> Value {
        let request = Request::post("/graphql").header("content-type", "application/json");
        let request = request.header("cache-control", cache_control).body(Body::from(question.to_string()));
        let answer = Self::send(router, request.expect("it is a request")).await;
        assert!(answer.get("errors").is_none(), "{question}: {answer}");
        answer
    }

    /// Sends a query by GET. Returns the response and its cache tags.
    pub async fn tagged(&self, question: &Value) -> (Value, BTreeSet<String>) {
        let response = Self::response(&self.router, get_request(question, None)).await;
        let tags = response.headers()["cache-tag"].to_str().expect("it is a text");
        let tags = tags.split(',').map(str::to_owned).collect();
        (serde_json::from_slice(response.body()).expect("it is JSON"), tags)
    }

    /// Returns the tags that the changes after a position of the feed purge, and the end of the feed.
    pub async fn purged_tags(&self, after: i64, now: Timestamp) -> (BTreeSet<String>, i64) {
        apply_due_publications(&self.database, now).await.expect("they can be added");
        let reader = Reader::new(self.database.clone(), Scope { now, drafts: true });
        let end = read_feed_end(&reader).await.expect("it can be read");
        let changed = read_changed_dependencies(&reader, after).await.expect("they can be read");
        let changed = changed.expect("the changes are known");
        (CacheTags::of_changes(changed.keys()).iter().map(str::to_owned).collect(), end)
    }

    /// Sends a GET with this ETag. Returns the new ETag, and the response if it differs.
    pub async fn get(&self, question: &Value, held: Option<&str>) -> (String, Option<Value>) {
        let response = Self::response(&self.router, get_request(question, held)).await;
        let tag = response.headers()["etag"].to_str().expect("it is a text").to_owned();
        if response.status() == StatusCode::NOT_MODIFIED {
            return (tag, None);
        }
        let answer: Value = serde_json::from_slice(response.body()).expect("it is JSON");
        assert!(answer.get("errors").is_none(), "{question}: {answer}");
        (tag, Some(answer))
    }

    /// Sends a query as an editor who previews drafts.
    pub async fn ask_as(&self, token: &str, question: &Value) -> Value {
        let request = Request::post("/graphql").header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).header("catalog-preview", "drafts");
        let answer =
            Self::send(&self.router, request.body(Body::from(question.to_string())).expect("it is a request")).await;
        assert!(answer.get("errors").is_none(), "{question}: {answer}");
        answer["data"].clone()
    }

    /// Returns the whole response to a mutation.
    pub async fn answer_to(&self, token: &str, mutation: &str, input: &Value) -> Value {
        let ty = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!("mutation ($input: {ty}!) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}");
        let question = json!({ "query": query, "variables": { "input": input } });
        let request = Request::post("/graphql").header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}"));
        Self::send(&self.router, request.body(Body::from(question.to_string())).expect("it is a request")).await
    }

    /// Executes a mutation. Returns user errors as an error, since a random walk often produces invalid input.
    pub async fn write(&self, token: &str, mutation: &str, input: Value) -> Result<(), String> {
        let answer = self.answer_to(token, mutation, &input).await;
        assert!(answer.get("errors").is_none(), "{mutation} {input}: {answer}");
        let errors = answer["data"][mutation]["userErrors"].as_array().expect("it is a list").clone();
        if errors.is_empty() { Ok(()) } else { Err(errors[0]["message"].to_string()) }
    }

    /// Returns the ids of everything on a root list, including drafts.
    pub async fn things(&self, list: &str) -> Vec<String> {
        let question = json!({ "query": format!("{{ {list}(first: 100) {{ nodes {{ id }} }} }}") });
        let data = self.ask(&question, "no-cache").await;
        let nodes = data["data"][list]["nodes"].as_array().expect("it is a list").clone();
        nodes.iter().map(|node| node["id"].as_str().expect("it is an id").to_owned()).collect()
    }

    /// Returns the number of hits of the response cache.
    pub async fn answers_given_again(&self) -> u64 {
        Self::metric(&self.router, "syllabus_response_cache_hits_total ").await
    }

    /// Returns the number of hits of the object cache on the server that caches only objects.
    pub async fn rows_not_read_again(&self) -> u64 {
        Self::metric(&self.object_cache_router, "syllabus_object_cache_hits_total ").await
    }

    async fn metric(router: &Router, figure: &str) -> u64 {
        let request = Request::get("/metrics").body(Body::empty()).expect("it is a request");
        let response = router.clone().oneshot(request).await.expect("there is an answer");
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("it ends");
        let text = String::from_utf8(body.to_vec()).expect("it is UTF-8");
        let line = text.lines().find(|line| line.starts_with(figure)).expect("the metric is exported");
        line.rsplit(' ').next().and_then(|figure| figure.parse().ok()).expect("it is a number")
    }
}
