//! Networks that drop all packets, without a failover.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Instant;

use sea_orm::{ConnectionTrait, TransactionTrait};
use syllabus::db::WRITE_LOCK_TIMEOUT;
use tempfile::TempDir;

use super::link::Link;
use super::replicas::uncached;
use super::{CATALOG, Servers, connect, number, url, url_at};
use crate::command::{succeed, syllabus};
use crate::crash::server::{SERVE, Server};
use crate::wait::until;

/// Counts the connections that listen for notifications.
pub const LISTENING: &str = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";

/// Counts the holders of the lock of writers.
const WRITERS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted";

#[tokio::test]
async fn a_direct_url_that_does_not_respond_is_logged_and_used_again_when_it_does() {
    let Some(servers) = Servers::start(0).await else { return };
    let link = Link::to(servers.primary.address()).await;
    let direct = url_at(&[link.address()]);
    let mut command = syllabus(&url(&servers.primary), &SERVE);
    command.args(["--database-pooler", "transaction", "--database-direct-url", &direct]);
    let server = Server::started_by(&mut command, &servers.token);
    until("it listens", async || number(&servers.primary, LISTENING).await == 1).await;
    link.cut();
    let failed = "LISTEN through database.direct-url failed, falling back to polling";
    until("the failure is logged", async || server.logged(failed) == 1).await;
    assert_eq!(server.logged("no response within 3s"), 1);
    link.restore();
    until("it listens again", async || server.logged("LISTEN through database.direct-url succeeded") == 1).await;
    assert_eq!(server.logged(failed), 1, "each outage is logged once");
}

/// Starts an import through a link, and returns it once it writes.
async fn start_import(servers: &Servers, link: &Link, folder: &TempDir) -> Child {
    let file = folder.path().join("topics.jsonl");
    let topic =
        |number: u32| format!("{{ \"kind\": \"topic\", \"slug\": \"late-{number}\", \"title\": \"Late {number}\" }}\n");
    // Enough for the import to take seconds.
    fs::write(&file, (0..10_000).map(topic).collect::<String>()).expect("the disk has space");
    let mut command = syllabus(&url_at(&[link.address()]), &["import", &file.display().to_string()]);
    let import = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    until("the import writes", async || number(&servers.primary, WRITERS).await == 1).await;
    import
}

/// Waits until a command has failed because of the server.
async fn assert_failed(command: Child) {
    let output = tokio::task::spawn_blocking(|| command.wait_with_output()).await.expect("nothing panics");
    let output = output.expect("it ends");
    let message = String::from_utf8(output.stderr).expect("output is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.ends_with("the database server does not respond or was restarted\n"), "{message}");
}

/// Checks that an import that is disconnected while it writes fails, writes nothing, and leaves the lock of writers free.
async fn assert_import_fails(disconnect: impl FnOnce(&Servers, &Link)) {
    let Some(servers) = Servers::start(0).await else { return };
    let (link, folder) = (Link::to(servers.primary.address()).await, TempDir::new().expect("the disk has space"));
    let import = start_import(&servers, &link, &folder).await;
    disconnect(&servers, &link);
    assert_failed(import).await;
    link.restore();
    until("the lock of writers is free", async || number(&servers.primary, WRITERS).await == 0).await;
    succeed(&mut syllabus(&url(&servers.primary), &["check"]));
    assert_eq!(number(&servers.primary, "SELECT count(*) FROM item WHERE slug LIKE 'late-%'").await, 0);
}

#[tokio::test]
async fn a_command_fails_when_the_database_server_does_not_respond() {
    assert_import_fails(|_, link| link.cut()).await;
}

#[tokio::test]
async fn a_command_fails_when_a_restart_of_the_database_server_drops_its_connection_silently() {
    assert_import_fails(|servers, link| {
        link.abandon_connections();
        servers.primary.restart();
    })
    .await;
}

#[tokio::test]
async fn a_migration_fails_when_the_database_server_does_not_respond() {
    let Some(servers) = Servers::start(0).await else { return };
    let link = Link::to(servers.primary.address()).await;
    let blocker = connect(&servers.primary, CATALOG).await;
    let transaction = blocker.begin().await.expect("it is there");
    transaction.execute_unprepared("LOCK TABLE seaql_migrations").await.expect("nobody uses it");
    let mut command = syllabus(&url_at(&[link.address()]), &["migrate", "down"]);
    let migration = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    until("the migration waits for a lock", async || number(&servers.primary, waiting).await == 1).await;
    link.cut();
    assert_failed(migration).await;
    transaction.rollback().await.expect("it is open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_fail_sooner_than_writes_while_the_database_server_does_not_respond() {
    let Some(servers) = Servers::start(0).await else { return };
    let link = Link::to(servers.primary.address()).await;
    let catalog = servers.serve_at(&link.address(), &[]);
    assert_eq!(catalog.send(false, &uncached(0), None).await.status, 200);
    link.cut();
    until("it is noticed", async || catalog.server.get("/readyz/writes").await.0 == 503).await;
    assert!(catalog.server.text("/metrics").await.contains("\nsyllabus_writes_failing 1\n"));
    for number in 1..4 {
        let begin = Instant::now();
        assert_eq!(catalog.send(false, &uncached(number), None).await.status, 503);
        assert!(begin.elapsed() < WRITE_LOCK_TIMEOUT, "it took {:?}", begin.elapsed());
    }
    link.restore();
    until("reads resume", async || catalog.send(false, &uncached(4), None).await.status == 200).await;
}
