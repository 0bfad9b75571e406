//! Partitions: a link delivers nothing for a while, and writers write and readers read meanwhile.
//! `PARTITIONS=20 PARTITION_SECONDS=10` is the long form: 20 partitions of 10, 20, 30, 10 … seconds.

use std::process::Command;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::history::{History, Pace};
use super::link::Link;
use super::{Servers, number, url};
use crate::command::{succeed, syllabus};
use crate::common::Cluster;
use crate::editing::text;
use crate::wait::until;

/// A topic that the history does not change.
const SLUG: &str = "statistics";

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_and_no_read_is_stale_through_partitions() {
    let Some(mut servers) = Servers::start(1).await else { return };
    let replication = Link::to(servers.primary.address()).await;
    servers.standbys.push(Cluster::standby_of(replication.port(), "standby_1"));
    servers.replicate_synchronously().await;
    let primary = Link::to(servers.primary.address()).await;
    let replica = Link::to(servers.standbys[0].address()).await;
    let writer = servers.serve_at(&primary.address(), &[replica.address(), servers.standbys[1].address()]);
    // It reaches everything at any time.
    let other = servers.serve();
    for standby in &servers.standbys {
        other.until_replica_is_used(standby).await;
    }
    let id = text(&other.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let history = History::begin([writer, servers.serve()], Pace::FULL).await;
    let links =
        [("server and primary", &primary), ("server and replica", &replica), ("primary and replica", &replication)];
    let mut missed = Vec::new();
    for round in 0..setting("PARTITIONS", 1) {
        for (between, link) in links {
            history.resume().await;
            history.report();
            link.cut();
            let begin = Instant::now();
            // A transaction of the server that is cut off must not block the writers of the others.
            until("another server writes", async || {
                other.rename(&id, &format!("{between} {round}")).await.status == 200
            })
            .await;
            let elsewhere = begin.elapsed();
            history.compare_with_goals(elsewhere, &mut missed);
            // Writes of a server go on while it reaches the primary.
            if link.address() != primary.address() {
                history.compare_with_goals(history.resume().await, &mut missed);
            }
            let length = setting("PARTITION_SECONDS", 4) * (1 + round % 3);
            // The partition lasts this long.
            sleep(Duration::from_secs(length).saturating_sub(begin.elapsed())).await;
            link.restore();
            let resumed = history.resume().await;
            history.compare_with_goals(resumed, &mut missed);
            eprintln!(
                "partition {round} between {between}: {}, a write elsewhere after {} ms, writes after {} ms",
                history.report(),
                elsewhere.as_millis(),
                resumed.as_millis(),
            );
        }
    }
    history.end(&url(&servers.primary)).await;
    succeed(&mut syllabus(&url(&servers.primary), &["check"]));
    assert!(setting("PARTITIONS", 1) == 1 || missed.is_empty(), "{missed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_in_a_transaction_does_not_block_the_writers_of_others() {
    let Some(servers) = Servers::start(0).await else { return };
    let (hanging, other) = (servers.serve(), servers.serve());
    let process = hanging.server.id().to_string();
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &process]).status();
        assert!(sent.expect("there is a kill").success());
    };
    let id = text(&other.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let history = History::begin([hanging, servers.serve()], Pace::FULL).await;
    history.resume().await;
    let transactions = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) \
                        WHERE locktype = 'advisory' AND granted AND state = 'idle in transaction'";
    until("it hangs in a transaction", async || {
        signal("-STOP");
        let is_open = number(&servers.primary, transactions).await > 0;
        if !is_open {
            signal("-CONT");
        }
        is_open
    })
    .await;
    let renamed = other.rename(&id, "Written elsewhere").await;
    signal("-CONT");
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    history.resume().await;
    history.end(&url(&servers.primary)).await;
}
