//! PostgreSQL, whose backend or connection ends at the nth statement.

use std::fmt;

use crate::fault::place::Place;
use crate::fault::postgres::{administrator, cluster, create_database};
use crate::fault::proxy::{End, Moment, Proxy};
use crate::fault::sweep::{Fault, Injected, every, sweep};
use crate::fault::writes::Write;

struct LostConnection<'a> {
    proxy: &'a Proxy,
    moment: Moment,
    end: End,
}

impl fmt::Display for LostConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.end {
            End::Terminated => "backend terminated",
            End::Cut => "connection cut",
        };
        let moment = match self.moment {
            Moment::Before => "before a statement",
            Moment::After => "before the answer to a statement",
        };
        write!(f, "{end} {moment}")
    }
}

impl Fault for LostConnection<'_> {
    fn arm(&self, nth: u64) {
        self.proxy.arm(nth, self.moment, self.end);
    }

    fn disarm(&self) -> Injected {
        let Some(ended) = self.proxy.disarm() else { return Injected { calls: Vec::new(), is_committed: false } };
        let call = if ended.is_commit { "commit" } else { "statement" };
        Injected { calls: vec![call], is_committed: ended.is_commit && self.moment == Moment::After }
    }

    fn persists(&self) -> bool {
        false
    }
}

async fn survives(write: Write) {
    let Some(cluster) = cluster() else { return };
    let proxy = Proxy::start(&cluster.socket(), administrator(cluster, "postgres").await).await;
    let moments = [Moment::Before, Moment::After].into_iter();
    let ways = moments.flat_map(|moment| [End::Terminated, End::Cut].map(|end| (moment, end)));
    let faults: Vec<_> = ways.map(|(moment, end)| LostConnection { proxy: &proxy, moment, end }).collect();
    // If not every n is tried, one sweep covers all of them.
    for faults in faults.chunks(if every() == 1 { 1 } else { faults.len() }) {
        let place = Place::postgres(proxy.url(&create_database(cluster, "").await));
        sweep(&place, write, faults).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutations_survive_a_lost_connection() {
    survives(Write::Mutation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_by_mutation_survive_a_lost_connection() {
    survives(Write::ImportMutation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_made_by_mutation_survive_a_lost_connection() {
    survives(Write::TokenMutation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publications_survive_a_lost_connection() {
    survives(Write::Publication).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_survive_a_lost_connection() {
    survives(Write::Import).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_survive_a_lost_connection() {
    survives(Write::Token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purges_survive_a_lost_connection() {
    survives(Write::Purge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_survive_a_lost_connection() {
    survives(Write::Migration).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_database_survives_a_lost_connection() {
    survives(Write::Creation).await;
}
