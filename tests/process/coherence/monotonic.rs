//! Monotonic reads: a client that has seen a write sees it from then on, with every cache and on every path.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::coherence::figure;
use crate::coherence::gate::{Gate, Held};
use crate::coherence::paths::{BY_CODE, Client, IN_LIST, Paths, Way};
use crate::coherence::server::Server;
use crate::common::on_each_engine;

/// The number of concurrent readers on each of two servers.
const READERS: [usize; 2] = [4, 3];
/// How long a test waits for an expected event.
const PATIENCE: Duration = Duration::from_secs(30);

/// The state that readers and the writer use together.
#[derive(Default)]
struct Course {
    acknowledged: AtomicU64,
    is_over: AtomicBool,
}

/// Reads until the writer is done, each time on another path, and checks that reads are monotonic.
async fn read_on(server: Arc<Server>, paths: Paths, course: Arc<Course>, (place, reader): (usize, usize)) {
    let mut rng = StdRng::seed_from_u64(figure("COHERENCE_SEED", 1) * 100 + (place * 10 + reader) as u64);
    let (mut client, mut newest, mut count) = (Client::new(&paths), 0, 0_u64);
    // A server and its sibling that caches only rows count as two here.
    let asks_for_rows = reader % 3 == 2;
    while !course.is_over.load(Ordering::SeqCst) || count == 0 {
        let least = if place == 0 { course.acknowledged.load(Ordering::SeqCst) } else { 0 };
        let path = rng.random_range(0..paths.questions.len());
        let number = match rng.random_range(0..4) {
            _ if asks_for_rows => client.ask(&server, path, Way::Rows).await,
            0 => paths.read(&server, path).await,
            1 => client.ask(&server, path, Way::Get).await,
            _ => client.ask(&server, path, Way::Post).await,
        };
        let question = &paths.questions[path];
        assert!(number >= least, "{number} was read after {least} was acknowledged: {question}");
        assert!(number >= newest, "{number} was read after {newest}, on server {place}: {question}");
        (newest, count) = (number, count + 1);
    }
}

#[test]
fn reads_are_monotonic_during_writes() {
    let writes = figure("COHERENCE_WRITES", 30);
    on_each_engine(async |store| {
        let servers = [Arc::new(Server::over(store.options()).await), Arc::new(Server::over(store.options()).await)];
        let token = servers[0].fill(0.0005).await;
        let paths = Paths::to_a_book(&servers[0], &token).await;
        let course = Arc::<Course>::default();
        let of = |place: usize| (0..READERS[place]).map(move |reader| (place, reader));
        let read = |reader: (usize, usize)| read_on(servers[reader.0].clone(), paths.clone(), course.clone(), reader);
        let readers: Vec<_> = of(0).chain(of(1)).map(|reader| tokio::spawn(read(reader))).collect();
        for number in 1..=writes {
            paths.write(&servers[0], &token, number).await;
            course.acknowledged.store(number, Ordering::SeqCst);
        }
        course.is_over.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.await.expect("no reader saw anything wrong");
        }
    });
}

/// Other sessions see a commit before the server that sent it has the response.
#[test]
fn visible_commits_invalidate_caches() {
    on_each_engine(async |store| {
        let gate = Gate::before(&store.server_url());
        let options = gate.as_ref().map_or_else(|| store.options(), |gate| store.options_through(gate.url()));
        let server = Arc::new(Server::over(options).await);
        let token = server.fill(0.0005).await;
        let paths = Paths::to_a_book(&server, &token).await;
        let mut client = Client::new(&paths);
        for number in 1..=paths.questions.len() as u64 {
            client.expect_everywhere(&server, number - 1, "before").await;
            hold(gate.as_ref(), Held::ResponseToCommit);
            let (writing, title, token) = (server.clone(), paths.title(number), token.clone());
            let written = tokio::spawn(async move { writing.write(&token, "bookUpdate", title).await });
            if let Some(gate) = &gate {
                gate.holding().await;
            }
            // On SQLite the commit may not be visible yet.
            let begin = Instant::now();
            let path = usize::try_from(number - 1).expect("there are few");
            while paths.read(&server, path).await != number {
                assert!(begin.elapsed() < PATIENCE, "it is not there");
            }
            client.expect_everywhere(&server, number, "while nobody knows the outcome").await;
            if let Some(gate) = &gate {
                assert!(!written.is_finished(), "the server does not know the outcome");
                gate.release();
            }
            written.await.expect("nothing panics").expect("it is taken");
            client.expect_everywhere(&server, number, "after").await;
        }
    });
}

