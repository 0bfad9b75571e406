//! Point-in-time recovery of PostgreSQL from a base backup and archived WAL, with the documented commands and settings.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command};

use reqwest::Client;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TryGetable};
use syllabus::cli::DEMO_CATALOG;
use tempfile::TempDir;

use crate::command::{run, succeed, syllabus};
use crate::common::cluster::{programs, unprivileged};
use crate::common::daemon::{free_port, start_watchdog};
use crate::common::recipe::block;
use crate::common::{Cluster, postgres_is_missing};
use crate::crash::server::Server;
use crate::editing::{create_topic, rename_topic};
use crate::wait::until;

use super::backup::{status_with, topics, version};

const PAGE: &str = include_str!("../../../docs/operations/backup.md");
/// The headings of the sections.
const ARCHIVE: &str = "Archive the log of PostgreSQL";
const RESTORE: &str = "Restore PostgreSQL to a point in time";
/// The documented statement that names a state.
const RESTORE_POINT: &str = "SELECT pg_create_restore_point('before_import')";
/// The date of the base backup in the documented commands.
const DATE: &str = "2026-01-31";
/// The name of the database.
const CATALOG: &str = "catalog";
/// The number of edits after the base backup.
const LATER_EDITS: usize = 5;

/// Starts a cluster in an existing data directory, and stops it when the standard input ends.
const WATCHDOG: &str = r#"
data=$1 log=$2 options=$3
shift 3 # what is left runs pg_ctl as somebody whom PostgreSQL accepts
trap '' INT TERM HUP PIPE
if "$@" start -s -w -t 60 -D "$data" -l "$log" -o "$options" >/dev/null 2>&1 </dev/null; then
    echo ready
else
    echo failed
fi
read -r _
"$@" stop -s -m immediate -D "$data" >/dev/null 2>&1 </dev/null
"#;

/// Returns the text of the page after a heading.
fn section(heading: &str) -> &'static str {
    PAGE.split_once(&format!("\n## {heading}\n")).expect("the page has the section").1
}

/// A temporary directory in place of the documented ones. It belongs to the user of PostgreSQL.
struct Storage {
    directory: TempDir,
    /// The directory of the programs of PostgreSQL.
    programs: PathBuf,
    /// The prefix of commands that run as the user of PostgreSQL.
    unprivileged: Vec<String>,
}

impl Storage {
    fn new() -> Self {
        let directory = TempDir::new().expect("the disk has space");
        let unprivileged = unprivileged(directory.path());
        let programs = programs().expect("PostgreSQL is installed");
        let storage = Self { directory, programs, unprivileged };
        succeed(&mut storage.command("sudo -u postgres mkdir /archive /backup"));
        storage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Replaces the documented directories.
    fn localize(&self, text: &str) -> String {
        let root = self.directory.path().display();
        text.replace("/archive", &format!("{root}/archive"))
            .replace("/backup", &format!("{root}/backup"))
            .replace("/var/lib/postgresql/15/main", &format!("{root}/data"))
    }

    /// Returns a shell that executes documented commands.
    fn command(&self, script: &str) -> Command {
        let script = self.localize(script).replace("sudo -u postgres", &self.unprivileged.join(" "));
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        shell.args(["-eu", "-c", &script]).env("PATH", format!("{}:{path}", self.programs.display()));
        shell.current_dir("/");
        shell
    }

    /// Returns the documented settings of a section.
    fn settings(&self, heading: &str) -> String {
        self.localize(block(section(heading), "postgresql.conf"))
    }

    /// Copies the base backup to a new data directory, which starts in recovery.
    fn restore(&self) {
        // There is only one base backup.
        succeed(&mut self.command(&block(section(RESTORE), "recovery.signal").replace(DATE, "*")));
        let mut file = OpenOptions::new().append(true).open(self.path("data/postgresql.conf")).expect("it is there");
        file.write_all(self.settings(RESTORE).as_bytes()).expect("the disk has space");
    }
}

/// A running cluster in the restored data directory.
struct Restored {
    port: u16,
    /// The watchdog. Its standard input stays open as long as the cluster is needed.
    watchdog: Child,
}

impl Restored {
    fn start(storage: &Storage) -> Self {
        let port = free_port();
        // A standby needs as many connections as its primary.
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} -c max_connections=200 \
             -c fsync=off",
            storage.directory.path().display()
        );
        let (data, log) = (storage.path("data"), storage.path("server.log"));
        let (watchdog, said) = start_watchdog(WATCHDOG, |shell| {
            let control = storage.programs.join("pg_ctl");
            shell.args([&data, &log]).arg(&options).args(&storage.unprivileged).arg(control)
        });
        let restored = Self { port, watchdog };
        assert_eq!(said.trim(), "ready", "{}", fs::read_to_string(&log).unwrap_or_default());
        restored
    }

    fn url(&self) -> String {
        format!("postgres://syllabus@127.0.0.1:{}/{CATALOG}", self.port)
    }
}

