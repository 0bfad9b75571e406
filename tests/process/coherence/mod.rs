//! What is kept in memory, held against what is in the database: an editor changes things at random on one server, and
//! whatever was asked before is asked again, there and on another server, with and without what is kept.
//!
//! `COHERENCE_STEPS=2000 COHERENCE_SEED=7 cargo test --test process coherence::` walks further, and another way.

mod catalog;
mod gate;
mod monotonic;
mod paths;
mod server;
mod sharing;
mod walk;

use std::time::{Duration, Instant};

use crate::common::on_each_engine;
use catalog::question;
use server::Server;
use walk::Walk;

/// How far another server can be behind when a request begins: half a second, and a margin.
const LAG: Duration = Duration::from_millis(600);

/// Searches that find what a walk has written. An index that followed each write answers as one that was just built.
const SEARCHES: [&str; 5] = [
    "{ search(query: \"written\", first: 100) { totalCount match edges { score node { __typename title } } \
     facets { kinds { kind count } topics { count topic { title } } languages { language count } } } }",
    "{ search(query: \"\", first: 100) { totalCount nodes { title } } }",
    "{ people(query: \"written\") { totalCount nodes { name } } organizations(query: \"written\") { totalCount nodes { name } } }",
    "{ topics(query: \"alias\") { totalCount nodes { title } } search(query: \"wirtten alias\", first: 50) { match nodes { title } } }",
    "{ suggest(prefix: \"wr\", first: 50) { text } again: suggest(prefix: \"alias\", first: 50) { text } }",
];

fn figure(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn what_is_kept_is_what_is_there() {
    let (steps, seed) = (figure("COHERENCE_STEPS", 80), figure("COHERENCE_SEED", 1));
    on_each_engine(async |store| {
        let here = Server::over(&store.url()).await;
        let there = Server::over(&store.url()).await;
        let token = here.fill(0.0005).await;
        let mut walk = Walk::begin(&here, &token, seed).await;
        for step in 0..steps {
            let done = walk.write(&here, &token).await;
            if step % 20 == 0 || step + 1 == steps {
                let built = Server::over(&store.url()).await;
                for search in SEARCHES.map(|search| question(search, None)) {
                    let followed = here.ask(&search, "no-cache").await;
                    let expected = built.ask(&search, "no-cache").await;
                    assert_eq!(followed, expected, "step {step} of seed {seed}, after {done}: {search}");
                }
            }
            let asked = walk.some_questions();
            for question in &asked {
                let (kept, read) = (here.ask(question, "").await, here.ask(question, "no-cache").await);
                assert_eq!(kept, read, "step {step} of seed {seed}, after {done}: {question}");
                let rows = here.ask_for_rows(question).await;
                assert_eq!(rows, read, "step {step} of seed {seed}, after {done}, of rows that were kept: {question}");
            }
            // The other server hears of it a little later.
            if step % 10 == 0 {
                let written = Instant::now();
                for question in &asked {
                    let read = there.ask(question, "no-cache").await;
                    loop {
                        let begun = written.elapsed();
                        if there.ask(question, "").await == read && there.ask_for_rows(question).await == read {
                            break;
                        }
                        // Regardless of how long the responses took.
                        assert!(begun < LAG, "step {step} of seed {seed}, after {done}, there: {question}");
                    }
                }
            }
        }
        assert!(here.answers_given_again().await > steps, "no answer was kept");
        assert!(here.rows_not_read_again().await > steps, "no row was kept");
    });
}
