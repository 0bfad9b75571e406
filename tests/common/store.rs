//! Empty databases of both engines, one for each test, and the runner that passes them to a test.

use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process;
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use syllabus::db::{ConnectOptions, Database, DatabaseUrl, Engine, PoolOptions, Pooler};
use syllabus::service::sort_keys;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::cluster::Cluster;
use super::pgbouncer::{PgBouncer, PgBouncerOptions};

/// How long a statement waits for a connection: longer than by default, because the tests keep all processors busy.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

/// A migrated and empty database of one test.
pub struct Store {
    pub database: Database,
    place: Place,
}

enum Place {
    Sqlite { directory: TempDir },
    Postgres { name: String, address: String, pooler_address: Option<String> },
}

impl Place {
    fn server_url(&self) -> String {
        match self {
            Self::Sqlite { directory } => sqlite_address(directory.path()),
            Self::Postgres { address, pooler_address, .. } => pooler_address.as_ref().unwrap_or(address).clone(),
        }
    }

    fn options(&self) -> ConnectOptions {
        let parse = |url: &str| DatabaseUrl::from_str(url).expect("it is an address");
        let pool = PoolOptions { acquire_timeout: ACQUIRE_TIMEOUT, ..PoolOptions::default() };
        let options = ConnectOptions { pool, ..parse(&self.server_url()).into() };
        match self {
            Self::Postgres { address, pooler_address: Some(_), .. } => {
                ConnectOptions { pooler: Pooler::Transaction, direct_url: Some(parse(address)), ..options }
            }
            Self::Sqlite { .. } | Self::Postgres { .. } => options,
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.database.engine() {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        })
    }
}

/// Runs a test on SQLite, and on PostgreSQL if it is available, each time on a separate database.
///
/// # Panics
/// If the test panics, or if there is no PostgreSQL although `SYLLABUS_REQUIRE_POSTGRES` is set.
#[expect(clippy::needless_pass_by_value, reason = "it reads better where a test is written on the spot")]
pub fn on_each_engine(test: impl AsyncFn(&Store)) {
    let runtime = runtime();
    runtime.block_on(async {
        let store = Store::sqlite().await;
        run(&store, &test).await;
    });
    let Some(server) = server() else {
        assert!(!is_required(), "{MISSING}");
        return;
    };
    runtime.block_on(async {
        let store = Store::postgres(server).await;
        let outcome = AssertUnwindSafe(run(&store, &test)).catch_unwind().await;
        store.remove(server).await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

async fn run(store: &Store, test: &impl AsyncFn(&Store)) {
    let outcome = AssertUnwindSafe(test(store)).catch_unwind().await;
    if let Err(panic) = outcome {
        eprintln!("on {store}");
        resume_unwind(panic);
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("there are threads")
}

const MISSING: &str = "PostgreSQL was NOT tested: there is no initdb, neither in PATH nor in /usr/lib/postgresql, \
                       and TEST_DATABASE_URL is not set.";

/// Returns the message at the end of a run without PostgreSQL.
///
/// # Panics
/// If `SYLLABUS_REQUIRE_POSTGRES` is set.
pub fn postgres_is_missing() -> Option<&'static str> {
    let missing = server().is_none().then_some(MISSING);
    assert!(missing.is_none() || !is_required(), "{MISSING}");
    missing
}

fn is_required() -> bool {
    std::env::var("SYLLABUS_REQUIRE_POSTGRES").is_ok_and(|value| value == "1")
}

/// The PostgreSQL server on which databases are created.
enum Server {
    /// A temporary cluster, with a migrated database to copy.
    Own(Cluster, Option<PgBouncer>),
    /// An existing server, by the URL of a database on it.
    Given(Url),
}

const MIGRATED: &str = "migrated";
/// The number of connections that PgBouncer opens for each database: more than the waiting writers of two servers.
const POOL_SIZE: u32 = 10;

impl Server {
    fn url(&self, database: &str) -> DatabaseUrl {
        DatabaseUrl::from_str(&self.address(database)).expect("it is the address of a database")
    }

    fn address(&self, database: &str) -> String {
        match self {
            Self::Own(cluster, _) => cluster.url(database),
            Self::Given(url) => {
                let mut url = url.clone();
                url.set_path(database);
                url.into()
            }
        }
    }

    /// Executes a statement that creates or drops databases.
    async fn command(&self, sql: &str) {
        let url = match self {
            Self::Own(..) => self.url("postgres"),
            Self::Given(url) => DatabaseUrl::from_str(url.as_str()).expect("TEST_DATABASE_URL is an address"),
        };
        let database = Database::connect(&url).await.expect("the server answers");
        database.writer().execute_unprepared(sql).await.expect("the server does it");
        database.writer().clone().close().await.expect("it can be left");
    }
}

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
                return Some(Server::Given(Url::parse(&url).expect("TEST_DATABASE_URL is an address")));
            }
            let cluster = Cluster::start()?;
            let pooler = is_pooled().then(|| pooler(&cluster));
            let server = Server::Own(cluster, pooler);
            runtime().block_on(async {
                server.command(&format!("CREATE DATABASE {MIGRATED}")).await;
                let database = Database::open(&server.url(MIGRATED), true).await.expect("it can be migrated");
                database.writer().clone().close().await.expect("it can be left");
            });
            Some(server)
        })
        .as_ref()
}

