//! Partitions: a link drops all packets for a while. `PARTITIONS=20 PARTITION_SECONDS=10` is the long form.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use super::link::Link;
use super::{Catalog, Servers, position, position_of, text, until, version};
use crate::common::Cluster;

const SLUG: &str = "web-development";
/// The longest time without an answer to a read. A debug build on a busy machine takes longer than a server should.
const LONGEST_SILENCE: Duration = Duration::from_secs(5);

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Reads for the time of a partition. Returns the longest time that a read took.
async fn read_during(catalog: &Catalog, title: &str) -> Duration {
    let (begin, mut longest) = (Instant::now(), Duration::ZERO);
    let mut first = 0;
    while begin.elapsed() < Duration::from_secs(setting("PARTITION_SECONDS", 4)) {
        first = first % 90 + 1;
        let sent = Instant::now();
        assert_eq!(catalog.title(SLUG).await, title);
        let query = json!({ "query": format!("{{ topics(first: {first}) {{ nodes {{ title }} }} }}") });
        let reply = catalog.send(false, &query, None).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        longest = longest.max(sent.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    longest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_while_the_primary_or_a_replica_is_silent() {
    let Some(servers) = Servers::start(2).await else { return };
    let primary = Link::to(servers.primary.address()).await;
    let replicas = [Link::to(servers.standbys[0].address()).await, Link::to(servers.standbys[1].address()).await];
    let catalog = servers.serve_at(&primary.address(), &replicas.each_ref().map(Link::address));
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for round in 0..setting("PARTITIONS", 1) {
        for (what, link) in [("the primary", &primary), ("a replica", &replicas[0])] {
            let title = format!("{what} {round}");
            let required = position(&version(&catalog.rename(&id, &title).await));
            for standby in &servers.standbys {
                until("the replica has it", async || position_of(standby).await >= required).await;
            }
            link.cut();
            let longest = read_during(&catalog, &title).await;
            eprintln!("{what} was silent: a read took at most {} ms", longest.as_millis());
            assert!(longest < LONGEST_SILENCE, "{what}: {longest:?}");
            assert_eq!(catalog.server.get("/readyz").await.0, 200);
            link.restore();
            until("writes succeed", async || catalog.rename(&id, "Restored").await.status == 200).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_move_to_the_primary_while_it_does_not_reach_its_replica() {
    let Some(mut servers) = Servers::start(0).await else { return };
    let link = Link::to(servers.primary.address()).await;
    servers.standbys.push(Cluster::standby_of(link.port(), "standby_0"));
    let catalog = servers.serve();
    catalog.uses(&servers.standbys[0]).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for round in 0..setting("PARTITIONS", 1) {
        link.cut();
        let title = format!("Unreplicated {round}");
        let required = position(&version(&catalog.rename(&id, &title).await));
        let longest = read_during(&catalog, &title).await;
        assert!(longest < LONGEST_SILENCE, "{longest:?}");
        link.restore();
        until("the replica catches up", async || position_of(&servers.standbys[0]).await >= required).await;
    }
}
