//! PgBouncer in transaction mode, with the configuration of the documentation, two connections to PostgreSQL, and more
//! clients than connections.

mod servers;
mod start;
mod statements;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use sea_orm::ConnectionTrait;
use syllabus::db::{ConnectOptions, DatabaseUrl, PoolOptions, Pooler};
use tempfile::TempDir;

use crate::common::Cluster;
use crate::common::pgbouncer::{PgBouncer, PgBouncerOptions, block};
use crate::common::store::ACQUIRE_TIMEOUT;
use crate::fault::postgres::{administrator, cluster, create_database};
use crate::serving::binary;

/// The number of connections from PgBouncer to PostgreSQL.
const CONNECTIONS: u32 = 2;
/// The number of concurrent clients.
const CLIENTS: usize = 16;

/// An empty database behind a PgBouncer.
struct Pooled {
    cluster: &'static Cluster,
    bouncer: PgBouncer,
    /// The name of the database.
    name: String,
    folder: TempDir,
}

impl Pooled {
    /// Starts a PgBouncer, whose configuration has these lines, too; `None`, with a message, if a program is missing.
    async fn start(lines: &'static str) -> Option<Self> {
        let cluster = cluster()?;
        let bouncer = PgBouncer::start(cluster, PgBouncerOptions { pool_size: CONNECTIONS, lines })?;
        let name = create_database(cluster, "").await;
        Some(Self { cluster, bouncer, name, folder: tempfile::tempdir().expect("the disk has space") })
    }

    /// Returns the URL through PgBouncer.
    fn url(&self) -> String {
        self.bouncer.url(&self.name)
    }

    /// Returns the URL without PgBouncer.
    fn direct_url(&self) -> String {
        self.cluster.url(&self.name)
    }

    fn options(&self) -> ConnectOptions {
        let parse = |url: String| -> DatabaseUrl { url.parse().expect("it is an address") };
        let direct_url = Some(parse(self.direct_url()));
        let pool = PoolOptions { acquire_timeout: ACQUIRE_TIMEOUT, ..PoolOptions::default() };
        ConnectOptions { pool, pooler: Pooler::Transaction, direct_url, ..parse(self.url()).into() }
    }

    /// Returns a command with the documented configuration.
    fn command(&self, arguments: &[&str]) -> Command {
        self.command_with(arguments, &documented(&self.url(), Some(&self.direct_url())))
    }

    /// Returns a command with the documented configuration, without a direct URL.
    fn polling_command(&self, arguments: &[&str]) -> Command {
        self.command_with(arguments, &documented(&self.url(), None))
    }

    fn command_with(&self, arguments: &[&str], configuration: &str) -> Command {
        let mut command = binary();
        command.args(arguments).arg("--config").arg(self.file("syllabus.toml", configuration));
        command.env("SYLLABUS_DATABASE_ACQUIRE_TIMEOUT", format!("{}s", ACQUIRE_TIMEOUT.as_secs()));
        command
    }

    /// Writes a file with this text.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("the disk has space");
        path
    }

    /// Counts the connections to the database that satisfy a condition.
    async fn count_connections(&self, condition: &str) -> i64 {
        let count = format!(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{}' AND backend_type = 'client backend' AND {condition}",
            self.name
        );
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, count);
        let row = administrator(self.cluster, "postgres").await.query_one_raw(statement).await.expect("it can be read");
        row.expect("it is one row").try_get_by_index(0).expect("it is a number")
    }
}

/// Returns the documented configuration of a server, with these URLs.
fn documented(url: &str, direct_url: Option<&str>) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some(("url", _)) => format!("url = \"{url}\"\n"),
        Some(("direct-url", _)) => direct_url.map_or_else(String::new, |url| format!("direct-url = \"{url}\"\n")),
        _ => format!("{line}\n"),
    };
    let text: String = block("syllabus.toml").lines().map(line).collect();
    assert!(text.contains(url) && text.contains("pooler = \"transaction\""), "{text}");
    text
}
