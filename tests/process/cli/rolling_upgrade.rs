//! Rolling upgrades: the schema changes while servers of the former version run. Either they can use it, or they are
//! not ready.
//!
//! The next version is a migration that only these tests have. All server processes are of this version, so the new
//! ones start on a schema that is newer than they are.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{assert_code, stderr};
use crate::command::{run, syllabus};
use crate::common::on_each_engine;
use crate::crash::server::{SERVE, Server};
use crate::editing::create_topic;
use crate::fault::postgres::{administrator, cluster, create_database};
use crate::wait::until;

/// The migration of the next version. It only adds, so it does not change `schema_compatibility`.
const NEXT_MIGRATION: &str = "ALTER TABLE item ADD COLUMN newer INTEGER NOT NULL DEFAULT 7; \
    INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_newer', 1)";
/// Excludes servers that do not know the migration of the next version.
const EXCLUDE_FORMER_SERVERS: &str = "UPDATE schema_compatibility SET oldest_migration = 'm20990101_000001_newer'";
/// The number of concurrent clients. Each writer changes one topic.
const READERS: usize = 4;
const WRITERS: usize = 2;
/// The number of responses of each server between two steps of the upgrade.
const CALM: u64 = 100;
/// The interval between the health checks of the balancer.
const HEALTH_INTERVAL: Duration = Duration::from_millis(50);
/// The time for which stopping servers serve requests: many health checks, also on a busy machine.
const DRAIN_DELAY: &str = "2s";
/// How long a client waits for a response.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server behind the balancer.
struct Backend {
    server: Server,
    /// The number of successful responses.
    responses: AtomicU64,
}

impl Backend {
    fn responses(&self) -> u64 {
        self.responses.load(Ordering::SeqCst)
    }
}

/// A topic that one writer changes. Its title is the number of the write.
struct Topic {
    id: String,
    /// The number of the last acknowledged write.
    acknowledged: AtomicU64,
}

impl Topic {
    fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }
}

fn title(write: u64) -> String {
    format!("Write {write}")
}

