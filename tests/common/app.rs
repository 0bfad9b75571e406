//! The whole application over a test's database: the real router, a fixed clock and deterministic codes.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use chrono::{DateTime, Utc};
use entity::timestamp::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::auth::{Administrator, Role};
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, Sql};
use syllabus::http;
use syllabus::service::api_token::{self, NewToken};
use syllabus::service::import_export::{self, ImportOptions, ImportReport};
use syllabus::service::search::Indexer;
use syllabus::service::write::Context;
use tower::ServiceExt;

use super::{Answer, Lines, Store};

/// The default time of tests.
pub const NOW: &str = "2026-01-15T12:00:00Z";

/// Parses a time in the format of a catalog.
pub fn moment(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).expect("it is a moment").with_timezone(&Utc).into()
}

/// Whether all anonymous requests are also sent to servers that cache responses or objects.
fn caches_are_on() -> bool {
    std::env::var("CACHES").is_ok_and(|caches| caches == "on")
}

/// The application at a fixed time.
pub struct TestApp {
    /// Caches nothing, so that statements can be counted.
    router: Router,
    /// Cache objects and responses.
    keeping: Vec<Router>,
    /// The indexers of these servers.
    indexers: Vec<Arc<Indexer>>,
    pub database: Database,
    now: Timestamp,
    /// The token of requests.
    token: Option<String>,
    /// Whether requests preview drafts.
    preview: bool,
}

impl TestApp {
    /// Returns the application over an empty catalog.
    pub fn new(store: &Store) -> Self {
        Self::over(store.database.clone(), moment(NOW))
    }

    /// Returns the application over a catalog of these records.
    pub async fn with(store: &Store, records: impl Into<Lines>) -> Self {
        let app = Self::new(store);
        app.import(records).await;
        app
    }

    fn over(database: Database, now: Timestamp) -> Self {
        Self::over_with(database, now, |_| {})
    }

    fn over_with(database: Database, now: Timestamp, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::for_testing();
        change(&mut settings);
        // The tests of visibility query everything at once.
        settings.limits.cost = 200_000;
        settings.limits.sql_statements = 1_000;
        let mut indexers = Vec::new();
        let mut serve = |settings| {
            let app = App::new(database.clone(), Clock::fixed(now), settings);
            indexers.push(app.graphql.indexer().clone());
            http::router(app)
        };
        let with_both = caches_are_on().then(|| serve(settings.clone()));
        settings.cache.responses = 0;
        let with_rows = caches_are_on().then(|| serve(settings.clone()));
        let keeping = with_both.into_iter().chain(with_rows).collect();
        settings.cache.objects = 0;
        let router = serve(settings);
        Self { router, keeping, indexers, database, now, token: None, preview: false }
    }

    /// Returns the application authenticated with a role.
    pub async fn signed_in(&self, role: Role) -> Self {
        self.signed_in_as("ada", role).await
    }

    /// Returns the application authenticated with this name.
    pub async fn signed_in_as(&self, name: &str, role: Role) -> Self {
        let mut context =
            Context { now: self.now, actor: "test".to_owned(), rng: Box::new(rand::make_rng::<StdRng>()) };
        let wanted = NewToken { name: name.to_owned(), role, expires_at: None, violations: Vec::new() };
        let created = api_token::create(&self.database, &Administrator::operator(), wanted, &mut context).await;
        let secret = created.expect("a token is made").secret;
        // As if it had been used this minute: otherwise the server records its first use concurrently with the response,
        // and tests would count that statement.
        let mut used = Sql::new(self.database.engine(), "UPDATE api_token SET last_used_at = ");
        used.bind(self.now.0).push(" WHERE last_used_at IS NULL");
        let transaction = self.database.begin().await.expect("it can be written");
        transaction.execute_raw(used.into()).await.expect("it can be written");
        transaction.commit().await.expect("it can be written");
        Self { token: Some(secret.expose().to_owned()), ..Self::over(self.database.clone(), self.now) }
    }

    /// Returns the application with previews of drafts, for roles that can see them.
    pub fn previewing(self) -> Self {
        Self { preview: true, ..self }
    }

