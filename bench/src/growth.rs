//! Compares servers of catalogs of different sizes: the latency of each kind of request for one client.

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde_json::{Value, json};

use crate::client::Client;
use crate::compare::Server;
use crate::marker_books;
use crate::process::memory_kilobytes;
use crate::sample::{Spread, Subjects, ask};

/// Compare the latency of servers of catalogs of different sizes
#[derive(clap::Args)]
pub struct Options {
    /// A server, the smallest catalog first: NAME=ADDRESS/PATH,PID
    #[arg(long = "server", required = true)]
    servers: Vec<String>,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Requests of each kind to each server in each round
    #[arg(long, default_value_t = 100)]
    requests: usize,
}

const CAREER: &str = include_str!("../queries/syllabus-q1.graphql");
const BOOK: &str = include_str!("../queries/syllabus-q3.graphql");
const SUGGEST: &str = include_str!("../queries/syllabus-suggest.graphql");
const SEARCH: &str =
    "query ($words: String!) { search(query: $words, first: 20) { totalCount edges { node { __typename } } } }";
const DEEP: &str = "query ($after: String) { books(first: 20, after: $after) { nodes { id title } pageInfo { endCursor hasNextPage } } }";
const COUNT: &str = "{ books(first: 1) { totalCount totalCountIsExact } }";
const PEOPLE: &str = "{ people(first: 100) { nodes { name } } }";
const ISBNS: &str = "{ books(first: 100) { nodes { isbn13 } } }";
const WALK: &str = "query ($after: String) { books(first: 100, after: $after) { pageInfo { endCursor } } }";

/// A server of a catalog, with the values that requests use.
struct CatalogServer {
    server: Server,
    subjects: Subjects,
    /// ISBNs of books. Each matches one item, regardless of the size of the catalog.
    isbns: Vec<String>,
    /// Names of people, each with at most a thousand works. Each part of a name occurs in the names of many people,
    /// more in larger catalogs.
    names: Vec<String>,
    /// The cursor in the middle of all books.
    middle: Value,
}

impl CatalogServer {
    async fn read(text: &str) -> Self {
        let server = Server::read(text);
        let subjects = Subjects::read(&server.target).await;
        let mut client = Client::connect(&server.target.address).await.expect("it listens");
        let count = ask(&mut client, &server.target, COUNT, &Value::Null).await;
        let count = count["books"]["totalCount"].as_u64().expect("there is a count");
        let mut middle = Value::Null;
        for _ in 0..count / 200 {
            let page = ask(&mut client, &server.target, WALK, &json!({ "after": middle })).await;
            middle = page["books"]["pageInfo"]["endCursor"].clone();
        }
        let books = ask(&mut client, &server.target, ISBNS, &Value::Null).await;
        let people = ask(&mut client, &server.target, PEOPLE, &Value::Null).await;
        let isbns = texts(&books["books"]["nodes"], "isbn13");
        let names = texts(&people["people"]["nodes"], "name");
        Self { server, subjects, isbns, names, middle }
    }

    fn ask(&self, name: &str, rng: &mut ChaCha8Rng) -> (&'static str, Value) {
        let mut title = |letters: usize| {
            let words = Spread::Uniform.draw(&self.subjects.book_slugs, rng).replace('-', " ");
            json!({ "words": words.chars().take(letters).collect::<String>() })
        };
        match name {
            "search for an ISBN" => (SEARCH, json!({ "words": Spread::Uniform.draw(&self.isbns, rng) })),
            "search for a word of 100 books" => {
                (SEARCH, json!({ "words": marker_books::group_word(rng.random_range(0..marker_books::GROUPS)) }))
            }
            "search for a word of 1,000 books" => (SEARCH, json!({ "words": marker_books::COMMON_WORD })),
            "search for a name" => (SEARCH, json!({ "words": Spread::Uniform.draw(&self.names, rng) })),
            "search for common words" => (SEARCH, title(usize::MAX)),
            "suggest" => (SUGGEST, title(6)),
            "page in the middle" => (DEEP, json!({ "after": self.middle })),
            "first page" => (DEEP, Value::Null),
            "count of all books" => (COUNT, Value::Null),
            "Q1" => (CAREER, json!({ "slug": Spread::Uniform.draw(&self.subjects.careers, rng) })),
            _ => (BOOK, json!({ "code": Spread::Uniform.draw(&self.subjects.books, rng) })),
        }
    }
}

fn texts(nodes: &Value, field: &str) -> Vec<String> {
    let nodes = nodes.as_array().expect("there are some");
    nodes.iter().filter_map(|node| node[field].as_str().map(str::to_owned)).collect()
}

/// # Panics
/// If a server responds with an error.
pub async fn run(options: &Options) {
    let mut catalogs = Vec::new();
    for text in &options.servers {
        catalogs.push(CatalogServer::read(text).await);
    }
    println!("| request | server | p50 ms | ratio |");
    println!("| --- | --- | --- | --- |");
    for name in [
        "Q1",
        "Q3",
        "first page",
        "page in the middle",
        "suggest",
        "search for an ISBN",
        "search for a word of 100 books",
        "search for a word of 1,000 books",
        "search for a name",
        "search for common words",
        "count of all books",
    ] {
        let mut durations: Vec<Vec<Duration>> = catalogs.iter().map(|_| Vec::new()).collect();
        for round in 0..options.rounds {
            for (catalog, durations) in catalogs.iter().zip(&mut durations) {
                durations.extend(times(catalog, name, round as u64, options.requests).await);
            }
        }
        let medians: Vec<f64> = durations.into_iter().map(median).collect();
        for (catalog, median) in catalogs.iter().zip(&medians) {
            println!("| {name} | {} | {median:.2} | {:.2} |", catalog.server.name, median / medians[0]);
        }
    }
    for catalog in &catalogs {
        let (resident, most) = memory_kilobytes(catalog.server.pid).unwrap_or_default();
        println!("{}: {} MiB resident, {} MiB at most", catalog.server.name, resident / 1024, most / 1024);
    }
}

async fn times(catalog: &CatalogServer, name: &str, seed: u64, requests: usize) -> Vec<Duration> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let target = &catalog.server.target;
    let mut client = Client::connect(&target.address).await.expect("it listens");
    let mut durations = Vec::with_capacity(requests);
    for _ in 0..requests {
        let (query, variables) = catalog.ask(name, &mut rng);
        let request = target.post(query, &variables);
        let start = Instant::now();
        let (status, body) = client.send(&request).await.expect("there is an answer");
        durations.push(start.elapsed());
        let answer = String::from_utf8_lossy(body);
        assert!(status == 200 && !answer.contains("\"errors\""), "{status}: {answer}");
    }
    durations
}

fn median(mut durations: Vec<Duration>) -> f64 {
    durations.sort();
    durations[durations.len() / 2].as_secs_f64() * 1000.0
}