impl Drop for Restored {
    fn drop(&mut self) {
        // The end of its standard input ends it.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(url).await.expect("it can be reached")
}

async fn execute(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.expect("it can be done");
}

/// Reads one value.
async fn value<T: TryGetable>(database: &DatabaseConnection, sql: &str) -> T {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = database.query_one_raw(statement).await.expect("it can be read").expect("it is one row");
    row.try_get_by_index(0).expect("it has this type")
}

/// Archives the log of a cluster with the documented settings, and creates the database.
async fn archive_log(cluster: &Cluster, storage: &Storage) {
    let database = connect(&cluster.remote_url("127.0.0.1", "postgres")).await;
    execute(&database, &format!("CREATE DATABASE {CATALOG} TEMPLATE template0")).await;
    for line in storage.settings(ARCHIVE).lines() {
        let (name, value) = line.split_once(" = ").expect("it is a setting");
        let value = value.trim_matches('\'');
        execute(&database, &format!("ALTER SYSTEM SET {name} = '{value}'")).await;
    }
    database.close().await.expect("it is idle");
    cluster.restart();
}

/// Imports the demo catalog, and returns the token of an editor.
fn import_demo(url: &str) -> String {
    let folder = super::folder();
    let file = folder.path().join("demo.jsonl");
    fs::write(&file, DEMO_CATALOG).expect("the disk has space");
    succeed(&mut syllabus(url, &["import", &file.display().to_string(), "--auto-migrate"]));
    run(url, &["token", "create", "--name", "ada", "--role", "editor"]).trim().to_owned()
}

/// A topic that was created, published and renamed. All of this was acknowledged.
struct Edit {
    id: String,
    title: String,
}

/// Creates, publishes and renames a topic.
async fn edit(server: &Server, number: usize) -> Edit {
    let id = create_topic(server, &format!("Topic {number}")).await;
    let title = format!("Renamed topic {number}");
    rename_topic(server, &id, &title).await;
    Edit { id, title }
}

/// Edits topics while the documented base backup is taken, and afterward.
async fn edit_during_base_backup(cluster: &Cluster, storage: &Storage, server: &Server) -> Vec<Edit> {
    let mut backup = storage.command(block(section(ARCHIVE), "pg_basebackup"));
    backup.env("PGHOST", cluster.directory()).env("PGPORT", cluster.port().to_string()).env("PGUSER", "syllabus");
    let backup = tokio::task::spawn_blocking(move || succeed(&mut backup));
    let mut edits = Vec::new();
    while !backup.is_finished() {
        let edit = edit(server, edits.len()).await;
        edits.push(edit);
    }
    backup.await.expect("the base backup succeeds");
    assert!(!edits.is_empty());
    for _ in 0..LATER_EDITS {
        let edit = edit(server, edits.len()).await;
        edits.push(edit);
    }
    edits
}

/// Completes the current segment of the log, and waits until it is archived.
async fn archive_segment(database: &DatabaseConnection) {
    let segment: String = value(database, "SELECT pg_walfile_name(pg_switch_wal())").await;
    let archived = format!("SELECT coalesce(last_archived_wal >= '{segment}', false) FROM pg_stat_archiver");
    until("the log is archived", async || value(database, &archived).await).await;
}

/// Describes the rows of the history, and those of the API tokens without the times at which they were used.
async fn rows(database: &DatabaseConnection) -> Vec<String> {
    let mut rows = Vec::new();
    for query in [
        "SELECT * FROM revision",
        "SELECT * FROM change_event",
        "SELECT code, name, role, hash, prefix, created_at, created_by, expires_at, revoked_at FROM api_token",
    ] {
        let sql = format!(
            "SELECT format('%s rows, %s', count(*), md5(string_agg(entry::text, ' ' ORDER BY entry::text))) \
             FROM ({query}) entry"
        );
        rows.push(value(database, &sql).await);
    }
    rows
}

#[tokio::test]
async fn archived_logs_restore_exactly_the_writes_acknowledged_before_a_restore_point() {
    let Some(cluster) = Cluster::replicated() else {
        let missing = postgres_is_missing().unwrap_or("PostgreSQL was NOT tested: its archive needs an initdb.");
        eprintln!("{missing}");
        return;
    };
    let storage = Storage::new();
    archive_log(&cluster, &storage).await;
    let url = cluster.remote_url("127.0.0.1", CATALOG);
    let token = import_demo(&url);
    let (server, client) = (Server::start(&url, &token), Client::new());
    let edits = edit_during_base_backup(&cluster, &storage, &server).await;

    let database = connect(&url).await;
    assert!(PAGE.contains(RESTORE_POINT));
    execute(&database, RESTORE_POINT).await;
    let (export, history) = (run(&url, &["export"]), rows(&database).await);
    let titles = topics(&client, server.address(), &token).await;
    for Edit { title, .. } in &edits {
        let is_complete = titles.iter().any(|(found, revisions)| found == title && *revisions >= 2);
        assert!(is_complete, "{title} was acknowledged: {titles:?}");
    }
    rename_topic(&server, &edits[0].id, "Renamed after the restore point").await;
    edit(&server, edits.len()).await;
    let lost = version(&client, server.address(), &token).await;
    assert!(run(&url, &["export"]) != export, "the later writes are in the catalog");
    archive_segment(&database).await;

    // Only the base backup and the archive are left.
    cluster.stop();
    drop((server, database));
    let directory = cluster.directory().to_owned();
    drop(cluster);
    until("the cluster is removed", async || !directory.exists()).await;

    storage.restore();
    let restored = Restored::start(&storage);
    let (url, database) = (restored.url(), connect(&restored.url()).await);
    until("the recovery is complete", async || !value::<bool>(&database, "SELECT pg_is_in_recovery()").await).await;
    assert!(run(&url, &["export"]) == export, "the export differs from that at the restore point");
    assert_eq!(rows(&database).await, history);

    let epoch = section(RESTORE).split_once("--command='UPDATE ").and_then(|(_, rest)| rest.split_once('\''));
    execute(&database, &format!("UPDATE {}", epoch.expect("the page begins a new epoch").0)).await;
    run(&url, &["check"]);
    let server = Server::start(&url, &token);
    assert_eq!(topics(&client, server.address(), &token).await, titles);
    assert_eq!(status_with(&client, server.address(), &lost).await, 412);
    // The token of the editor is still valid.
    let current = version(&client, server.address(), &token).await;
    assert_eq!(status_with(&client, server.address(), &current).await, 200);
}
