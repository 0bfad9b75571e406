//! The application with a clock that the test sets, and requests with custom headers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Request};
use entity::timestamp::Timestamp;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::auth::jwt::JwtSettings;
use syllabus::auth::{Administrator, Role};
use syllabus::clock::Clock;
use syllabus::config::{RateLimitFactors, Settings, Value as _};
use syllabus::db::Database;
use syllabus::http;
use syllabus::rng::RngSource;
use syllabus::service::api_token::{self, Created, NewToken};
use syllabus::service::write::Context;
use tower::ServiceExt;

use crate::common::{NOW, Store, moment};

pub struct Site {
    router: Router,
    pub database: Database,
    now: Arc<AtomicI64>,
}

/// A response.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Site {
    /// Without an identity provider.
    pub fn new(store: &Store) -> Self {
        Self::with(store, None)
    }

    pub fn with(store: &Store, jwt: Option<JwtSettings>) -> Self {
        let now = Arc::new(AtomicI64::new(moment(NOW).0));
        let clock_time = now.clone();
        let clock = Clock::from_fn(move || Timestamp(clock_time.load(Ordering::SeqCst)));
        let mut settings = Settings::for_testing();
        settings.auth.jwt = jwt;
        // For remote clients, as in [`Site::ask_from_afar`]: a burst of 100, and nearly nothing afterward.
        // The subject `important` has twice as much.
        (settings.rate_limit.cost_per_second, settings.rate_limit.burst) = (1, 100);
        settings.rate_limit.factors = RateLimitFactors::parse("subject:important=2").expect("it is a factor");
        let database = store.database.clone();
        Self { router: http::router(App::new(database.clone(), clock, settings)), database, now }
    }

    /// Returns the time of the application.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    /// Returns the time in seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.now().0 / 1_000_000
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Creates a token.
    pub async fn create(&self, name: &str, role: Role, expires_at: Option<Timestamp>) -> Created {
        let mut context = Context { now: self.now(), actor: String::new(), rng: RngSource::system().rng() };
        let wanted = NewToken { name: name.to_owned(), role, expires_at, violations: Vec::new() };
        let created = api_token::create(&self.database, &Administrator::operator(), wanted, &mut context).await;
        created.expect("it can be made")
    }

    /// Returns a header with a new token of this role.
    pub async fn bearer(&self, role: Role) -> String {
        format!("Bearer {}", self.create(role.as_str(), role, None).await.secret.expose())
    }

    /// Sends a query with this authorization.
    pub async fn ask_as(&self, authorization: &str, query: &str) -> Reply {
        self.ask(&[(AUTHORIZATION.as_str(), authorization)], query).await
    }

    /// Sends a query with these headers.
    pub async fn ask(&self, headers: &[(&str, &str)], query: &str) -> Reply {
        let mut request = Request::post("/graphql")
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/graphql-response+json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(json!({ "query": query }).to_string());
        self.send(request.body(body).expect("it is a request")).await
    }

    /// Sends a query with a cost of 60, from another machine.
    pub async fn ask_from_afar(&self, token: &str) -> Reply {
        let body = json!({ "query": "{ books(first: 59) { nodes { title } } }" }).to_string();
        let request =
            Request::post("/graphql").header(HOST, "catalog.example").header(CONTENT_TYPE, "application/json");
        let request = request.header(AUTHORIZATION, format!("Bearer {token}")).body(Body::from(body));
        let mut request = request.expect("it is a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
        self.send(request).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("there is always an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("it has an end");
        Reply { status, headers, body: serde_json::from_slice(&body).unwrap_or(Value::Null) }
    }
}

impl Reply {
    /// Returns the data.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.status == 200 && self.body.get("errors").is_none(), "{self:#?}");
        &self.body["data"]
    }

    /// Returns the code of the only error.
    #[track_caller]
    pub fn code(&self) -> &str {
        let errors = self.body["errors"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        assert_eq!(errors.len(), 1, "{self:#?}");
        errors[0]["extensions"]["code"].as_str().expect("every error has a code")
    }

    /// Asserts that the token is rejected with a message that contains this text.
    #[track_caller]
    pub fn assert_refused(&self, said: &str) {
        assert_eq!(self.status, 401, "{said}: {self:#?}");
        assert_eq!(self.code(), "UNAUTHENTICATED");
        assert!(self.body.get("data").is_none(), "nothing was executed: {self:#?}");
        let message = self.body["errors"][0]["message"].as_str().expect("it is a text");
        assert!(message.contains(said), "{message:?} does not say {said:?}");
        assert!(self.header("www-authenticate").starts_with("Bearer"), "{self:#?}");
        assert_eq!(self.header("cache-control"), "no-store");
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is ASCII"))
    }
}
