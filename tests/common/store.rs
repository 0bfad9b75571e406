//! Empty databases of both engines, one for each test, and the runner that passes them to a test.

use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process;
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use syllabus::db::{Database, DatabaseUrl, Engine};
use syllabus::service::sort_keys;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::cluster::Cluster;

/// A migrated and empty database of one test.
pub struct Store {
    pub database: Database,
    place: Place,
}

enum Place {
    Sqlite { directory: TempDir },
    Postgres { name: String, address: String },
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
    Own(Cluster),
    /// An existing server, by the URL of a database on it.
    Given(Url),
}

const MIGRATED: &str = "migrated";

impl Server {
    fn url(&self, database: &str) -> DatabaseUrl {
        DatabaseUrl::from_str(&self.address(database)).expect("it is the address of a database")
    }

    fn address(&self, database: &str) -> String {
        match self {
            Self::Own(cluster) => cluster.url(database),
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
            Self::Own(_) => self.url("postgres"),
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
            let server = Server::Own(Cluster::start()?);
            runtime().block_on(async {
                server.command(&format!("CREATE DATABASE {MIGRATED}")).await;
                let database = Database::open(&server.url(MIGRATED), true).await.expect("it can be migrated");
                database.writer().clone().close().await.expect("it can be left");
            });
            Some(server)
        })
        .as_ref()
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
            Server::Own(_) => server.command(&format!("CREATE DATABASE {name} TEMPLATE {MIGRATED}")).await,
            Server::Given(_) => server.command(&format!("CREATE DATABASE {name}")).await,
        }
        let database = Database::open(&server.url(&name), true).await.expect("a new database can be opened");
        keep_current(&database).await;
        let address = server.address(&name);
        Self { database, place: Place::Postgres { name, address } }
    }

    /// Returns its URL for another process.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite { directory } => sqlite_address(directory.path()),
            Place::Postgres { address, .. } => address.clone(),
        }
    }

    /// Opens another handle on the same database, as another server does.
    pub async fn second_handle(&self) -> Database {
        let url = DatabaseUrl::from_str(&self.url()).expect("it is an address");
        Database::open(&url, true).await.expect("it can be opened again")
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
