//! Read replicas.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{CATALOG, Servers, number, position_of, run, synchronize, url, version};
use crate::command::{succeed, syllabus};
use crate::common::Cluster;
use crate::crash::server::SERVE;
use crate::editing::text;
use crate::event_stream::EventStream;
use crate::wait::until;

const SLUG: &str = "web-development";

/// Stops the replay of a standby, and continues it.
const PAUSE: &str = "SELECT pg_wal_replay_pause()";
const RESUME: &str = "SELECT pg_wal_replay_resume()";

/// Returns a query of the topic, another one for each number, which no cache answers.
pub fn uncached(number: usize) -> Value {
    let filter = format!("where: {{ slug: {{ eq: \"{SLUG}\" }}, not: {{ title: {{ eq: \"{number}\" }} }} }}");
    json!({ "query": format!("{{ topics({filter}) {{ nodes {{ title }} }} }}") })
}

#[tokio::test]
async fn queries_are_read_from_all_replicas() {
    let Some(servers) = Servers::start(2).await else { return };
    let catalog = servers.serve();
    let addresses = servers.standbys.iter().map(Cluster::address).collect::<Vec<_>>();
    for standby in &servers.standbys {
        catalog.until_replica_is_used(standby).await;
    }
    for number in 0..20 {
        assert_eq!(catalog.send(false, &uncached(number), None).await.status, 200);
    }
    for address in &addresses {
        assert!(catalog.metric("syllabus_db_replica_statements", address).await >= 10, "{address}");
    }
}

#[tokio::test]
async fn a_replica_that_is_behind_serves_no_request() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.until_replica_is_used(standby).await;
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
    let mut read = 0;
    until("the replica is used again", async || {
        read += 1;
        assert_eq!(catalog.send(false, &uncached(read), None).await.status, 200);
        catalog.metric("syllabus_db_replica_statements", &address).await > statements
    })
    .await;
    assert_eq!(catalog.title(SLUG).await, "Title 9");
    assert!(behind > 0, "{behind} bytes");
}

/// Queries whose answers show the order of rows, the absence of rows, and a column that is null.
const QUERIES: [&str; 4] = [
    "{ topics(first: 50, orderBy: { field: TITLE, direction: DESC }) { nodes { title summary } totalCount } }",
    "{ courses(first: 20) { nodes { title url topics { nodes { title } } prerequisites { nodes { title } } } } }",
    "{ books(where: { title: { contains: \"no book has it\" } }) { nodes { title } totalCount } }",
    "{ topic(by: { slug: \"no-topic-has-it\" }) { title } }",
];

#[tokio::test]
async fn a_replica_answers_as_the_primary_does() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.until_replica_is_used(standby).await;
    for query in QUERIES {
        let body = json!({ "query": query });
        let statements = catalog.metric("syllabus_db_replica_statements", &standby.address()).await;
        let by_replica = catalog.send(false, &body, None).await;
        assert!(catalog.metric("syllabus_db_replica_statements", &standby.address()).await > statements, "{query}");
        let by_primary = catalog.send(false, &body, Some(("cache-control", "no-cache"))).await;
        assert_eq!(by_replica.body["data"], by_primary.body["data"], "{query}");
        assert_eq!((by_replica.status, by_primary.status), (200, 200), "{}", by_replica.body);
    }
}

