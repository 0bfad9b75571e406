//! Two servers of one catalog: how long it takes until what was written at one is read at the other.

use std::time::{Duration, Instant};

use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde_json::json;

use crate::client::{Client, Target};
use crate::sample::{Spread, ask, things};

/// Write at one server, and wait until another tells it
#[derive(clap::Args)]
pub struct Options {
    /// Where is written: an address
    #[arg(long)]
    writer: String,
    /// Where it is read: another server of the same database
    #[arg(long)]
    reader: String,
    /// A token of an editor
    #[arg(long)]
    token: String,
    #[arg(long, default_value_t = 500)]
    writes: usize,
}

const WRITE: &str =
    "mutation ($id: ID!, $title: String!) { bookUpdate(input: { id: $id, title: $title }) { userErrors { message } } }";
const READ: &str = "query ($id: ID!) { node(id: $id) { ... on Book { title } } }";
/// Longer than any of them may take.
const LONG: Duration = Duration::from_secs(30);

/// # Panics
/// When a server answers with an error, or the other never tells.
pub async fn run(options: &Options) {
    let reader = Target { address: options.reader.clone(), path: "/graphql".to_owned(), headers: String::new() };
    let headers = format!("authorization: Bearer {}\r\n", options.token);
    let writer = Target { address: options.writer.clone(), headers, ..reader.clone() };
    let mut asking = Client::connect(&reader.address).await.expect("it listens");
    let mut writing = Client::connect(&writer.address).await.expect("it listens");
    let books = things(&mut asking, &reader, "books", 1_000).await;
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut took = Vec::with_capacity(options.writes);
    for number in 0..options.writes {
        let book = Spread::Uniform.draw(&books, &mut rng);
        // So that it is in memory there when it is written.
        ask(&mut asking, &reader, READ, &json!({ "id": book.id })).await;
        let title = format!("Written {number}");
        let done = ask(&mut writing, &writer, WRITE, &json!({ "id": book.id, "title": title })).await;
        assert_eq!(done["bookUpdate"]["userErrors"], json!([]), "{done}");
        let start = Instant::now();
        while ask(&mut asking, &reader, READ, &json!({ "id": book.id })).await["node"]["title"] != title {
            assert!(start.elapsed() < LONG, "the other server does not tell {title}");
        }
        took.push(start.elapsed());
    }
    took.sort();
    let milliseconds = |part: f64| {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index"
        )]
        let index = ((took.len() - 1) as f64 * part) as usize;
        took[index].as_secs_f64() * 1000.0
    };
    println!(
        "{} writes: told by the other server after {:.2} ms (median), {:.2} ms (99 in 100), {:.2} ms at most",
        took.len(),
        milliseconds(0.5),
        milliseconds(0.99),
        milliseconds(1.0)
    );
}
