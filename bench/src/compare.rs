//! Compares servers of the same catalog. Each round sends requests to one server after the other, so that other load on
//! the machine affects all of them, and computes the ratio to the first server of the round.
//!
//! The load is closed: a fixed number of clients, each with its own connection, send the next request after the response
//! to the last.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::{Client, Target};
use crate::process::{cpu_milliseconds, cpu_milliseconds_with_children, memory_kilobytes};
use crate::sample::{Spread, Subjects, ask};

/// Send requests to servers of the same catalog, one after the other, and compare them
#[derive(clap::Args)]
pub struct Options {
    /// A server: NAME=ADDRESS/PATH,PID; receives queries/NAME-QUERY.graphql, or else syllabus-QUERY.graphql; QUERY in the path is replaced by the name of the query
    #[arg(long = "server", required = true)]
    servers: Vec<String>,
    /// The address of a Syllabus server from which the slugs and ids to query are read
    #[arg(long)]
    catalog: String,
    /// The process id of the PostgreSQL postmaster
    #[arg(long)]
    postgres: Option<u32>,
    /// The queries to run
    #[arg(long, value_delimiter = ',', default_value = "q1,q2,q3")]
    queries: Vec<String>,
    /// How requests are distributed over records: evenly (uniform), by Zipf's law (zipf), always the same record (hot)
    #[arg(long, default_value = "uniform")]
    spread: Spread,
    #[arg(long, default_value_t = 16)]
    clients: usize,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each server is measured in each round
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Update a random career or book once a second, with this token, at the address of `--catalog`
    #[arg(long)]
    write_as: Option<String>,
    /// The directory of the queries
    #[arg(long, default_value = "bench/queries")]
    folder: PathBuf,
}

/// A running server.
pub struct Server {
    pub name: String,
    pub target: Target,
    pub pid: u32,
}

impl Server {
    /// Reads NAME=ADDRESS/PATH,PID.
    ///
    /// # Panics
    /// If the text has another form.
    pub fn read(text: &str) -> Self {
        let parts = text.split_once('=').and_then(|(name, rest)| Some((name, rest.rsplit_once(',')?)));
        let (name, (url, pid)) = parts.unwrap_or_else(|| panic!("{text} is not NAME=ADDRESS/PATH,PID"));
        let (address, path) = url.split_once('/').unwrap_or_else(|| panic!("{url} is not ADDRESS/PATH"));
        let target = Target { address: address.to_owned(), path: format!("/{path}"), headers: String::new() };
        Self { name: name.to_owned(), target, pid: pid.parse().expect("a process has a number") }
    }
}

/// The measurements of one server in one round.
struct Round {
    per_second: f64,
    /// CPU microseconds per request, of the server and of PostgreSQL.
    server: f64,
    database: f64,
    p50: Duration,
    bytes: usize,
}

/// # Panics
/// If a server responds with an error.
pub async fn run(options: &Options) {
    let servers: Vec<Server> = options.servers.iter().map(|text| Server::read(text)).collect();
    let catalog = Target { address: options.catalog.clone(), path: "/graphql".to_owned(), headers: String::new() };
    let subjects = Arc::new(Subjects::read(&catalog).await);
    let writer = options.write_as.as_ref().map(|token| {
        let headers = format!("authorization: Bearer {token}\r\n");
        tokio::spawn(write(Target { headers, ..catalog.clone() }, subjects.clone()))
    });
    println!("| query | server | requests/s | ratio (least, most) | CPU µs server + database | p50 ms | bytes |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for query in &options.queries {
        let mut rounds: Vec<Vec<Round>> = servers.iter().map(|_| Vec::new()).collect();
        for number in 0..options.rounds {
            for (server, rounds) in servers.iter().zip(&mut rounds) {
                rounds.push(round(options, server, query, &subjects, number as u64).await);
            }
        }
        for (server, own) in servers.iter().zip(&rounds) {
            let ratios = own.iter().zip(&rounds[0]).map(|(own, first)| own.per_second / first.per_second);
            let ratios = sorted(ratios);
            let median = |of: fn(&Round) -> f64| middle(&sorted(own.iter().map(of)));
            println!(
                "| {query} | {} | {:.0} | {:.2} ({:.2}, {:.2}) | {:.0} + {:.0} | {:.2} | {} |",
                server.name,
                median(|round| round.per_second),
                middle(&ratios),
                ratios[0],
                ratios[ratios.len() - 1],
                median(|round| round.server),
                median(|round| round.database),
                median(|round| round.p50.as_secs_f64() * 1000.0),
                own[0].bytes,
            );
        }
    }
    if let Some(writer) = writer {
        assert!(!writer.is_finished(), "the writer failed");
        writer.abort();
    }
    for server in &servers {
        let (resident, most) = memory_kilobytes(server.pid).unwrap_or_default();
        println!("{}: {} MiB resident, {} MiB at most", server.name, resident / 1024, most / 1024);
    }
}

