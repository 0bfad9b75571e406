//! Compares the caches with the database: an editor makes random changes on one server, and the test repeats earlier
//! queries there and on another server, with and without the caches.
//!
//! `COHERENCE_STEPS=2000 COHERENCE_SEED=7 cargo test --test process coherence::` makes more changes, and others.

mod catalog;
mod gate;
mod monotonic;
mod paths;
mod scan;
mod server;
mod sharing;
mod tags;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use entity::timestamp::Timestamp;
use syllabus::clock::Clock;

use crate::common::on_each_engine;
use catalog::question;
use scan::Scan;
use server::Server;
use walk::Walk;

/// How far another server can lag when a request begins: half a second, and a margin.
const LAG: Duration = Duration::from_millis(600);

/// How much later each step is, in microseconds.
const STEP: i64 = 300_000;

/// Searches that find the writes of a walk. An index that was updated with each write responds like a new one.
const SEARCHES: [&str; 8] = [
    "{ search(query: \"written\", first: 100) { totalCount match edges { score node { __typename title } } \
     facets { kinds { kind count } topics { count topic { title } } languages { language count } } } }",
    "{ search(query: \"\", first: 100) { totalCount nodes { title } } }",
    "{ people(query: \"written\") { totalCount nodes { name } } organizations(query: \"written\") { totalCount nodes { name } } }",
    "{ topics(query: \"alias\") { totalCount nodes { title } } search(query: \"wirtten alias\", first: 50) { match nodes { title } } }",
    "{ suggest(prefix: \"wr\", first: 50) { text } again: suggest(prefix: \"alias\", first: 50) { text } }",
    "{ search(query: \"\", where: { hasTopic: { title: { startsWith: \"written\" } } }) { totalCount nodes { title } facets { topics { count topic { title } } kinds { kind count } } } }",
    "{ books(query: \"written\", where: { publisher: { name: { startsWith: \"written\" } }, status: { eq: PUBLISHED } }, orderBy: { field: TITLE })      { totalCount edges { cursor node { title } } facets { publishers { count organization { name } } levels { level count } decades { decade count } } } }",
    "{ courses(orderBy: { field: RECOMMENDATIONS, direction: DESC }) { totalCount nodes { title } facets { topics { count topic { title } } providers { count organization { name } } } }      books(query: \"written\", orderBy: [{ field: RECOMMENDATIONS, direction: DESC }, { field: UPDATED_AT }]) { edges { cursor } } }",
];

/// Asserts that searches have the same results as the reference search, for the public and for an editor who previews
/// drafts. Returns the number of found items.
async fn assert_found(server: &Server, token: &str, steps: u64, done: &str) -> usize {
    let mut count = 0;
    for token in [None, Some(token)] {
        let scan = Scan::of(server, token).await;
        for number in steps.saturating_sub(30)..=steps {
            let number = number.to_string();
            for word in ["written", "alias"] {
                let search = format!("{{ search(query: \"{number} {word}\", first: 100) {{ match nodes {{ id }} }} }}");
                let mut answer = match token {
                    Some(token) => server.ask_as(token, &question(&search, None)).await,
                    None => server.ask(&question(&search, None), "").await["data"].take(),
                };
                let answer = answer["search"].take();
                let nodes = answer["nodes"].as_array().expect("it is a list").iter();
                let mut found: BTreeSet<String> =
                    nodes.map(|node| node["id"].as_str().expect("an id").to_owned()).collect();
                if answer["match"] != "ALL_WORDS" {
                    found.clear();
                }
                assert_eq!(found, scan.having(&[word, &number]), "{search} as {token:?} sees it, after {done}");
                count += found.len();
            }
        }
    }
    count
}

fn figure(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn caches_match_the_database() {
    let (steps, seed) = (figure("COHERENCE_STEPS", 80), figure("COHERENCE_SEED", 1));
    on_each_engine(async |store| {
        // No scheduled publication becomes due between two responses that are compared. The catalog is filled before
        // this time.
        let now = Arc::new(AtomicI64::new(Clock::system().now().0 + 3_600_000_000));
        let time = now.clone();
        let clock = Clock::from_fn(move || Timestamp(time.load(Ordering::SeqCst)));
        let here = Server::with_clock(store.options(), &clock).await;
        let there = Server::with_clock(store.options(), &clock).await;
        let token = here.fill(0.0005).await;
        let mut walk = Walk::begin(&here, &token, seed, clock.clone()).await;
        let mut found = 0;
        for step in 0..steps {
            now.fetch_add(STEP, Ordering::SeqCst);
            let done = walk.write(&here, &token).await;
            if step % 20 == 0 || step + 1 == steps {
                let built = Server::with_clock(store.options(), &clock).await;
                for search in SEARCHES.map(|search| question(search, None)) {
                    let expected = built.ask(&search, "no-cache").await;
                    for cache_control in ["no-cache", ""] {
                        let followed = here.ask(&search, cache_control).await;
                        assert_eq!(followed, expected, "step {step} of seed {seed}, after {done}: {search}");
                    }
                    let (previewed, expected) =
                        (here.ask_as(&token, &search).await, built.ask_as(&token, &search).await);
                    assert_eq!(previewed, expected, "step {step} of seed {seed}, previewed after {done}: {search}");
                }
                found += assert_found(&here, &token, step, &format!("{done}, step {step} of seed {seed}")).await;
            }
            let asked = walk.some_questions();
            for question in &asked {
                let (cached, read) = (here.ask(question, "").await, here.ask(question, "no-cache").await);
                assert_eq!(cached, read, "step {step} of seed {seed}, after {done}: {question}");
                let rows = here.ask_for_rows(question).await;
                assert_eq!(rows, read, "step {step} of seed {seed}, after {done}, with cached objects: {question}");
            }
            // The other server receives it a little later.
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
        assert!(found > 0, "no search found what was written");
        assert!(here.answers_given_again().await > steps, "the response cache had no hits");
        assert!(here.rows_not_read_again().await > steps, "the object cache had no hits");
    });
}
