//! Read replicas.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tokio::task::JoinSet;

use super::{CATALOG, Servers, number, run, text, until, version};
use crate::command::syllabus;
use crate::crash::server::SERVE;

const SLUG: &str = "web-development";

/// Stops the replay of a standby, and continues it.
const PAUSE: &str = "SELECT pg_wal_replay_pause()";
const RESUME: &str = "SELECT pg_wal_replay_resume()";

#[tokio::test]
async fn queries_are_read_from_all_replicas() {
    let Some(servers) = Servers::start(2).await else { return };
    let catalog = servers.serve();
    let addresses = servers.standbys.iter().map(crate::common::Cluster::address).collect::<Vec<_>>();
    for standby in &servers.standbys {
        catalog.uses(standby).await;
    }
    for number in 0..20 {
        // Different queries, which no cache contains.
        let query = json!({ "query": format!("{{ topics(first: {}) {{ nodes {{ title }} }} }}", number + 1) });
        assert_eq!(catalog.send(false, &query, None).await.status, 200);
    }
    for address in &addresses {
        assert!(catalog.metric("syllabus_db_replica_statements", address).await >= 10, "{address}");
    }
}

#[tokio::test]
async fn a_replica_that_is_behind_serves_no_request() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.uses(standby).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    run(standby, "postgres", PAUSE).await;
    for number in 0..10 {
        let title = format!("Title {number}");
        let renamed = catalog.rename(&id, &title).await;
        assert_eq!(renamed.body["data"]["topicUpdate"]["userErrors"], json!([]), "{}", renamed.body);
        assert_eq!(catalog.title(SLUG).await, title);
    }
    let address = standby.address();
    let behind = catalog.metric("syllabus_db_replica_lag_bytes", &address).await;
    let statements = catalog.metric("syllabus_db_replica_statements", &address).await;
    run(standby, "postgres", RESUME).await;
    let mut first = 0;
    until("the replica is used again", async || {
        first += 1;
        // Another query each time, which no cache contains.
        let query = json!({ "query": format!("{{ topics(first: {first}) {{ nodes {{ title }} }} }}") });
        assert_eq!(catalog.send(false, &query, None).await.status, 200);
        catalog.metric("syllabus_db_replica_statements", &address).await > statements
    })
    .await;
    assert_eq!(catalog.title(SLUG).await, "Title 9");
    assert!(behind > 0, "{behind} bytes");
}

#[tokio::test]
async fn a_required_version_is_met_by_every_server() {
    let Some(servers) = Servers::start(1).await else { return };
    let (one, other, standby) = (servers.serve(), servers.serve(), &servers.standbys[0]);
    for catalog in [&one, &other] {
        catalog.uses(standby).await;
    }
    let id = text(&one.read(SLUG, None).await.body["data"]["topic"]["id"]);
    run(standby, "postgres", PAUSE).await;
    for number in 0..10 {
        let title = format!("Title {number}");
        let required = version(&one.rename(&id, &title).await);
        let reply = other.read(SLUG, Some(("catalog-version-at-least", &required))).await;
        assert_eq!((reply.status, text(&reply.body["data"]["topic"]["title"])), (200, title));
    }
    run(standby, "postgres", RESUME).await;
}

#[tokio::test]
async fn unmet_malformed_and_former_versions_are_rejected() {
    let Some(servers) = Servers::start(0).await else { return };
    let catalog = servers.serve();
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let present = version(&catalog.rename(&id, "Another title").await);
    let (epoch, position) = present.split_once(':').expect("it has two parts");
    let later = format!("{epoch}:{}", position.parse::<i64>().expect("it is a number") + 1);
    for (required, status, message) in [
        (present.as_str(), 200, ""),
        (&later, 503, "has not reached the version"),
        ("1:1", 412, "belongs to a former epoch"),
        ("latest", 400, "Catalog-Version-At-Least is malformed"),
    ] {
        let reply = catalog.read(SLUG, Some(("catalog-version-at-least", required))).await;
        assert_eq!(reply.status, status, "{required}: {}", reply.body);
        assert_eq!(reply.headers.contains_key("retry-after"), status == 503, "{required}");
        let found = reply.body["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(found.contains(message), "{required}: {found}");
    }
}

#[tokio::test]
async fn a_replica_that_stops_is_left_out_and_comes_back() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.uses(standby).await;
    let title = catalog.title(SLUG).await;
    standby.stop();
    for number in 0..50 {
        let query = json!({ "query": format!("{{ topics(first: {}) {{ nodes {{ title }} }} }}", number + 1) });
        let reply = catalog.send(false, &query, None).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    until("it is left out", async || catalog.metric("syllabus_db_replica_available", &standby.address()).await == 0)
        .await;
    assert_eq!(catalog.title(SLUG).await, title);
    standby.resume();
    catalog.uses(standby).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_the_replay_of_a_standby_cancels_succeed() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (Arc::new(servers.serve()), &servers.standbys[0]);
    run(standby, "postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0").await;
    run(standby, "postgres", "SELECT pg_reload_conf()").await;
    catalog.uses(standby).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for reader in 0..8 {
        let (catalog, is_over) = (catalog.clone(), is_over.clone());
        readers.spawn(async move {
            let mut number = 0;
            while !is_over.load(Ordering::SeqCst) {
                number += 1;
                // Another query each time, which no cache contains.
                let query = format!("{{ topics(first: 50) {{ nodes {{ a{reader}_{number}: title }} }} }}");
                let reply = catalog.send(false, &json!({ "query": query }), None).await;
                assert_eq!(reply.status, 200, "{}", reply.body);
            }
        });
    }
    let canceled = format!("SELECT confl_lock FROM pg_stat_database_conflicts WHERE datname = '{CATALOG}'");
    until("reads are canceled", async || {
        run(&servers.primary, CATALOG, "BEGIN; LOCK TABLE item IN ACCESS EXCLUSIVE MODE; COMMIT").await;
        number(standby, &canceled).await > 0
    })
    .await;
    is_over.store(true, Ordering::SeqCst);
    while let Some(ended) = readers.join_next().await {
        ended.expect("all reads succeed");
    }
}

#[tokio::test]
async fn searches_find_what_was_written_although_the_replica_is_behind() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.uses(standby).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let search = json!({ "query": "{ search(query: \"zyzzyva\") { nodes { title } totalCount } }" });
    catalog.builds_the_index().await;
    run(standby, "postgres", PAUSE).await;
    let renamed = catalog.rename(&id, "Zyzzyva").await;
    assert_eq!(renamed.body["data"]["topicUpdate"]["userErrors"], json!([]));
    let found = catalog.send(false, &search, None).await.body;
    assert_eq!(found["data"]["search"]["nodes"][0]["title"], "Zyzzyva", "{found}");
    run(standby, "postgres", RESUME).await;
}

#[test]
fn replicas_need_postgres() {
    for (database, replicas, reason) in [
        ("sqlite:catalog.db", "postgres://a/db", "requires a PostgreSQL URL in database.url"),
        ("postgres://a/db", "sqlite:catalog.db", "must have a postgres:// URL with one host"),
    ] {
        let mut command = syllabus(database, &SERVE);
        let output = command.args(["--database-read-urls", replicas]).output().expect("the binary runs");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{message}");
        assert!(message.contains(reason) && message.contains("database-read-urls"), "{message}");
    }
}