/// A load balancer in the clients, and the failures that they have observed.
struct Balancer {
    client: Client,
    /// The token of an editor.
    token: String,
    /// The servers whose last `/readyz` responded with 200.
    ready: Mutex<Vec<Arc<Backend>>>,
    /// The number of requests.
    requests: AtomicUsize,
    failures: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl Balancer {
    fn new(token: &str) -> Self {
        Self {
            client: Client::builder().timeout(PATIENCE).build().expect("the options are valid"),
            token: token.to_owned(),
            ready: Mutex::default(),
            requests: AtomicUsize::new(0),
            failures: Mutex::default(),
            is_over: AtomicBool::new(false),
        }
    }

    /// Follows the readiness of a server until its process ends.
    async fn watch(&self, backend: &Arc<Backend>) {
        let url = format!("http://{}/readyz", backend.server.address());
        while !backend.server.has_ended() {
            let response = self.client.get(&url).send().await;
            self.set_ready(backend, response.is_ok_and(|response| response.status() == 200));
            sleep(HEALTH_INTERVAL).await;
        }
        self.set_ready(backend, false);
    }

    /// Adds or removes a server. At least one server must remain.
    fn set_ready(&self, backend: &Arc<Backend>, is_ready: bool) {
        let mut ready = self.ready.lock().expect("nobody panics with it");
        let was_ready = ready.iter().any(|other| Arc::ptr_eq(other, backend));
        ready.retain(|other| !Arc::ptr_eq(other, backend));
        if is_ready {
            ready.push(backend.clone());
        } else if was_ready && ready.is_empty() {
            self.fail("no server is ready".to_owned());
        }
    }

    fn is_ready(&self, backend: &Arc<Backend>) -> bool {
        self.ready.lock().expect("nobody panics with it").iter().any(|other| Arc::ptr_eq(other, backend))
    }

    /// Selects the next of the ready servers.
    fn pick(&self) -> Option<Arc<Backend>> {
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let ready = self.ready.lock().expect("nobody panics with it");
        ready.get(number % ready.len().max(1)).cloned()
    }

    fn fail(&self, failure: String) {
        self.failures.lock().expect("nobody panics with it").push(failure);
    }

    fn assert_no_failure(&self) {
        let failures = self.failures.lock().expect("nobody panics with it").clone();
        assert_eq!(failures, Vec::<String>::new());
    }

    /// Sends an operation to a ready server; with the token if `is_editor`. Returns the data of the response. Records a
    /// failure and returns `None` otherwise.
    async fn send(&self, is_editor: bool, body: &Value) -> Option<Value> {
        let Some(backend) = self.pick() else {
            // The failure was recorded when the last server became unready.
            sleep(HEALTH_INTERVAL).await;
            return None;
        };
        let mut request = self.client.post(format!("http://{}/graphql", backend.server.address())).json(body);
        if is_editor {
            request = request.bearer_auth(&self.token);
        }
        match data(request).await {
            Ok(data) => {
                backend.responses.fetch_add(1, Ordering::SeqCst);
                Some(data)
            }
            Err(failure) => {
                self.fail(format!("{}: {failure}", backend.server.address()));
                None
            }
        }
    }

    /// Reads all topics until the end.
    async fn read(&self, reader: usize) {
        let mut number = 0_u64;
        while !self.is_over.load(Ordering::SeqCst) {
            number += 1;
            // Another query each time, which no cache contains.
            let query = format!("{{ topics(first: 10) {{ nodes {{ title a{reader}_{number}: title }} }} }}");
            let Some(data) = self.send(false, &json!({ "query": query })).await else { continue };
            if data["topics"]["nodes"].as_array().is_none_or(|nodes| nodes.len() != WRITERS) {
                self.fail(format!("not {WRITERS} topics: {data}"));
            }
        }
    }

    /// Renames a topic until the end.
    async fn write(&self, topic: &Topic) {
        let query = "mutation ($id: ID!, $title: String!) { topicUpdate(input: { id: $id, title: $title }) \
                     { userErrors { message } } }";
        let mut number = 0;
        while !self.is_over.load(Ordering::SeqCst) {
            number += 1;
            let variables = json!({ "id": topic.id, "title": title(number) });
            let body = json!({ "query": query, "variables": variables });
            let Some(data) = self.send(true, &body).await else { continue };
            if data["topicUpdate"]["userErrors"] == json!([]) {
                topic.acknowledged.store(number, Ordering::SeqCst);
            } else {
                self.fail(format!("rejected write: {data}"));
            }
        }
    }
}

/// Sends a request. Returns the data of the response, or the reason why it is a failure.
async fn data(request: RequestBuilder) -> Result<Value, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status();
    let mut body: Value = response.json().await.map_err(|error| format!("{status}: {error:?}"))?;
    if status == 200 && body.get("errors").is_none() {
        Ok(body["data"].take())
    } else {
        Err(format!("{status}: {body}"))
    }
}

/// A catalog with the balancer of its servers, and with its clients.
struct Catalog {
    url: String,
    balancer: Arc<Balancer>,
    topics: Vec<Arc<Topic>>,
    watchers: JoinSet<()>,
    clients: JoinSet<()>,
}

impl Catalog {
    fn new(url: String) -> Self {
        run(&url, &["migrate", "up"]);
        let token = run(&url, &["token", "create", "--name", "ada", "--role", "editor"]);
        let balancer = Arc::new(Balancer::new(token.trim()));
        Self { url, balancer, topics: Vec::new(), watchers: JoinSet::new(), clients: JoinSet::new() }
    }

    /// Starts a server, and waits until it is ready.
    async fn start_server(&mut self) -> Arc<Backend> {
        let mut command = syllabus(&self.url, &SERVE);
        let server = Server::started_by(command.args(["--drain-delay", DRAIN_DELAY]), &self.balancer.token);
        let backend = Arc::new(Backend { server, responses: AtomicU64::new(0) });
        let (balancer, watched) = (self.balancer.clone(), backend.clone());
        self.watchers.spawn(async move { balancer.watch(&watched).await });
        self.until("the server is ready", || self.balancer.is_ready(&backend)).await;
        backend
    }

    /// Stops a server as a process manager does, and waits until its process ends.
    async fn stop_server(&self, backend: &Backend) {
        let id = backend.server.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        self.until("the server ends", || backend.server.has_ended()).await;
        assert_eq!(backend.server.logged("draining: /readyz returns 503"), 1, "it did not drain");
    }