    /// Returns the application without authentication.
    pub fn anonymous(&self) -> Self {
        Self::over(self.database.clone(), self.now)
    }

    /// Returns the application without authentication at another time.
    pub fn at(&self, time: &str) -> Self {
        Self::over(self.database.clone(), moment(time))
    }

    /// Returns the application with this public URL.
    pub fn shown_at(&self, url: &str) -> Self {
        let url = url.parse().expect("it is a URL");
        Self::over_with(self.database.clone(), self.now, |settings| settings.server.public_url = Some(url))
    }

    /// Returns the application with the same token at another time.
    pub fn still_at(&self, time: &str) -> Self {
        Self { token: self.token.clone(), ..self.at(time) }
    }

    /// Imports records into the catalog at the application's time, if there are any.
    ///
    /// # Panics
    /// If one of them is rejected.
    pub async fn import(&self, records: impl Into<Lines>) -> ImportReport {
        let lines = records.into();
        if lines.text().is_empty() {
            return ImportReport::default();
        }
        let mut context =
            Context { now: self.now, actor: "import".to_owned(), rng: Box::new(StdRng::seed_from_u64(lines.seed())) };
        let options = ImportOptions::default();
        let report =
            import_export::import(&self.database, lines.text().as_bytes(), options, &mut context, |_| {}).await;
        let report = report.expect("the database takes it");
        assert!(!report.is_rejected(), "the test's own catalog is refused: {:#?}", report.violations);
        report
    }

    /// Updates the search indexes now, so that no query waits for that or sends statements for it.
    pub async fn index(&self) {
        for indexer in &self.indexers {
            indexer.update().await.expect("the index can be built");
        }
    }

    /// Sends a query.
    pub async fn ask(&self, query: &str) -> Answer {
        self.ask_with(query, Value::Null).await
    }

    /// Sends a query with variables.
    pub async fn ask_with(&self, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.sent(&self.router, query, body.clone()).await;
        for keeping in self.keeping.iter().filter(|_| self.token.is_none()) {
            for time in ["cache miss", "cache hit"] {
                let cached = self.sent(keeping, query, body.clone()).await;
                assert_eq!((cached.status, &cached.body), (answer.status, &answer.body), "{time}: {query}");
            }
        }
        answer
    }

    /// Sends a query whose handler runs within this future and is dropped with it, as on a disconnect of the client.
    pub async fn ask_here(&self, query: &str) {
        let request = self.request(json!({ "query": query }).to_string());
        self.router.clone().oneshot(request).await.expect("there is always an answer");
    }

    /// Fetches a path other than the API. Returns the status and the JSON.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let request = Request::get(path).body(Body::empty()).expect("it is a request");
        let response = self.router.clone().oneshot(request).await.expect("there is always an answer");
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("it has an end");
        (status, serde_json::from_slice(&body).expect("it is JSON"))
    }

    fn request(&self, body: String) -> Request<Body> {
        let mut request = Request::post("/graphql")
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/graphql-response+json");
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if self.preview {
            request = request.header("Catalog-Preview", "drafts");
        }
        request.body(Body::from(body)).expect("it is a request")
    }

    async fn sent(&self, router: &Router, query: &str, body: String) -> Answer {
        let request = self.request(body);
        let router = router.clone();
        let before = self.database.statements();
        // On a worker thread, as in the server: on the test's thread, tokio wakes tasks in another order.
        let answering = tokio::spawn(async move {
            let response = router.oneshot(request).await.expect("there is always an answer");
            let status = response.status().as_u16();
            (status, to_bytes(response.into_body(), usize::MAX).await.expect("it has an end"))
        });
        let (status, body) = answering.await.expect("nothing panics");
        let statements = self.database.statements() - before;
        let body = serde_json::from_slice(&body).expect("it is JSON");
        Answer { query: query.to_owned(), status, body, statements }
    }

    /// Returns the data of a query that must succeed.
    pub async fn data(&self, query: &str) -> Value {
        self.ask(query).await.data()
    }
}
