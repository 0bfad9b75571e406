//! Patroni, etcd and HAProxy with the configuration of the documentation, on a server that knows all nodes of PostgreSQL,
//! and on one that reaches the primary through HAProxy. `PATRONI_TIMES=documented` uses the documented times.

mod files;
mod nodes;

use std::time::{Duration, Instant};

use syllabus::cli::DEMO_CATALOG;

use self::files::{Files, NODES, ttl};
use self::nodes::{ETCD, HAPROXY, Patroni};
use super::history::{History, Pace};
use super::replicas::uncached;
use super::{Catalog, version};
use crate::command::succeed;
use crate::crash::server::SERVE;
use crate::editing::text;
use crate::serving::binary;
use crate::wait::until;

/// The names of the servers in messages.
const SERVERS: [&str; 2] = ["the server with all hosts", "the server with HAProxy"];
/// Two topics are written on each server.
const PACE: Pace = Pace { writers: [0, 1, 0, 1], pause: Duration::from_millis(100), is_monotonic: true };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_follow_patroni_without_a_restart_and_lose_no_acknowledged_write() {
    let Some(patroni) = Patroni::start().await else { return };
    let (first, history) = begin(&patroni).await;
    let id = text(&history.catalog(0).read("algorithms", None).await.body["data"]["topic"]["id"]);
    let before = version(&history.catalog(0).rename(&id, "Before").await);

    patroni.kill_patroni(first);
    patroni.kill_postgres(first);
    let second = writes_resume(&history, &patroni, first, "the primary was killed").await;
    patroni.restart_patroni(first);
    reads_from_standbys(&history, &patroni, second).await;

    // Afterward, the former primary still believes that it is the primary.
    patroni.suspend(second, true);
    let third = writes_resume(&history, &patroni, second, "the primary was suspended").await;
    patroni.suspend(second, false);
    reads_from_standbys(&history, &patroni, third).await;

    patroni.switch_over();
    let fourth = writes_resume(&history, &patroni, third, "the switchover").await;
    reads_from_standbys(&history, &patroni, fourth).await;

    // Nothing stops the former primary. It still accepts writes, and its commits wait for a standby.
    let history = History::begin(history.end(&patroni.url(fourth)).await, Pace { is_monotonic: false, ..PACE }).await;
    patroni.kill_patroni(fourth);
    writes_resume(&history, &patroni, fourth, "Patroni was killed on the primary").await;
    patroni.restart_patroni(fourth);
    patroni.until_standby(fourth).await;

    let primary = patroni.primary_after(None).await;
    for catalog in history.end(&patroni.url(primary)).await {
        let reply = catalog.read("algorithms", Some(("catalog-version-at-least", &before))).await;
        assert_eq!(reply.status, 200, "nothing was lost, so the epoch goes on: {}", reply.body);
        assert_eq!(reply.body["data"]["topic"]["title"], "Before");
    }
    succeed(binary().args(["check", "--config", &patroni.write("all-hosts.toml", &patroni.files.settings())]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_whichever_program_fails_and_writes_resume() {
    let Some(patroni) = Patroni::start().await else { return };
    let (primary, history) = begin(&patroni).await;
    let resume = async |event: &str| {
        let resumed = history.resume().await;
        eprintln!("patroni: {event}: writes resume after {} ms, {}", resumed.as_millis(), history.report());
    };
    resume("all programs work").await;

    patroni.kill_postgres(primary);
    resume("PostgreSQL crashed on the primary").await;
    // Patroni restarts it, unless that takes too long.
    let primary = patroni.primary_after(None).await;
    let standbys: Vec<usize> = (0..NODES).filter(|index| *index != primary).collect();
    reads_from_standbys(&history, &patroni, primary).await;

    for standby in &standbys {
        history.report();
        patroni.kill_patroni(*standby);
        patroni.kill_postgres(*standby);
        if *standby == standbys[0] {
            resume("a standby failed").await;
        }
    }
    reads_succeed(&history).await;
    patroni.restart_patroni(standbys[0]);
    resume("one of two failed standbys is started").await;
    patroni.restart_patroni(standbys[1]);
    reads_from_standbys(&history, &patroni, primary).await;

    history.report();
    patroni.suspend(standbys[0], true);
    resume("a standby does not respond").await;
    reads_succeed(&history).await;
    patroni.suspend(standbys[0], false);
    reads_from_standbys(&history, &patroni, primary).await;

    history.report();
    patroni.kill(ETCD);
    let begin = Instant::now();
    // Patroni would make the primary a standby when its lock ends, if the nodes did not reach each other.
    while begin.elapsed() < Duration::from_secs(ttl() * 3 / 2) {
        history.resume().await;
    }
    resume("etcd was not there").await;
    patroni.restart(ETCD);

    patroni.kill(HAPROXY);
    let before = history.writes(0);
    until("the server with all hosts writes", async || history.writes(0) > before + 10).await;
    reads_succeed(&history).await;
    patroni.restart(HAPROXY);
    resume("HAProxy is started again").await;
    history.end(&patroni.url(primary)).await;
}

/// Sends queries to both servers that no cache answers.
async fn reads_succeed(history: &History) {
    for (server, name) in SERVERS.iter().enumerate() {
        for number in 0..20 {
            let reply = history.catalog(server).send(false, &uncached(number), None).await;
            assert_eq!(reply.status, 200, "{name}: {}", reply.body);
        }
    }
}

/// Starts the servers, and a history that reads from the standbys. Returns the index of the primary, too.
async fn begin(patroni: &Patroni) -> (usize, History) {
    let primary = patroni.primary_after(None).await;
    patroni.run_sql(primary, Files::sql());
    let history = History::begin(serve(patroni), PACE).await;
    reads_from_standbys(&history, patroni, primary).await;
    (primary, history)
}

/// Imports the demo catalog, and starts a server with all hosts and one with HAProxy.
fn serve(patroni: &Patroni) -> [Catalog; 2] {
    let settings = [
        patroni.write("all-hosts.toml", &patroni.files.settings()),
        patroni.write("haproxy.toml", &patroni.files.settings_with_haproxy()),
    ];
    let demo = patroni.write("demo.jsonl", DEMO_CATALOG);
    succeed(binary().args(["import", &demo, "--auto-migrate", "--config", &settings[0]]));
    let words = ["token", "create", "--name", "ada", "--role", "editor", "--config", &settings[0]];
    let (token, _) = succeed(binary().args(words));
    settings.map(|settings| Catalog::start(binary().args(SERVE).args(["--config", &settings]), token.trim()))
}

/// Waits until another node than `former` is the primary and both servers write to it. Returns its index.
async fn writes_resume(history: &History, patroni: &Patroni, former: usize, event: &str) -> usize {
    let begin = Instant::now();
    let primary = patroni.primary_after(Some(former)).await;
    eprintln!("patroni: {event}: another primary after {} ms", begin.elapsed().as_millis());
    let before = [history.writes(0), history.writes(1)];
    for (server, name) in SERVERS.iter().enumerate() {
        let what = format!("{event}: writes resume on {name}");
        until(&what, async || history.writes(server) > before[server] + 3).await;
    }
    eprintln!("patroni: {event}: three more writes on each server after {} ms", begin.elapsed().as_millis());
    primary
}

/// Waits until all nodes other than the primary are standbys, and both servers read from them.
async fn reads_from_standbys(history: &History, patroni: &Patroni, primary: usize) {
    for standby in (0..NODES).filter(|index| *index != primary) {
        patroni.until_standby(standby).await;
        let address = &patroni.files.postgres[standby];
        for (server, name) in SERVERS.iter().enumerate() {
            let catalog = history.catalog(server);
            catalog.until_replica_at_is_used(address).await;
            let before = catalog.metric("syllabus_db_replica_statements", address).await;
            let what = format!("{name} reads from {address}");
            until(&what, async || catalog.metric("syllabus_db_replica_statements", address).await > before + 10).await;
        }
        // The next failover needs standbys that commits wait for.
        until("commits wait for the standby", async || patroni.is(standby, "synchronous").await).await;
    }
}
