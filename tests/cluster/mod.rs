//! Several servers of PostgreSQL: read replicas and failovers.

mod failover;
mod history;
mod link;
mod order;
mod partitions;
mod patroni;
mod poolers;
mod replicas;
mod unresponsive;

use std::process::Command;
use std::time::Duration;

use reqwest::Client;
use reqwest::header::HeaderMap;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};
use syllabus::cli::DEMO_CATALOG;
use tempfile::{NamedTempFile, TempDir};

use crate::command::{succeed, syllabus};
use crate::common::recipe::block;
use crate::common::{Cluster, postgres_is_missing};
use crate::crash::server::{SERVE, Server};
use crate::editing::text;
use crate::serving::binary;
use crate::wait::until;

/// The documentation of what is tested here.
const PAGE: &str = include_str!("../../docs/operations/replicas.md");
/// The name of the database.
const CATALOG: &str = "catalog";
/// How long a client waits for a response.
const PATIENCE: Duration = Duration::from_secs(30);

/// A primary with the demo catalog, and its standbys.
struct Servers {
    primary: Cluster,
    standbys: Vec<Cluster>,
    /// The token of an editor.
    token: String,
}

impl Servers {
    /// Starts them; `None`, with a message, if PostgreSQL is not installed.
    async fn start(standbys: usize) -> Option<Self> {
        let Some(primary) = Cluster::replicated() else {
            let missing = postgres_is_missing().unwrap_or("PostgreSQL was NOT tested: replication needs an initdb.");
            eprintln!("{missing}");
            return None;
        };
        run(&primary, "postgres", &format!("CREATE DATABASE {CATALOG} TEMPLATE template0")).await;
        let url = url(&primary);
        let folder = TempDir::new().expect("the disk has space");
        let file = folder.path().join("demo.jsonl");
        std::fs::write(&file, DEMO_CATALOG).expect("the disk has space");
        succeed(&mut syllabus(&url, &["import", &file.display().to_string(), "--auto-migrate"]));
        let (token, _) = succeed(&mut syllabus(&url, &["token", "create", "--name", "ada", "--role", "editor"]));
        let standbys = (0..standbys).map(|number| primary.standby(&format!("standby_{number}"))).collect();
        Some(Self { primary, standbys, token: token.trim().to_owned() })
    }

    /// Starts a server of the catalog that reads from the standbys, and writes to whichever accepts writes.
    fn serve(&self) -> Catalog {
        let addresses = |clusters: &[Cluster]| clusters.iter().map(Cluster::address).collect::<Vec<_>>();
        self.serve_at(&self.primary.address(), &addresses(&self.standbys))
    }

    /// Starts a server of the catalog that reads from all of them, as the documentation recommends.
    fn serve_everywhere(&self) -> Catalog {
        let all: Vec<String> = self.all().map(Cluster::address).collect();
        self.serve_configured(&documented_settings(&all))
    }

    /// Starts a server of the catalog with a configuration file.
    fn serve_configured(&self, settings: &str) -> Catalog {
        let file = NamedTempFile::new().expect("the disk has space");
        std::fs::write(&file, settings).expect("the disk has space");
        let mut command = binary();
        command.args(SERVE).arg("--edge-cache-tags").arg("--config").arg(file.path());
        Catalog::start(&mut command, &self.token)
    }

    /// Returns the servers of PostgreSQL, the primary first.
    fn all(&self) -> impl Iterator<Item = &Cluster> {
        [&self.primary].into_iter().chain(&self.standbys)
    }

    /// Starts a server that reaches the primary and the standbys at these addresses.
    fn serve_at(&self, primary: &str, standbys: &[String]) -> Catalog {
        let hosts: Vec<String> = [primary.to_owned()].into_iter().chain(standbys.iter().cloned()).collect();
        self.serve_reading(&hosts, standbys)
    }

    fn serve_reading(&self, hosts: &[String], replicas: &[String]) -> Catalog {
        self.serve_with(hosts, replicas, &[])
    }

    /// Starts a server with further options.
    fn serve_with(&self, hosts: &[String], replicas: &[String], options: &[&str]) -> Catalog {
        let replicas: Vec<String> = replicas.iter().map(|replica| url_at(std::slice::from_ref(replica))).collect();
        let mut command = syllabus(&url_at(hosts), &SERVE);
        command.args(["--edge-cache-tags", "--database-read-urls", &replicas.join(",")]).args(options);
        Catalog::start(&mut command, &self.token)
    }

    /// Makes the primary wait for one of the standbys at each commit.
    async fn replicate_synchronously(&self) {
        let names: Vec<String> = (0..self.standbys.len()).map(|number| format!("standby_{number}")).collect();
        synchronize(&self.primary, &names).await;
    }
}

/// Makes a server wait for one of these standbys at each commit, with the documented settings.
async fn synchronize(primary: &Cluster, standbys: &[String]) {
    let settings = block(PAGE, "postgresql.conf").replace("standby_0, standby_1", &standbys.join(", "));
    for (name, value) in settings.lines().filter_map(|line| line.split_once(" = ")) {
        let set = format!("ALTER SYSTEM SET {name} = '{}'", value.trim_matches('\''));
        run(primary, "postgres", &set).await;
    }
    run(primary, "postgres", "SELECT pg_reload_conf()").await;
}

/// Returns the documented settings for servers of PostgreSQL at these addresses, at most three.
fn documented_settings(addresses: &[String]) -> String {
    let settings = block(PAGE, "syllabus.toml").replace(":secret", "").replace("db1,db2,db3", &addresses.join(","));
    with_addresses(&settings, &["db1", "db2", "db3"].map(str::to_owned), addresses)
}

