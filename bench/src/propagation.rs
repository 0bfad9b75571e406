//! Measures how long a write at one server takes to become visible at another server of the same catalog.

use std::time::{Duration, Instant};

use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde_json::json;

use crate::client::{Client, Target};
use crate::sample::{Spread, ask, records};

/// Measure how long a write at one server takes to become visible at another
#[derive(clap::Args)]
pub struct Options {
    /// The address of the server that receives the writes
    #[arg(long)]
    writer: String,
    /// The address of another server of the same database
    #[arg(long)]
    reader: String,
    /// An editor's token
    #[arg(long)]
    token: String,
    #[arg(long, default_value_t = 500)]
    writes: usize,
}

const WRITE: &str =
    "mutation ($id: ID!, $title: String!) { bookUpdate(input: { id: $id, title: $title }) { userErrors { message } } }";
const READ: &str = "query ($id: ID!) { node(id: $id) { ... on Book { title } } }";
/// The maximum time until a write is visible.
const TIMEOUT: Duration = Duration::from_secs(30);

/// # Panics
/// If a server responds with an error, or a write does not become visible in time.
pub async fn run(options: &Options) {
    let reader = Target { address: options.reader.clone(), path: "/graphql".to_owned(), headers: String::new() };
    let headers = format!("authorization: Bearer {}\r\n", options.token);
    let writer = Target { address: options.writer.clone(), headers, ..reader.clone() };
    let mut asking = Client::connect(&reader.address).await.expect("it listens");
    let mut writing = Client::connect(&writer.address).await.expect("it listens");
    let books = records(&mut asking, &reader, "books", 1_000).await;
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut durations = Vec::with_capacity(options.writes);
    for number in 0..options.writes {
        let book = Spread::Uniform.draw(&books, &mut rng);
        // The reader caches the book before the write.
        ask(&mut asking, &reader, READ, &json!({ "id": book.id })).await;
        let title = format!("Written {number}");
        let done = ask(&mut writing, &writer, WRITE, &json!({ "id": book.id, "title": title })).await;
        assert_eq!(done["bookUpdate"]["userErrors"], json!([]), "{done}");
        let start = Instant::now();
        while ask(&mut asking, &reader, READ, &json!({ "id": book.id })).await["node"]["title"] != title {
            assert!(start.elapsed() < TIMEOUT, "the other server does not show {title}");
        }
        durations.push(start.elapsed());
    }
    durations.sort();
    let milliseconds = |part: f64| {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index"
        )]
        let index = ((durations.len() - 1) as f64 * part) as usize;
        durations[index].as_secs_f64() * 1000.0
    };
    println!(
        "{} writes: visible at the other server after {:.2} ms (median), {:.2} ms (99 in 100), {:.2} ms at most",
        durations.len(),
        milliseconds(0.5),
        milliseconds(0.99),
        milliseconds(1.0)
    );
}
