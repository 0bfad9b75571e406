//! A server on its own port, whose clock the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use entity::timestamp::Timestamp;
use reqwest::Client;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::auth::{Administrator, Role};
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::Database;
use syllabus::http::{Server, Stopped};
use syllabus::rng::RngSource;
use syllabus::service::api_token::{self, Created, NewToken};
use syllabus::service::write::Context;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::common::{NOW, moment};

/// How long a test waits for an expected event.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Site {
    /// `127.0.0.1:4711`
    pub address: String,
    pub database: Database,
    now: Arc<AtomicI64>,
    stop: Arc<Notify>,
    server: JoinHandle<Stopped>,
    client: Client,
}

impl Site {
    pub async fn start(database: &Database) -> Self {
        Self::with(database, |_| {}).await
    }

    /// Starts it with settings that differ from the defaults.
    pub async fn with(database: &Database, change: impl FnOnce(&mut Settings)) -> Self {
        let now = Arc::new(AtomicI64::new(moment(NOW).0));
        let clock_time = now.clone();
        let clock = Clock::from_fn(move || Timestamp(clock_time.load(Ordering::SeqCst)));
        let mut settings = Settings::for_testing();
        change(&mut settings);
        let server = Server::bind(App::new(database.clone(), clock, settings)).await.expect("there is a port");
        let address = server.address().to_string();
        let stop = Arc::new(Notify::new());
        let stopping = stop.clone();
        let server = tokio::spawn(server.run(async move { stopping.notified().await }, std::future::pending::<()>()));
        let client = Client::builder().pool_max_idle_per_host(0).build().expect("there is a client");
        Self { address, database: database.clone(), now, stop, server, client }
    }

    /// Uses HTTP/2 from here on, over one connection.
    #[must_use]
    pub fn over_http2(self) -> Self {
        let client = Client::builder().http2_prior_knowledge().build().expect("there is a client");
        Self { client, ..self }
    }

    /// Stops the server, and returns its result.
    pub async fn stop(self) -> Stopped {
        self.stop.notify_one();
        let ended = tokio::time::timeout(PATIENCE, self.server).await.expect("it ends");
        ended.expect("nothing panics")
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    pub fn set_clock(&self, time: &str) {
        self.now.store(moment(time).0, Ordering::SeqCst);
    }

    /// Creates a token.
    pub async fn create(&self, role: Role) -> Created {
        let mut context = Context { now: self.now(), actor: String::new(), rng: RngSource::system().rng() };
        let wanted = NewToken { name: role.as_str().to_owned(), role, expires_at: None, violations: Vec::new() };
        let created = api_token::create(&self.database, &Administrator::operator(), wanted, &mut context).await;
        created.expect("it can be made")
    }

    /// Returns the value of an `Authorization` header with a new token of this role.
    pub async fn bearer(&self, role: Role) -> String {
        format!("Bearer {}", self.create(role).await.secret.expose())
    }

    /// Posts a request with these additional headers.
    pub async fn post(&self, headers: &[(&str, &str)], body: &Value) -> reqwest::Response {
        let mut request = self.client.post(format!("http://{}/graphql", self.address));
        request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("there is an answer")
    }

    pub async fn get(&self, query_string: &str, accept: &str) -> reqwest::Response {
        let address = format!("http://{}/graphql?{query_string}", self.address);
        self.client.get(address).header(ACCEPT, accept).send().await.expect("there is an answer")
    }

    /// Posts a query, and returns its data.
    pub async fn data(&self, authorization: &str, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let response = self.post(&[(AUTHORIZATION.as_str(), authorization)], &body).await;
        let mut body: Value = response.json().await.expect("it is JSON");
        assert!(body.get("errors").is_none(), "{body}");
        body["data"].take()
    }
}