    /// Creates the topics on a server, and starts the clients.
    async fn start_clients(&mut self, server: &Server) {
        for number in 0..WRITERS {
            let id = create_topic(server, &format!("Topic {number}")).await;
            self.topics.push(Arc::new(Topic { id, acknowledged: AtomicU64::new(0) }));
        }
        for topic in &self.topics {
            let (balancer, topic) = (self.balancer.clone(), topic.clone());
            self.clients.spawn(async move { balancer.write(&topic).await });
        }
        for reader in 0..READERS {
            let balancer = self.balancer.clone();
            self.clients.spawn(async move { balancer.read(reader).await });
        }
    }

    /// Waits until a condition holds. Panics at the first failure of a client.
    async fn until(&self, expected: &str, holds: impl Fn() -> bool) {
        until(expected, async || {
            self.balancer.assert_no_failure();
            holds()
        })
        .await;
    }

    /// Waits until each of these servers has sent further responses, and each topic was changed again.
    async fn observe(&self, servers: &[&Backend]) {
        let responses: Vec<u64> = servers.iter().map(|backend| backend.responses()).collect();
        let acknowledged: Vec<u64> = self.topics.iter().map(|topic| topic.acknowledged()).collect();
        self.until("the servers respond, and writes go on", || {
            servers.iter().zip(&responses).all(|(backend, before)| backend.responses() >= before + CALM)
                && self.topics.iter().zip(&acknowledged).all(|(topic, before)| topic.acknowledged() > *before)
        })
        .await;
    }

    /// Stops the clients, and asserts that nothing failed and that these servers have every acknowledged write.
    async fn end(mut self, servers: &[&Backend]) {
        self.balancer.is_over.store(true, Ordering::SeqCst);
        while let Some(ended) = self.clients.join_next().await {
            ended.expect("clients do not panic");
        }
        self.balancer.assert_no_failure();
        let query = "query ($id: ID!) { node(id: $id) { ... on Topic { title } } }";
        for topic in &self.topics {
            let acknowledged = title(topic.acknowledged());
            for backend in servers {
                // A server notices the writes of the other one a little later.
                until(&format!("the title is {acknowledged:?}"), async || {
                    let data = backend.server.ask(query, json!({ "id": topic.id })).await;
                    data.expect("the server is there")["node"]["title"] == *acknowledged
                })
                .await;
            }
        }
        eprintln!("rolling upgrade: {} requests", self.balancer.requests.load(Ordering::SeqCst));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rolling_upgrades_fail_no_request_and_lose_no_acknowledged_write() {
    let Some(cluster) = cluster() else { return };
    let database = create_database(cluster, "").await;
    let mut catalog = Catalog::new(cluster.url(&database));
    let former = [catalog.start_server().await, catalog.start_server().await];
    catalog.start_clients(&former[0].server).await;
    catalog.observe(&[&former[0], &former[1]]).await;

    administrator(cluster, &database).await.execute_unprepared(NEXT_MIGRATION).await.expect("it can be done");
    catalog.observe(&[&former[0], &former[1]]).await;

    catalog.stop_server(&former[0]).await;
    let first = catalog.start_server().await;
    catalog.observe(&[&first, &former[1]]).await;

    catalog.stop_server(&former[1]).await;
    let second = catalog.start_server().await;
    catalog.observe(&[&first, &second]).await;
    catalog.end(&[&first, &second]).await;
}

#[test]
fn servers_that_are_too_old_for_the_schema_become_unready_and_do_not_start() {
    on_each_engine(async |store| {
        let url = store.url();
        let server = Server::start(&url, "");
        assert_eq!(server.get("/readyz").await.0, 200);
        for statements in [NEXT_MIGRATION, EXCLUDE_FORMER_SERVERS] {
            store.database.writer().execute_unprepared(statements).await.expect("it can be done");
        }
        let reason = "the schema of the database is newer than this server";
        let unready = (503, json!({ "status": "unavailable", "reason": reason }));
        assert_eq!(server.get("/readyz").await, unready);
        let output = syllabus(&url, &SERVE).output().expect("the binary runs");
        assert_code(&output, 1);
        let message = stderr(&output);
        assert!(message.contains("it has migrations that this program does not know"), "{message}");
    });
}
