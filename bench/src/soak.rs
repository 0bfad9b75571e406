//! Runs mixed reads and writes at full load for minutes, and checks that there are no errors and that memory does not grow
//! after the first two minutes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde_json::{Value, json};
use syllabus_generate::Scale;
use tokio::time::sleep;

use crate::client::{Client, Target};
use crate::process::{cpu_milliseconds, memory_kilobytes};
use crate::sample::{Record, ask, records};
use crate::server::Catalog;

/// Run reads and writes for minutes, and check the server's memory
#[derive(clap::Args)]
pub struct Options {
    /// The binary of the server
    #[arg(long, default_value = "target/dist/syllabus")]
    binary: PathBuf,
    /// The duration in minutes
    #[arg(long, default_value_t = 15)]
    minutes: u64,
    /// The scale of the catalog: 1 is 100,000 books
    #[arg(long, default_value = "0.1")]
    scale: Scale,
    /// An empty database. Default: a temporary SQLite file
    #[arg(long)]
    database_url: Option<String>,
    #[arg(long, default_value_t = 14)]
    readers: usize,
    #[arg(long, default_value_t = 2)]
    writers: usize,
}

/// How often memory is measured.
const SAMPLE_INTERVAL: Duration = Duration::from_secs(5);
/// The time after which memory must not grow, and the tolerance.
const WARM_UP: Duration = Duration::from_mins(2);
const MAX_GROWTH: f64 = 1.10;

const CAREER: &str = "query Career($slug: String!) { career(by: { slug: $slug }) { title summary article { html } recommendedBooks(first: 15) { edges { note node { title authors { name } publisher { name } } } } recommendedCourses(first: 10) { nodes { title provider { name } } } } }";
const BOOK: &str = "query Book($id: ID!) { book(by: { id: $id }) { title isbn13 authors { name } listedIn(first: 5) { totalCount nodes { note } } jsonLd } }";
const CAREERS: &str = "query Careers { careers(first: 50) { totalCount nodes { title recommendedBooks(first: 3) { nodes { title authors { name } } } } } }";
const SEARCH: &str = "query Search($words: String!) { books(query: $words, first: 10) { totalCount nodes { title } facets { levels { count } } } }";
const SUGGEST: &str = "query Suggest($words: String!) { suggest(prefix: $words, first: 8) { __typename } }";
const RENAME: &str = "mutation Rename($id: ID!, $title: String!) { bookUpdate(input: { id: $id, title: $title }) { book { title } userErrors { message } } }";
const CREATE: &str = "mutation Create($title: String!) { topicCreate(input: { title: $title }) { topic { id } userErrors { message } } }";
const DELETE: &str =
    "mutation Delete($id: ID!) { topicDelete(input: { id: $id }) { deletedId userErrors { message } } }";

struct Shared {
    target: Target,
    careers: Vec<Record>,
    books: Vec<Record>,
    stopped: AtomicBool,
    reads: AtomicU64,
    writes: AtomicU64,
}

