//! A server on its own port.

use std::sync::atomic::{AtomicU32, Ordering};

use rand::rngs::StdRng;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use serde_json::Value;
use syllabus::app::App;
use syllabus::auth::{Administrator, Role};
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::http::Server;
use syllabus::service::api_token::{self, NewToken};
use syllabus::service::write::Context;

pub const GRAPHQL: &str = "application/graphql-response+json";
pub const JSON: &str = "application/json";

/// A server on its own port, with an empty catalog in memory. It ends with the test.
pub struct Site {
    pub base: String,
    pub app: App,
    client: Client,
}

impl Site {
    pub async fn start() -> Self {
        Self::with(Settings::for_testing()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::at(Clock::system(), settings).await
    }

    /// Starts it with a clock that the test sets.
    pub async fn at(clock: Clock, settings: Settings) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("http-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let database = Database::open(&DatabaseUrl::memory(&name), true).await.expect("memory can be opened");
        Self::over(database, clock, settings).await
    }

    /// Starts it with the catalog of another database.
    pub async fn over(database: Database, clock: Clock, settings: Settings) -> Self {
        let app = App::new(database, clock, settings);
        let server = Server::bind(app.clone()).await.expect("there is a port");
        let base = format!("http://{}", server.address());
        tokio::spawn(server.run(std::future::pending(), std::future::pending()));
        let client = Client::builder().redirect(redirect::Policy::none()).build().expect("there is a client");
        Self { base, app, client }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub fn post(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.request(Method::POST, "/graphql").header(CONTENT_TYPE, JSON).body(body)
    }

    /// Returns a token with a role.
    pub async fn token(&self, role: Role) -> String {
        let rng = Box::new(rand::make_rng::<StdRng>());
        let mut context = Context { now: Clock::system().now(), actor: "test".to_owned(), rng };
        let wanted = NewToken { name: "ada".to_owned(), role, expires_at: None, violations: Vec::new() };
        let created = api_token::create(&self.app.database, &Administrator::operator(), wanted, &mut context).await;
        created.expect("a token is made").secret.expose().to_owned()
    }

    pub async fn ask(&self, accept: &str, body: Value) -> Response {
        self.post(body.to_string()).header(ACCEPT, accept).send().await.expect("there is an answer")
    }
}

pub fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().expect("it is ASCII").to_owned()).unwrap_or_default()
}

/// Sends a request that must be rejected with a GraphQL response. Returns its first error.
#[track_caller]
pub fn refused(request: RequestBuilder, status: u16, code: &str) -> impl Future<Output = Value> {
    let code = code.to_owned();
    async move {
        let response = request.send().await.expect("there is an answer");
        assert_eq!(response.status().as_u16(), status);
        let mut body: Value = response.json().await.expect("a refusal is JSON");
        assert!(body.get("data").is_none());
        assert_eq!(body["errors"][0]["extensions"]["code"], *code, "{body}");
        assert!(body["errors"][0]["message"].is_string());
        body["errors"][0].take()
    }
}
