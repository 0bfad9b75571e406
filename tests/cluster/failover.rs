//! Failovers: another server accepts writes, and the servers of the catalog notice by themselves.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use tokio::task::JoinHandle;

use super::{Catalog, PAGE, Reply, Servers, number, position, position_of, run, synchronize, version};
use crate::common::Cluster;
use crate::editing::text;
use crate::wait::until;

const SLUG: &str = "web-development";

#[tokio::test]
async fn reads_go_on_without_a_primary_and_writes_resume_after_a_promotion() {
    let Some(servers) = Servers::start(2).await else { return };
    servers.replicate_synchronously().await;
    let catalog = servers.serve();
    for standby in &servers.standbys {
        catalog.until_replica_is_used(standby).await;
    }
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let required = version(&catalog.rename(&id, "Before").await);
    let shared_max_age = async |age: u32| {
        let control = catalog.server.header("/graphql?query={topics{totalCount}}", "cache-control").await;
        control.ends_with(&format!(" s-maxage={age}"))
    };
    assert!(shared_max_age(3600).await);
    servers.primary.stop();
    until("a CDN does not reuse responses", async || shared_max_age(0).await).await;
    for number in 0..50 {
        let query = json!({ "query": format!("{{ topics(first: {}) {{ nodes {{ title }} }} }}", number + 1) });
        let reply = catalog.send(false, &query, None).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(catalog.title(SLUG).await, "Before");
        assert_eq!(catalog.server.get("/readyz").await.0, 200);
    }
    assert_eq!(catalog.server.get("/readyz/writes").await.0, 503);
    let refused = catalog.rename(&id, "Without a primary").await;
    assert_eq!(refused.status, 503, "{}", refused.body);

    servers.standbys[0].promote();
    let promoted = Instant::now();
    until("writes resume", async || {
        let renamed = catalog.rename(&id, "After").await;
        renamed.status == 200 && renamed.body["data"]["topicUpdate"]["userErrors"] == json!([])
    })
    .await;
    eprintln!("writes resumed {} ms after the promotion", promoted.elapsed().as_millis());
    assert_eq!(catalog.title(SLUG).await, "After");
    until("a CDN reuses responses", async || shared_max_age(3600).await).await;
    let reply = catalog.read(SLUG, Some(("catalog-version-at-least", &required))).await;
    assert_eq!(reply.status, 200, "nothing was lost, so the epoch goes on: {}", reply.body);
}

#[tokio::test]
async fn a_former_primary_gets_no_writes_when_it_comes_back() {
    let Some(servers) = Servers::start(1).await else { return };
    let catalog = servers.serve();
    catalog.until_replica_is_used(&servers.standbys[0]).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    servers.primary.stop();
    servers.standbys[0].promote();
    until("writes resume", async || catalog.rename(&id, "On the new primary").await.status == 200).await;
    // It accepts writes, since nothing has fenced it off, and comes first in the URL.
    servers.primary.resume();
    for number in 0..20 {
        let title = format!("Title {number}");
        let renamed = catalog.rename(&id, &title).await;
        assert_eq!((renamed.status, catalog.title(SLUG).await), (200, title), "{}", renamed.body);
    }
    // A server that starts has seen neither of them.
    let started = servers.serve();
    assert_eq!(started.title(SLUG).await, "Title 19");
    assert_eq!(started.rename(&id, "By another server").await.status, 200);
    let last = position_of(&servers.standbys[0]).await;
    let former = position_of(&servers.primary).await;
    assert!(former < last, "{former} is before {last}");
}