/// # Panics
/// If a response is an error, or memory grows.
pub async fn run(options: &Options) {
    let folder = tempfile::tempdir().expect("the disk has space");
    let url =
        options.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", folder.path().join("soak.db").display()));
    let catalog = Catalog { binary: options.binary.clone(), url };
    catalog.fill(options.scale, folder.path());
    let token = catalog.run(&["token", "create", "--name", "soak", "--role", "editor"]);
    let server = catalog.serve(&[]);
    let reader = Target { address: server.address.clone(), path: "/graphql".to_owned(), headers: String::new() };
    let writer = Target { headers: format!("authorization: Bearer {token}\r\n"), ..reader.clone() };
    let mut client = Client::connect(&server.address).await.expect("it listens");
    let shared = Arc::new(Shared {
        careers: records(&mut client, &reader, "careers", 1_000).await,
        books: records(&mut client, &reader, "books", 5_000).await,
        target: reader,
        stopped: AtomicBool::new(false),
        reads: AtomicU64::new(0),
        writes: AtomicU64::new(0),
    });
    let readers = (0..options.readers).map(|number| tokio::spawn(reads(shared.clone(), number as u64)));
    let writers =
        (0..options.writers).map(|number| tokio::spawn(writes(shared.clone(), writer.clone(), number as u64)));
    let clients: Vec<_> = readers.chain(writers).collect();

    let (start, end) = (Instant::now(), Duration::from_mins(options.minutes));
    let (mut warm, mut most) = (0, 0);
    println!("seconds  resident MiB  reads  writes");
    while start.elapsed() < end {
        sleep(SAMPLE_INTERVAL).await;
        assert!(clients.iter().all(|client| !client.is_finished()), "a client failed");
        let (resident, _) = memory_kilobytes(server.pid()).expect("the server lives");
        if start.elapsed() < WARM_UP {
            warm = warm.max(resident);
        } else {
            most = most.max(resident);
        }
        let (read, written) = (shared.reads.load(Ordering::Relaxed), shared.writes.load(Ordering::Relaxed));
        println!("{:>7}  {:>12.1}  {read:>5}  {written:>6}", start.elapsed().as_secs(), mebibytes(resident));
    }
    shared.stopped.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("no client met an error");
    }
    let cpu = cpu_milliseconds(server.pid()).expect("the server lives");
    println!("{} s of CPU time", cpu / 1000);
    println!("peak in the first two minutes {:.1} MiB, peak after them {:.1} MiB", mebibytes(warm), mebibytes(most));
    assert!(mebibytes(most) <= mebibytes(warm) * MAX_GROWTH, "memory grew");
}

#[expect(clippy::cast_precision_loss, reason = "memory is far from that large")]
fn mebibytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}

async fn reads(shared: Arc<Shared>, number: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    let mut client = Client::connect(&shared.target.address).await.expect("it listens");
    let words =
        ["data science", "rust", "learn design", "history of systems", "pyth", "introduction", "machine lerning"];
    while !shared.stopped.load(Ordering::Relaxed) {
        let word = words[rng.random_range(0..words.len())];
        let (query, variables) = match rng.random_range(0..20) {
            0 => (SEARCH, json!({ "words": word })),
            1..3 => (SUGGEST, json!({ "words": &word[..3] })),
            3..5 => (CAREERS, Value::Null),
            5..11 => (BOOK, json!({ "id": shared.books[rng.random_range(0..shared.books.len())].id })),
            _ => (CAREER, json!({ "slug": shared.careers[rng.random_range(0..shared.careers.len())].slug })),
        };
        let data = ask(&mut client, &shared.target, query, &variables).await;
        assert!(data.as_object().is_some_and(|data| data.values().all(|value| !value.is_null())), "{query}: {data}");
        shared.reads.fetch_add(1, Ordering::Relaxed);
    }
}

async fn writes(shared: Arc<Shared>, target: Target, number: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(1_000 + number);
    let mut client = Client::connect(&target.address).await.expect("it listens");
    let done = |data: &Value, mutation: &str| assert_eq!(data[mutation]["userErrors"], json!([]), "{data}");
    for count in 0.. {
        if shared.stopped.load(Ordering::Relaxed) {
            return;
        }
        let book = &shared.books[rng.random_range(0..shared.books.len())];
        let title = format!("Written {number} {count}");
        let data = ask(&mut client, &target, RENAME, &json!({ "id": book.id, "title": title })).await;
        done(&data, "bookUpdate");
        // The payload shows the title of this write, even if others write to the same book.
        assert_eq!(data["bookUpdate"]["book"]["title"], title);
        let data = ask(&mut client, &target, CREATE, &json!({ "title": title })).await;
        done(&data, "topicCreate");
        let data = ask(&mut client, &target, DELETE, &json!({ "id": data["topicCreate"]["topic"]["id"] })).await;
        done(&data, "topicDelete");
        shared.writes.fetch_add(3, Ordering::Relaxed);
    }
}
