//! Networks that drop all packets without a message, where nobody fails over.

use std::fs;
use std::process::Stdio;

use tempfile::TempDir;

use super::link::Link;
use super::{Servers, number, url, url_at};
use crate::command::{succeed, syllabus};
use crate::crash::server::{SERVE, Server};
use crate::wait::until;

/// Counts the connections that listen for notifications.
const LISTENING: &str = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";

/// Counts the holders of the lock of writers.
const WRITERS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted";

#[tokio::test]
async fn a_silent_direct_url_is_logged_and_used_again_when_it_responds() {
    let Some(servers) = Servers::start(0).await else { return };
    let link = Link::to(servers.primary.address()).await;
    let direct = url_at(&[link.address()]);
    let mut command = syllabus(&url(&servers.primary), &SERVE);
    command.args(["--database-pooler", "transaction", "--database-direct-url", &direct]);
    let server = Server::started_by(&mut command, &servers.token);
    until("it listens", async || number(&servers.primary, LISTENING).await == 1).await;
    link.cut();
    let failed = "LISTEN through database.direct-url failed, falling back to polling";
    until("the silence is logged", async || server.logged(failed) == 1).await;
    assert_eq!(server.logged("the database server does not respond"), 1);
    link.restore();
    until("it listens again", async || server.logged("LISTEN through database.direct-url works again") == 1).await;
    assert_eq!(server.logged(failed), 1, "an outage is one line");
}

#[tokio::test]
async fn a_command_fails_when_the_database_server_is_silent() {
    let Some(servers) = Servers::start(0).await else { return };
    let link = Link::to(servers.primary.address()).await;
    let folder = TempDir::new().expect("the disk has space");
    let file = folder.path().join("topics.jsonl");
    let topic = |number: u32| {
        format!("{{ \"kind\": \"topic\", \"slug\": \"silent-{number}\", \"title\": \"Silent {number}\" }}\n")
    };
    // So many that the import takes seconds.
    fs::write(&file, (0..10_000).map(topic).collect::<String>()).expect("the disk has space");
    let mut command = syllabus(&url_at(&[link.address()]), &["import", &file.display().to_string()]);
    let import = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    until("the import writes", async || number(&servers.primary, WRITERS).await == 1).await;
    link.cut();
    let output = tokio::task::spawn_blocking(|| import.wait_with_output()).await.expect("nothing panics");
    let output = output.expect("it ends");
    let message = String::from_utf8(output.stderr).expect("output is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.ends_with("the database server does not respond\n"), "{message}");
    link.restore();
    // Nothing is half-written, and the lock of writers is free.
    succeed(&mut syllabus(&url(&servers.primary), &["check"]));
    assert_eq!(number(&servers.primary, "SELECT count(*) FROM item WHERE slug LIKE 'silent-%'").await, 0);
}