#[tokio::test]
async fn writes_move_to_a_promoted_standby_although_the_former_primary_still_accepts_them() {
    let Some(servers) = Servers::start(1).await else { return };
    servers.replicate_synchronously().await;
    let (catalog, standby) = (servers.serve_everywhere(), &servers.standbys[0]);
    catalog.until_replica_is_used(standby).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    // From then on, the commits of the former primary wait for a standby that does not come back.
    standby.promote();
    until("writes resume", async || catalog.rename(&id, "On the new primary").await.status == 200).await;
    for number in 0..20 {
        let title = format!("Title {number}");
        let renamed = catalog.rename(&id, &title).await;
        assert_eq!((renamed.status, catalog.title(SLUG).await), (200, title), "{}", renamed.body);
    }
    let (last, former) = (position_of(standby).await, position_of(&servers.primary).await);
    assert!(former < last, "{former} is before {last}");
}

#[tokio::test]
async fn lost_writes_begin_a_new_epoch_and_are_not_read_from_the_former_primary() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve_everywhere(), &servers.standbys[0]);
    catalog.until_replica_is_used(standby).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let preserved = position(&version(&catalog.rename(&id, "Preserved").await));
    until("the standby has it", async || position_of(standby).await >= preserved).await;
    standby.stop();
    let mut lost = String::new();
    for number in 0..5 {
        lost = version(&catalog.rename(&id, &format!("Lost {number}")).await);
    }
    servers.primary.stop();
    standby.resume();
    standby.promote();
    // Its feed is longer, and it accepts writes, since nothing has fenced it off.
    servers.primary.resume();
    until("the title is that of the new primary", async || {
        let reply = catalog.read(SLUG, None).await;
        reply.status == 200 && reply.body["data"]["topic"]["title"] == "Preserved"
    })
    .await;
    until("the new epoch has begun", async || {
        catalog.read(SLUG, Some(("catalog-version-at-least", &lost))).await.status == 412
    })
    .await;
    for number in 0..10 {
        let title = format!("Again {number}");
        let again = version(&catalog.rename(&id, &title).await);
        assert_ne!(again.split_once(':').map(|parts| parts.0), lost.split_once(':').map(|parts| parts.0));
        assert_eq!(catalog.read(SLUG, Some(("catalog-version-at-least", &again))).await.status, 200);
        // A query that no cache contains, on each server.
        for first in 1..=3 {
            let query = json!({ "query": format!(
                "{{ topic(by: {{ slug: \"{SLUG}\" }}) {{ title a{number}_{first}: revision }} }}"
            ) });
            let reply = catalog.send(false, &query, None).await;
            assert_eq!(reply.body["data"]["topic"]["title"], title.as_str(), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_server_that_has_seen_no_change_shows_no_earlier_state_without_a_primary() {
    let Some(servers) = Servers::start(2).await else { return };
    let writer = servers.serve();
    let id = text(&writer.read(SLUG, None).await.body["data"]["topic"]["id"]);
    run(&servers.standbys[1], "postgres", "SELECT pg_wal_replay_pause()").await;
    let last = position(&version(&writer.rename(&id, "Latest").await));
    until("a standby has it", async || position_of(&servers.standbys[0]).await >= last).await;
    let catalog = servers.serve();
    assert_eq!(catalog.title(SLUG).await, "Latest");
    for standby in &servers.standbys {
        catalog.until_replica_is_used(standby).await;
    }
    servers.primary.stop();
    for number in 0..50 {
        let query =
            json!({ "query": format!("{{ topic(by: {{ slug: \"{SLUG}\" }}) {{ title a{number}: revision }} }}") });
        let reply = catalog.send(false, &query, None).await;
        assert_eq!(reply.body["data"]["topic"]["title"], "Latest", "{}", reply.body);
    }
    servers.standbys[0].stop();
    // The other standby is behind, so nothing is served rather than an earlier state.
    until("reads are refused", async || catalog.read(SLUG, Some(("cache-control", "no-cache"))).await.status == 503)
        .await;
    until("the server is not ready", async || catalog.server.get("/readyz").await.0 == 503).await;
}

/// Starts a server and a write whose commit waits for a standby that does not exist.
async fn write_without_standby(servers: &Servers) -> (Arc<Catalog>, JoinHandle<Reply>) {
    let catalog = Arc::new(servers.serve());
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    synchronize(&servers.primary, &["missing".to_owned()]).await;
    let writer = catalog.clone();
    let written = tokio::spawn(async move { writer.rename(&id, "Written at last").await });
    (catalog, written)
}

/// Lets the primary complete commits without a standby.
async fn complete_commits(servers: &Servers) {
    for statement in ["ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"] {
        run(&servers.primary, "postgres", statement).await;
    }
}

#[tokio::test]
async fn writes_count_as_failing_while_a_commit_waits_for_a_missing_standby() {
    let Some(servers) = Servers::start(0).await else { return };
    let (catalog, renamed) = write_without_standby(&servers).await;
    until("writes are failing", async || catalog.server.get("/readyz/writes").await.0 == 503).await;
    assert_eq!(catalog.server.get("/readyz").await.0, 200);
    complete_commits(&servers).await;
    let renamed = renamed.await.expect("it does not panic");
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    assert_eq!(catalog.title(SLUG).await, "Written at last");
    until("writes succeed", async || catalog.server.get("/readyz/writes").await.0 == 200).await;
}

#[tokio::test]
async fn a_server_stops_although_a_commit_waits_for_a_missing_standby() {
    let Some(servers) = Servers::start(0).await else { return };
    // The write gets no response.
    let (catalog, _) = write_without_standby(&servers).await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    until("the commit waits", async || number(&servers.primary, waiting).await == 1).await;
    catalog.server.terminate();
    until("it stops", async || catalog.server.logged("stopping") == 1).await;
    catalog.server.terminate();
    until("it has stopped", async || catalog.server.has_ended()).await;
    complete_commits(&servers).await;
    let catalog = servers.serve();
    until("the write is there", async || catalog.title(SLUG).await == "Written at last").await;
}

/// The statements of the page promote `db2` and make `db3` follow it.
#[tokio::test]
async fn the_documented_statements_promote_a_standby_manually() {
    let Some(servers) = Servers::start(2).await else { return };
    servers.replicate_synchronously().await;
    let catalog = servers.serve();
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for standby in &servers.standbys {
        catalog.until_replica_is_used(standby).await;
    }
    assert_eq!(catalog.rename(&id, "Before").await.status, 200);
    let [promoted, other] = &servers.standbys[..] else { panic!("there are two") };
    servers.primary.stop();
    synchronize(promoted, &["standby_1".to_owned(), "standby_2".to_owned()]).await;
    let promote = "SELECT pg_promote()";
    assert!(PAGE.split_whitespace().collect::<Vec<_>>().join(" ").contains(promote));
    run(promoted, "postgres", promote).await;
    // The write waits for a standby. Meanwhile, the server finds the new primary.
    let written = until("the write is acknowledged", async || {
        let renamed = catalog.rename(&id, "After");
        let (renamed, ()) = tokio::join!(renamed, follow(other, promoted.port()));
        renamed.status == 200
    });
    written.await;
    assert_eq!(catalog.title(SLUG).await, "After");
    until("the other standby has the write", async || position_of(other).await == position_of(promoted).await).await;
}

/// Makes a standby follow the server at a port, with the documented statements.
async fn follow(standby: &Cluster, port: u16) {
    let statements = PAGE.split_once("   ALTER SYSTEM SET primary_conninfo").expect("the page has it").1;
    let statements =
        format!("ALTER SYSTEM SET primary_conninfo{}", statements.split_once("   ```").expect("it ends").0);
    let local = statements
        .replace("host=db2 user=replicator", &format!("host=127.0.0.1 port={port} user=syllabus"))
        .replace(" passfile=/var/lib/postgresql/.pgpass", "");
    assert!(local.contains("application_name=standby_1") && !local.contains("db2"), "{local}");
    for statement in local.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run(standby, "postgres", statement).await;
    }
}
