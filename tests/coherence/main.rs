//! What is kept in memory, held against what is in the database: an editor changes things at random on one server, and
//! whatever was asked before is asked again, there and on another server, with and without what is kept.
//!
//! `COHERENCE_STEPS=2000 COHERENCE_SEED=7 cargo test --test coherence` walks further, and another way.

mod catalog;
#[path = "../common/mod.rs"]
mod common;
mod server;
mod sharing;
mod walk;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use common::on_each_engine;
use server::Server;
use walk::Walk;

/// How long another server may be behind.
const LAG: Duration = Duration::from_secs(1);

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
                    while there.ask(question, "").await != read || there.ask_for_rows(question).await != read {
                        assert!(written.elapsed() < LAG, "step {step} of seed {seed}, after {done}, there: {question}");
                        tokio::task::yield_now().await;
                    }
                }
            }
        }
        assert!(here.answers_given_again().await > steps, "no answer was kept");
        assert!(here.rows_not_read_again().await > steps, "no row was kept");
    });
}

#[test]
fn nobody_reads_what_was_before_a_write_that_was_acknowledged() {
    on_each_engine(async |store| {
        let server = Arc::new(Server::over(&store.url()).await);
        let token = server.fill(0.0005).await;
        let book = server.things("books").await.remove(0);
        let question =
            json!({ "query": "query ($id: ID!) { book(by: { id: $id }) { title } }", "variables": { "id": book } });
        let (acknowledged, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        server.write(&token, "bookUpdate", json!({ "id": book, "title": "0" })).await.expect("it is taken");
        let readers = (0..4).map(|reader| {
            let (server, question) = (server.clone(), question.clone());
            let (acknowledged, is_over) = (acknowledged.clone(), is_over.clone());
            tokio::spawn(async move {
                let (mut seen, mut count) = (0, 0_u64);
                while !is_over.load(Ordering::SeqCst) {
                    let least = acknowledged.load(Ordering::SeqCst);
                    let mut answer = match reader % 2 {
                        0 => server.ask(&question, "").await,
                        _ => server.ask_for_rows(&question).await,
                    };
                    let title = answer["data"]["book"]["title"].take();
                    let title: u64 = title.as_str().and_then(|title| title.parse().ok()).expect("it is a number");
                    assert!(title >= least, "{title} was read after {least} had been acknowledged");
                    assert!(title >= seen, "{title} was read after {seen}");
                    (seen, count) = (title, count + 1);
                }
                count
            })
        });
        let readers: Vec<_> = readers.collect();
        for number in 1..=60 {
            let input = json!({ "id": book, "title": number.to_string() });
            server.write(&token, "bookUpdate", input).await.expect("it is taken");
            acknowledged.store(number, Ordering::SeqCst);
        }
        is_over.store(true, Ordering::SeqCst);
        for reader in readers {
            assert!(reader.await.expect("no reader saw anything wrong") > 0);
        }
    });
}