#[tokio::test]
async fn reads_do_not_go_back_from_one_replica_to_another() {
    let Some(servers) = Servers::start(2).await else { return };
    // It is not notified of commits.
    let addresses: Vec<String> = servers.standbys.iter().map(Cluster::address).collect();
    let hosts = [servers.primary.address()];
    let reader = servers.serve_with(&hosts, &addresses, &["--database-pooler", "transaction"]);
    let writer = servers.serve_at(&hosts[0], &[]);
    for standby in &servers.standbys {
        reader.until_replica_is_used(standby).await;
    }
    let id = text(&writer.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for round in 0..10 {
        let title = format!("Title {round}");
        run(&servers.standbys[round % 2], "postgres", PAUSE).await;
        writer.rename(&id, &title).await;
        let mut shown = 0;
        for read in 0..10_000 {
            // A count has no revision, by which a later state would be noticed.
            let count =
                format!("{{ topics(where: {{ title: {{ in: [\"{title}\", \"{read}\"] }} }}) {{ totalCount }} }}");
            let reply = reader.send(false, &json!({ "query": count }), None).await;
            let is_new = reply.body["data"]["topics"]["totalCount"] == 1;
            assert!(is_new || shown == 0, "read {read} of round {round} went back");
            shown += usize::from(is_new);
            if shown == 50 {
                break;
            }
        }
        assert_eq!(shown, 50, "the running standby and the primary have the write");
        run(&servers.standbys[round % 2], "postgres", RESUME).await;
        reader.until_replica_is_used(&servers.standbys[round % 2]).await;
    }
}

#[tokio::test]
async fn reads_do_not_go_back_from_the_primary_to_a_replica() {
    let Some(servers) = Servers::start(1).await else { return };
    let standby = &servers.standbys[0];
    // It is not notified of commits.
    let reader =
        servers.serve_with(&[servers.primary.address()], &[standby.address()], &["--database-pooler", "transaction"]);
    let writer = servers.serve_at(&servers.primary.address(), &[]);
    let id = text(&writer.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for round in 0..10 {
        reader.until_replica_is_used(standby).await;
        let title = format!("Title {round}");
        run(standby, "postgres", PAUSE).await;
        writer.rename(&id, &title).await;
        // Requests that bypass the caches read from the primary.
        for (read, header) in [Some(("cache-control", "no-cache")), None].into_iter().enumerate() {
            // A count has no revision, by which a later state would be noticed.
            let count =
                format!("{{ topics(where: {{ title: {{ in: [\"{title}\", \"{read}\"] }} }}) {{ totalCount }} }}");
            let reply = reader.send(false, &json!({ "query": count }), header).await;
            assert_eq!(reply.body["data"]["topics"]["totalCount"], 1, "read {read} of round {round}");
        }
        run(standby, "postgres", RESUME).await;
    }
}

#[tokio::test]
async fn a_commit_that_waits_for_a_standby_is_not_shown() {
    let Some(servers) = Servers::start(1).await else { return };
    let (writer, reader, standby) = (servers.serve(), servers.serve(), &servers.standbys[0]);
    for catalog in [&writer, &reader] {
        catalog.until_replica_is_used(standby).await;
    }
    let id = text(&writer.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let end = position_of(standby).await;
    synchronize(&servers.primary, &["missing".to_owned()]).await;
    let are_shown = async |read: u32| {
        // No cache has the response, and a count has no revision.
        let count = format!("{{ topics(where: {{ title: {{ in: [\"Early\", \"{read}\"] }} }}) {{ totalCount }} }}");
        let count = json!({ "query": count });
        let replies = tokio::join!(writer.send(false, &count, None), reader.send(false, &count, None));
        [replies.0, replies.1].map(|reply| reply.body["data"]["topics"]["totalCount"] == 1)
    };
    let reads = async {
        let (mut read, mut reads_left) = (0, 50);
        while reads_left > 0 {
            assert_eq!(are_shown(read).await, [false, false], "the primary does not show it");
            read += 1;
            // This standby has it.
            reads_left -= u32::from(position_of(standby).await > end);
        }
        synchronize(&servers.primary, &["standby_0".to_owned()]).await;
    };
    let (written, ()) = tokio::join!(writer.rename(&id, "Early"), reads);
    assert_eq!(written.status, 200, "{}", written.body);
    until("both servers show it", async || are_shown(0).await == [true, true]).await;
}

/// The seconds by which a standby is held back: `HELD_BACK_SECONDS=30` is the long form.
fn held_back() -> u64 {
    std::env::var("HELD_BACK_SECONDS").map_or(2, |seconds| seconds.parse().expect("HELD_BACK_SECONDS is a number"))
}

#[tokio::test]
async fn reads_move_to_the_primary_and_back_while_a_replica_is_held_back() {
    let Some(servers) = Servers::start(1).await else { return };
    let (one, other, standby) = (servers.serve(), servers.serve(), &servers.standbys[0]);
    let delay = async |setting: &str| {
        run(standby, "postgres", &format!("ALTER SYSTEM SET recovery_min_apply_delay = '{setting}'")).await;
        run(standby, "postgres", "SELECT pg_reload_conf()").await;
    };
    let address = standby.address();
    let statements = async || other.metric("syllabus_db_replica_statements", &address).await;
    for catalog in [&one, &other] {
        catalog.until_replica_is_used(standby).await;
    }
    delay(&format!("{}s", held_back())).await;
    let end = one.send(false, &json!({ "query": "{ catalog { changesCursor } }" }), None).await.body;
    let mut cursor = text(&end["data"]["catalog"]["changesCursor"]);
    let id = text(&one.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let begin = Instant::now();
    let mut number = 0;
    while begin.elapsed() < Duration::from_secs(held_back()) {
        number += 1;
        let title = format!("Title {number}");
        let required = version(&one.rename(&id, &title).await);
        let before = statements().await;
        let reply = other.read(SLUG, Some(("catalog-version-at-least", &required))).await;
        assert_eq!((reply.status, text(&reply.body["data"]["topic"]["title"])), (200, title));
        // Events are read from the primary anyway, and so is the topic now.
        let changes = format!("{{ changes(after: \"{cursor}\") {{ nodes {{ cursor revision }} }} }}");
        let changes = other.send(false, &json!({ "query": changes }), None).await.body;
        let events = changes["data"]["changes"]["nodes"].as_array().expect("the field is there");
        assert_eq!(events.len(), 1, "{changes}");
        assert_eq!(events[0]["revision"], reply.body["data"]["topic"]["revision"], "{changes}");
        cursor = text(&events[0]["cursor"]);
        assert_eq!(statements().await, before, "the replica does not have the write");
    }
    eprintln!("held back for {} s: {number} writes, each read from the primary", held_back());
    delay("0").await;
    let begin = Instant::now();
    let held_back = statements().await;
    let mut read = 0;
    until("the replica is used again", async || {
        read += 1;
        assert_eq!(other.send(false, &uncached(read), None).await.status, 200);
        statements().await > held_back
    })
    .await;
    eprintln!("the replica is used again after {} ms", begin.elapsed().as_millis());
    assert_eq!(other.title(SLUG).await, format!("Title {number}"));
}

#[tokio::test]
async fn tokens_idempotency_keys_and_events_are_up_to_date_while_a_replica_is_behind() {
    let Some(servers) = Servers::start(1).await else { return };
    let (one, mut other, standby) = (servers.serve(), servers.serve(), &servers.standbys[0]);
    for catalog in [&one, &other] {
        catalog.until_replica_is_used(standby).await;
    }
    let mut events = EventStream::open(&other.server).await;
    run(standby, "postgres", PAUSE).await;
    let import = json!({ "query": "mutation { catalogImport(input: { idempotencyKey: \"key\", \
        records: [{ kind: \"topic\", slug: \"a-topic\", title: \"A topic\" }] }) { wasReplayed userErrorCount } }" });
    for (catalog, was_replayed) in [(&one, false), (&other, true)] {
        let imported = catalog.send(true, &import, None).await.body;
        let expected = json!({ "wasReplayed": was_replayed, "userErrorCount": 0 });
        assert_eq!(imported["data"]["catalogImport"], expected, "{imported}");
    }
    let id = text(&one.read("a-topic", None).await.body["data"]["topic"]["id"]);
    let create = ["token", "create", "--name", "grace", "--role", "editor"];
    let (token, created) = succeed(&mut syllabus(&url(&servers.primary), &create));
    token.trim().clone_into(&mut other.token);
    for (catalog, title) in [(&one, "One title"), (&other, "Another title")] {
        assert_eq!(catalog.rename(&id, title).await.status, 200);
        events.wait_for(title).await;
    }
    let token = created.split([' ', '.']).nth(1).expect("the message has its id");
    succeed(&mut syllabus(&url(&servers.primary), &["token", "revoke", token]));
    assert_eq!(other.rename(&id, "A title by nobody").await.status, 401);
    run(standby, "postgres", RESUME).await;
}

#[tokio::test]
async fn a_required_version_is_met_by_every_server() {
    let Some(servers) = Servers::start(1).await else { return };
    let (one, other, standby) = (servers.serve(), servers.serve(), &servers.standbys[0]);
    for catalog in [&one, &other] {
        catalog.until_replica_is_used(standby).await;
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
async fn a_server_of_another_catalog_is_reported_and_not_read() {
    let (Some(servers), Some(others)) = (Servers::start(0).await, Servers::start(1).await) else { return };
    let other = others.standbys[0].address();
    let catalog = servers.serve_reading(&[servers.primary.address()], std::slice::from_ref(&other));
    catalog.until_replica_at_is_used(&other).await;
    assert_eq!(catalog.send(false, &uncached(0), None).await.status, 200);
    until("it is reported", async || catalog.server.logged("its catalog differs from that of database.url") == 1).await;
    assert_eq!(catalog.send(false, &uncached(1), None).await.status, 200);
    assert_eq!(catalog.metric("syllabus_db_replica_statements", &other).await, 0);
}

#[tokio::test]
async fn a_replica_that_stops_is_left_out_and_comes_back() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.until_replica_is_used(standby).await;
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
    catalog.until_replica_is_used(standby).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_the_replay_of_a_standby_cancels_succeed() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (Arc::new(servers.serve()), &servers.standbys[0]);
    run(standby, "postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0").await;
    run(standby, "postgres", "SELECT pg_reload_conf()").await;
    catalog.until_replica_is_used(standby).await;
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
    catalog.until_replica_is_used(standby).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let search = json!({ "query": "{ search(query: \"zyzzyva\") { nodes { title } totalCount } }" });
    catalog.until_index_is_built().await;
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
