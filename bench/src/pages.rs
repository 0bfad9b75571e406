//! Measures the CPU time of the site's career page: of a page that is not cached against its GraphQL query alone, and of
//! a cached page against the same bytes from memory. Rounds alternate between the two of a pair, so that
//! other load on the machine affects both.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::routing::get;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::client::{Client, Target};
use crate::process::cpu_milliseconds;

/// The career of the demo catalog.
const CAREER: &str = "/career/ci4tzd/back-end-developer";
/// Response headers that belong to a connection or a moment.
const PER_CONNECTION: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// Measure the CPU time of the site's career page, uncached against its query and cached against the same bytes
#[derive(clap::Args)]
pub struct Options {
    /// The server's binary
    #[arg(long, default_value = "target/dist/syllabus")]
    binary: PathBuf,
    #[arg(long, default_value_t = 8)]
    clients: usize,
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How long each server is measured in each round
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Fail if an uncached page needs more CPU time than its query by this factor
    #[arg(long)]
    max_uncached: Option<f64>,
    /// Fail if a cached page needs more CPU time than the same bytes by this factor
    #[arg(long)]
    max_cached: Option<f64>,
}

/// Serve the bytes and headers of one response of another server from memory
#[derive(clap::Args)]
pub struct CopyOptions {
    /// The address of the other server
    #[arg(long)]
    origin: String,
    #[arg(long)]
    path: String,
}

/// A server that runs until it is dropped.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    /// Starts a server and waits until it prints its address.
    fn start(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let address = loop {
            let line = lines.next().expect("it goes on until it listens").expect("output is UTF-8");
            if let Some(rest) = line.strip_prefix("Listening on ") {
                break rest.split([' ', ',']).next().unwrap_or(rest).trim_end_matches('.').to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Requests to measure.
struct Subject<'a> {
    name: &'static str,
    server: &'a Running,
    request: Vec<u8>,
}

/// # Panics
/// If a server does not start, responds with an error, or a factor is exceeded.
pub async fn run(options: &Options) {
    let demo = |responses: Option<&str>| {
        let mut command = Command::new(&options.binary);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0"]);
        command.envs(responses.map(|bytes| ("SYLLABUS_CACHE_RESPONSES", bytes)));
        Running::start(&mut command)
    };
    println!("| pair | CPU µs each | ratio: median (least, most) |");
    println!("| --- | --- | --- |");
    let uncached = demo(Some("0"));
    let document = site::Document::all(None).into_iter().find(|document| document.name == "CareerPage");
    let query = document.expect("the career has a page").text;
    let target = Target { address: uncached.address.clone(), path: "/graphql".to_owned(), headers: String::new() };
    let page = Subject { name: "page", server: &uncached, request: get_request(&uncached.address, CAREER, "") };
    let query = target.post(&query, &json!({ "path": CAREER }));
    let query = Subject { name: "query", server: &uncached, request: query };
    let ratio = compare(options, [&page, &query]).await;
    check("an uncached page", ratio, options.max_uncached);
    drop(uncached);

    let cached = demo(None);
    for encoding in ["", "accept-encoding: br\r\n"] {
        let copy = Running::start(
            Command::new(std::env::current_exe().expect("it runs"))
                .args(["copy", "--origin", &cached.address, "--path", CAREER])
                .env("COPY_HEADERS", encoding),
        );
        let name = if encoding.is_empty() { "cached" } else { "cached, Brotli" };
        let page = Subject { name, server: &cached, request: get_request(&cached.address, CAREER, encoding) };
        let bytes = Subject { name: "bytes", server: &copy, request: get_request(&copy.address, CAREER, encoding) };
        let ratio = compare(options, [&page, &bytes]).await;
        check("a cached page", ratio, options.max_cached);
    }
}

fn check(name: &str, ratio: f64, maximum: Option<f64>) {
    if let Some(maximum) = maximum {
        assert!(ratio <= maximum, "{name} needs {ratio:.2} times the CPU time, expected at most {maximum}");
    }
}

fn get_request(address: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n").into_bytes()
}

/// Measures two subjects in alternating rounds and returns the median ratio of their CPU times per request.
async fn compare(options: &Options, subjects: [&Subject<'_>; 2]) -> f64 {
    let mut figures: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let mut ratios = Vec::new();
    for round in 0..options.rounds {
        let mut own = [0.0; 2];
        for index in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            own[index] = microseconds(options, subjects[index]).await;
            figures[index].push(own[index]);
        }
        ratios.push(own[0] / own[1]);
    }
    for list in figures.iter_mut().chain([&mut ratios]) {
        list.sort_by(f64::total_cmp);
    }
    let median = |list: &[f64]| list[list.len() / 2];
    println!(
        "| {}, {} | {:.1}, {:.1} | {:.2} ({:.2}, {:.2}) |",
        subjects[0].name,
        subjects[1].name,
        median(&figures[0]),
        median(&figures[1]),
        median(&ratios),
        ratios[0],
        ratios[ratios.len() - 1],
    );
    median(&ratios)
}

/// Returns the CPU microseconds per request.
async fn microseconds(options: &Options, subject: &Subject<'_>) -> f64 {
    let stopped = Arc::new(AtomicBool::new(false));
    let pid = subject.server.child.id();
    let before = cpu_milliseconds(pid).unwrap_or_default();
    let clients: Vec<_> = (0..options.clients)
        .map(|_| {
            let (address, request, stopped) =
                (subject.server.address.clone(), subject.request.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut connection = Client::connect(&address).await.expect("it listens");
                let mut requests = 0_u32;
                while !stopped.load(Ordering::Relaxed) {
                    let (status, body) = connection.send(&request).await.expect("there is a response");
                    assert!(status == 200 && body.len() > 1_000, "{status} with {} bytes", body.len());
                    requests += 1;
                }
                requests
            })
        })
        .collect();
    sleep(Duration::from_secs(options.seconds)).await;
    stopped.store(true, Ordering::Relaxed);
    let mut requests = 0;
    for client in clients {
        requests += client.await.expect("no client met an error");
    }
    let took = cpu_milliseconds(pid).unwrap_or_default() - before;
    #[expect(clippy::cast_precision_loss, reason = "these are small")]
    let microseconds = took as f64 * 1000.0;
    microseconds / f64::from(requests)
}

/// # Panics
/// If the other server does not respond.
pub async fn copy(options: &CopyOptions) {
    let headers = std::env::var("COPY_HEADERS").unwrap_or_default();
    let request = get_request(&options.origin, &options.path, &format!("{headers}connection: close\r\n"));
    let mut stream = TcpStream::connect(&options.origin).await.expect("it listens");
    stream.write_all(&request).await.expect("it reads");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.expect("it responds");
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").expect("it has a head");
    let head = String::from_utf8(response[..end].to_vec()).expect("headers are ASCII");
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let fixed = lines.filter(|(name, _)| !PER_CONNECTION.contains(name));
    let headers: HeaderMap = fixed
        .map(|(name, value)| {
            let name = HeaderName::try_from(name).expect("it is a name");
            (name, HeaderValue::try_from(value).expect("it is a value"))
        })
        .collect();
    let body = Bytes::from(response.split_off(end + 4));
    let router = Router::new().route(&options.path, get(async move || (headers.clone(), body.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    eprintln!("Listening on {}", listener.local_addr().expect("it is bound"));
    axum::serve(listener, router).await.expect("it serves");
}