/// Whether the tests reach PostgreSQL through PgBouncer in transaction mode.
fn is_pooled() -> bool {
    std::env::var("POOLER").is_ok_and(|mode| mode == "transaction")
}

fn pooler(cluster: &Cluster) -> PgBouncer {
    // A login by SCRAM takes 50 ms in a debug build, and the tests have many connections.
    let options = PgBouncerOptions { pool_size: POOL_SIZE, lines: "auth_type = trust\n" };
    PgBouncer::start(cluster, options).expect("POOLER=transaction requires pgbouncer")
}

/// As the server does at its start.
async fn keep_current(database: &Database) {
    sort_keys::keep_current(database, Some("en")).await.expect("the sort keys can be rebuilt");
}

impl Store {
    async fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("the disk has space");
        let url = DatabaseUrl::from_str(&sqlite_address(directory.path())).expect("it names a file");
        let database = Database::open(&url, true).await.expect("a new file can be opened");
        keep_current(&database).await;
        Self { database, place: Place::Sqlite { directory } }
    }

    async fn postgres(server: &Server) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("syllabus_test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        match server {
            Server::Own(..) => server.command(&format!("CREATE DATABASE {name} TEMPLATE {MIGRATED}")).await,
            Server::Given(_) => server.command(&format!("CREATE DATABASE {name}")).await,
        }
        let address = server.address(&name);
        let pooler_address = match server {
            Server::Own(_, Some(pooler)) => Some(pooler.url(&name)),
            Server::Own(_, None) | Server::Given(_) => None,
        };
        let place = Place::Postgres { name, address, pooler_address };
        let database = Database::open(place.options(), true).await.expect("a new database can be opened");
        keep_current(&database).await;
        Self { database, place }
    }

    /// Returns the options with which servers open it.
    pub fn options(&self) -> ConnectOptions {
        self.place.options()
    }

    /// Returns the options with which servers open it through a proxy in front of [`server_url`](Self::server_url).
    pub fn options_through(&self, proxy: &str) -> ConnectOptions {
        let url = DatabaseUrl::from_str(proxy).expect("it is an address");
        ConnectOptions { url, direct_url: None, ..self.options() }
    }

    /// Returns the URL that servers use: that of the pooler, if there is one.
    pub fn server_url(&self) -> String {
        self.place.server_url()
    }

    /// Returns its URL for another process, without the pooler.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite { directory } => sqlite_address(directory.path()),
            Place::Postgres { address, .. } => address.clone(),
        }
    }

    /// Opens another handle on the same database, as another server does.
    pub async fn second_handle(&self) -> Database {
        Database::open(self.options(), true).await.expect("it can be opened again")
    }

    /// Deletes all its rows, for another case of the same test.
    pub async fn clear(&self) {
        let writer = self.database.writer();
        writer.execute_unprepared("UPDATE item SET parent_id = NULL").await.expect("every topic may be a root");
        // Rows with references come before the referenced rows.
        for table in [
            "reading_list_entry",
            "reading_list",
            "item_topic",
            "contribution",
            "prerequisite",
            "related_item",
            "slug_redirect",
            "code_redirect",
            "isbn_redirect",
            "revision",
            "change_event",
            "import_key",
            "scheduled_publication",
            "search_change",
            "item",
            "person",
            "organization",
        ] {
            let sql = format!("DELETE FROM {table}");
            writer.execute_unprepared(&sql).await.expect("nothing refers to it any more");
        }
        keep_current(&self.database).await;
    }

    async fn remove(self, server: &Server) {
        if let Place::Postgres { name, .. } = &self.place {
            self.database.writer().clone().close().await.expect("it can be left");
            server.command(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

fn sqlite_address(directory: &Path) -> String {
    format!("sqlite:{}", directory.join("catalog.db").display())
}