/// Updates random records until the task is aborted.
async fn write(target: Target, subjects: Arc<Subjects>) {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut client = Client::connect(&target.address).await.expect("it listens");
    for count in 0.. {
        let (mutation, ids) =
            if count % 2 == 0 { ("careerUpdate", &subjects.career_ids) } else { ("bookUpdate", &subjects.book_ids) };
        let query =
            format!("mutation ($input: {}Input!) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}", {
                let mut name = mutation.to_owned();
                name[..1].make_ascii_uppercase();
                name
            });
        let id = Spread::Uniform.draw(ids, &mut rng);
        let input = json!({ "id": id, "summary": format!("Written for the {count}th time.") });
        let data = ask(&mut client, &target, &query, &json!({ "input": input })).await;
        assert_eq!(data[mutation]["userErrors"], json!([]), "{data}");
        sleep(Duration::from_secs(1)).await;
    }
}

fn sorted(figures: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures
}

fn middle(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

async fn round(options: &Options, server: &Server, query: &str, subjects: &Arc<Subjects>, number: u64) -> Round {
    let own = options.folder.join(format!("{}-{query}.graphql", server.name));
    let file = if own.exists() { own } else { options.folder.join(format!("syllabus-{query}.graphql")) };
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let postgres = || options.postgres.map_or(0, cpu_milliseconds_with_children);
    let count = Arc::new(AtomicU64::new(0));
    let bytes = Arc::new(AtomicUsize::new(0));
    let stopped = Arc::new(AtomicBool::new(false));
    let clients = (0..options.clients).map(|client| {
        let (mut target, text, query) = (server.target.clone(), text.clone(), query.to_owned());
        target.path = target.path.replace("QUERY", &query);
        let (subjects, count, bytes, stopped) = (subjects.clone(), count.clone(), bytes.clone(), stopped.clone());
        let spread = options.spread;
        tokio::spawn(async move {
            let mut rng = ChaCha8Rng::seed_from_u64(number * 1_000 + client as u64);
            let mut connection = Client::connect(&target.address).await.expect("it listens");
            let mut durations = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let request = target.post(&text, &subjects.variables(&query, spread, &mut rng));
                let start = Instant::now();
                let (status, body) = connection.send(&request).await.expect("there is an answer");
                durations.push(start.elapsed());
                assert!(status == 200 && !contains(body, b"\"errors\""), "{status}: {}", String::from_utf8_lossy(body));
                bytes.store(body.len(), Ordering::Relaxed);
                count.fetch_add(1, Ordering::Relaxed);
            }
            durations
        })
    });
    let clients: Vec<_> = clients.collect();
    // The first requests warm up connections, query plans and code.
    sleep(Duration::from_millis(500)).await;
    let (start, from) = (Instant::now(), count.load(Ordering::Relaxed));
    let (server_from, database_from) = (cpu_milliseconds(server.pid).unwrap_or_default(), postgres());
    sleep(Duration::from_secs(options.seconds)).await;
    let (seconds, requests) = (start.elapsed().as_secs_f64(), (count.load(Ordering::Relaxed) - from).max(1));
    let (server_to, database_to) = (cpu_milliseconds(server.pid).unwrap_or_default(), postgres());
    stopped.store(true, Ordering::Relaxed);
    let mut durations = Vec::new();
    for client in clients {
        durations.extend(client.await.expect("no client met an error"));
    }
    durations.sort();
    #[expect(clippy::cast_precision_loss, reason = "these are small")]
    let per_request = |milliseconds: u64| milliseconds as f64 * 1000.0 / requests as f64;
    Round {
        #[expect(clippy::cast_precision_loss, reason = "these are small")]
        per_second: requests as f64 / seconds,
        server: per_request(server_to.saturating_sub(server_from)),
        database: per_request(database_to.saturating_sub(database_from)),
        p50: durations[durations.len() / 2],
        bytes: bytes.load(Ordering::Relaxed),
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

impl Subjects {
    /// Returns the variables of a query for a randomly drawn record.
    fn variables(&self, query: &str, spread: Spread, rng: &mut ChaCha8Rng) -> Value {
        match query {
            "q1" => json!({ "slug": spread.draw(&self.careers, rng) }),
            "q2" => {
                let (after, offset) = spread.draw(&self.pages, rng);
                json!({ "after": after, "offset": offset, "page": offset / 50 })
            }
            "q3" => json!({ "code": spread.draw(&self.books, rng) }),
            _ => json!({ "words": spread.draw(&self.words, rng) }),
        }
    }
}