/// PostgreSQL can execute a commit although the server has lost the connection.
#[test]
fn commits_of_unknown_outcome_invalidate_caches() {
    on_each_engine(async |store| {
        let Some(gate) = Gate::before(&store.server_url()) else {
            // SQLite has no connection to lose.
            return;
        };
        let server = Server::over(store.options_through(gate.url())).await;
        let token = server.fill(0.0005).await;
        let paths = Paths::to_a_book(&server, &token).await;
        let mut client = Client::new(&paths);
        client.expect_everywhere(&server, 0, "before").await;
        gate.hold(Held::CommitAndConnection);
        let lost = server.answer_to(&token, "bookUpdate", &paths.title(1)).await;
        assert!(lost["errors"][0]["message"].is_string(), "{lost}");
        client.expect_everywhere(&server, 0, "while it is not carried out").await;
        gate.release();
        let begin = Instant::now();
        while paths.read(&server, 0).await == 0 {
            assert!(begin.elapsed() < PATIENCE, "it is not carried out");
        }
        client.expect_everywhere(&server, 1, "once it is").await;
    });
}

/// A server that has shown a write keeps showing it, although it was not notified of it.
#[test]
fn observed_writes_of_other_servers_invalidate_caches() {
    on_each_engine(async |store| {
        let here = Server::over(store.options()).await;
        let token = here.fill(0.0005).await;
        let gate = Gate::before(&store.server_url());
        let options = gate.as_ref().map_or_else(|| store.options(), |gate| store.options_through(gate.url()));
        let there = Server::over(options).await;
        let paths = Paths::to_a_book(&here, &token).await;
        hold(gate.as_ref(), Held::Notifications);
        let feed = json!({ "query": "query ($after: String) { changes(after: $after, first: 100) { pageInfo { endCursor } edges { node { occurredAt } } } }" });
        for path in 0..=paths.questions.len() {
            let (mut client, number) = (Client::new(&paths), path as u64 + 1);
            // Everything is cached, and the feed was just checked.
            let before = number - 1;
            let begin = Instant::now();
            while paths.read(&there, 0).await != before || client.ask(&there, 0, Way::Post).await != before {
                assert!(begin.elapsed() < PATIENCE, "the other server does not show {before}");
            }
            for path in 0..paths.questions.len() {
                client.ask(&there, path, Way::Post).await;
                client.ask(&there, path, Way::Get).await;
            }
            let mut after = feed.clone();
            after["variables"] = json!({ "after": end_of(&there.ask(&feed, "no-cache").await) });
            paths.write(&here, &token, number).await;
            if path < paths.questions.len() {
                assert_eq!(paths.read(&there, path).await, number, "it is there for all");
            } else {
                let changes = there.ask(&after, "no-cache").await;
                assert_ne!(changes["data"]["changes"]["edges"], json!([]), "the feed contains it");
            }
            for index in 0..paths.questions.len() {
                for way in [Way::Post, Way::Get] {
                    let read = client.ask(&there, index, way).await;
                    assert_eq!(read, number, "{way:?} after path {path}: {}", paths.questions[index]);
                }
            }
        }
        if let Some(gate) = &gate {
            gate.release();
        }
    });
}

/// A response from the database can arrive after another request has read a later revision. It must not be cached.
#[test]
fn responses_that_arrive_late_are_not_cached() {
    on_each_engine(async |store| {
        let Some(gate) = Gate::before(&store.server_url()) else {
            // SQLite responds on the calling thread, before anybody else can read.
            return;
        };
        let here = Server::over(store.options()).await;
        let token = here.fill(0.0005).await;
        let paths = Paths::to_a_book(&here, &token).await;
        let code = paths.questions[BY_CODE]["variables"]["id"].as_str().expect("it is a code").to_owned();
        for (number, way) in (1..).zip(Way::ALL) {
            // It has never read the book.
            let there = Arc::new(Server::over(store.options_through(gate.url())).await);
            let mut client = Client::new(&paths);
            gate.hold_response_to(&code);
            let (late, mut other) = (there.clone(), Client::new(&paths));
            let late = tokio::spawn(async move { other.ask(&late, BY_CODE, way).await });
            gate.holding().await;
            paths.write(&here, &token, number).await;
            assert_eq!(client.ask(&there, IN_LIST, way).await, number, "the write is visible");
            gate.release();
            assert_eq!(late.await.expect("nothing panics"), number - 1, "it was read before the write");
            for path in [BY_CODE, IN_LIST] {
                assert_eq!(client.ask(&there, path, way).await, number, "{way:?}: {}", paths.questions[path]);
            }
        }
    });
}

fn end_of(answer: &Value) -> Value {
    answer["data"]["changes"]["pageInfo"]["endCursor"].clone()
}

fn hold(gate: Option<&Gate>, held: Held) {
    if let Some(gate) = gate {
        gate.hold(held);
    }
}