/// Returns settings with these addresses in place of the hosts of the replicas. Removes the lines of the other hosts.
fn with_addresses(settings: &str, hosts: &[String; 3], addresses: &[String]) -> String {
    hosts.iter().enumerate().fold(settings.to_owned(), |settings, (number, host)| match addresses.get(number) {
        Some(address) => settings.replace(&format!("@{host}/"), &format!("@{address}/")),
        None => settings.lines().filter(|line| !line.contains(host)).map(|line| format!("{line}\n")).collect(),
    })
}

/// Returns the URL of the catalog on one of several servers, of which the one that accepts writes is selected.
fn url_at(addresses: &[String]) -> String {
    let writable = if addresses.len() > 1 { "?target_session_attrs=read-write" } else { "" };
    format!("postgres://syllabus@{}/{CATALOG}{writable}", addresses.join(","))
}

/// Returns the URL of the catalog on a server.
fn url(server: &Cluster) -> String {
    url_at(&[server.address()])
}

/// Connects to a database of a server.
async fn connect(server: &Cluster, database: &str) -> DatabaseConnection {
    let url = format!("postgres://syllabus@{}/{database}", server.address());
    sea_orm::Database::connect(url).await.expect("it can be reached")
}

/// Runs a statement on a server.
async fn run(server: &Cluster, database: &str, statement: &str) {
    let connection = connect(server, database).await;
    connection.execute_unprepared(statement).await.expect("it can be done");
    connection.close().await.expect("it is idle");
}

/// Reads a number on a server.
async fn number(server: &Cluster, query: &str) -> i64 {
    let connection = connect(server, CATALOG).await;
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, query.to_owned());
    let row = connection.query_one_raw(statement).await.expect("it can be read").expect("it is one row");
    row.try_get_by_index(0).expect("it is a number")
}

/// A running server of the catalog, and the topic that the tests change.
struct Catalog {
    server: Server,
    client: Client,
    token: String,
}

/// A response.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Catalog {
    fn start(command: &mut Command, token: &str) -> Self {
        let server = Server::started_by(command, token);
        let client = Client::builder().timeout(PATIENCE).build().expect("the options are valid");
        Self { server, client, token: token.to_owned() }
    }

    /// Sends an operation with a header; with the token if `is_editor`.
    async fn send(&self, is_editor: bool, body: &Value, header: Option<(&str, &str)>) -> Reply {
        let mut request = self.client.post(format!("http://{}/graphql", self.server.address())).json(body);
        if is_editor {
            request = request.bearer_auth(&self.token);
        }
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = request.send().await.expect("the server is there");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: response.json().await.expect("it is JSON") }
    }

    /// Reads a topic by its slug, as everybody sees it.
    async fn read(&self, slug: &str, header: Option<(&str, &str)>) -> Reply {
        let query = json!({ "query": format!("{{ topic(by: {{ slug: \"{slug}\" }}) {{ id code title revision }} }}") });
        self.send(false, &query, header).await
    }

    /// Returns the title of a topic, as everybody sees it.
    async fn title(&self, slug: &str) -> String {
        let reply = self.read(slug, None).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        text(&reply.body["data"]["topic"]["title"])
    }

    /// Changes the title of a topic.
    async fn rename(&self, id: &str, title: &str) -> Reply {
        let query = "mutation ($id: ID!, $title: String!) { topicUpdate(input: { id: $id, title: $title }) \
                     { topic { revision } userErrors { message } } }";
        self.send(true, &json!({ "query": query, "variables": { "id": id, "title": title } }), None).await
    }

    /// Returns the value of the metric whose labels contain `label`.
    async fn metric(&self, name: &str, label: &str) -> i64 {
        let metrics = self.server.text("/metrics").await;
        let line = metrics.lines().find(|line| line.starts_with(name) && line.contains(label));
        let value = line.and_then(|line| line.rsplit(' ').next()).unwrap_or_else(|| panic!("{name}: {metrics}"));
        value.parse().expect("it is a number")
    }

    /// Waits until the search index is built.
    async fn until_index_is_built(&self) {
        let search = json!({ "query": "{ search(query: \"zyzzyva\") { totalCount } }" });
        until("the index is built", async || self.send(false, &search, None).await.status == 200).await;
    }

    /// Waits until a replica is available.
    async fn until_replica_is_used(&self, replica: &Cluster) {
        self.until_replica_at_is_used(&replica.address()).await;
    }

    /// Waits until the replica at an address is available.
    async fn until_replica_at_is_used(&self, address: &str) {
        until("the replica is used", async || self.metric("syllabus_db_replica_available", address).await == 1).await;
    }
}

/// Returns the version of the catalog in the response to a mutation.
fn version(reply: &Reply) -> String {
    let version = text(&reply.body["extensions"]["catalogVersion"]);
    assert_eq!(reply.headers.get("catalog-version").and_then(|value| value.to_str().ok()), Some(&*version));
    version
}

/// Returns the epoch in a version.
fn epoch(version: &str) -> &str {
    version.split_once(':').expect("it has two parts").0
}

/// Returns the position in a version.
fn position(version: &str) -> i64 {
    let (_, position) = version.split_once(':').expect("it has two parts");
    position.parse().expect("it is a number")
}

/// Returns the position of the last event on a server.
async fn position_of(server: &Cluster) -> i64 {
    number(server, "SELECT max(id) FROM change_event").await
}
