//! Measures how long the edge is stale: an editor renames topics while readers fetch them through Varnish.
//!
//! `EDGE_WRITES=10000 cargo test --test process -- --nocapture edge::lag::` makes more writes.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Client;
use serde_json::{Value, json};

use super::recorder::Recorder;
use super::{editor, query_of, serve, settled, tag_of};
use crate::command::run;
use crate::common::on_each_engine;
use crate::common::varnish::{StoppedVarnish, Varnish};
use crate::editing::rename_topic;
use crate::wait::until;

const READERS: u64 = 4;
/// The topics that readers fetch: some that will be renamed soon, and those that were.
const AHEAD: usize = 10;
const BEHIND: usize = 200;
/// A response is stale for at most this long: until the second purge, at most four seconds after the first.
const MAX_STALENESS: Duration = Duration::from_secs(5);
/// The lag of half of the purges, and of 99 of 100. The long form fails if it is longer; a busy machine may take longer.
const MAX_LAGS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));
/// How long a connection of the client can be idle. Varnish closes it after five seconds (`timeout_idle`).
const IDLE_TIMEOUT: Duration = Duration::from_secs(2);
const CODE_LETTERS: &[u8] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// The code of a topic.
fn code(number: usize) -> String {
    let digit = |place: u32| CODE_LETTERS[number / CODE_LETTERS.len().pow(place) % CODE_LETTERS.len()];
    (0..6).rev().map(|place| char::from(digit(place))).collect()
}

fn id(number: usize) -> String {
    format!("topic_{}", code(number))
}

/// The catalog: topics with the title `before`.
fn catalog(count: usize) -> String {
    let topic =
        |number| json!({ "kind": "topic", "code": code(number), "slug": format!("t{number}"), "title": "before" });
    (0..count).map(|number| format!("{}\n", topic(number))).collect()
}

/// The topics, and the acknowledged writes.
struct Log {
    varnish: Varnish,
    client: Client,
    /// When the renaming of each topic was acknowledged.
    acknowledged: Mutex<Vec<Instant>>,
    count: usize,
    reads: AtomicUsize,
}

/// The stale responses of a reader.
#[derive(Default)]
struct Stale {
    count: usize,
    longest: Duration,
}

impl Log {
    fn acknowledged(&self) -> Vec<Instant> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches a topic through Varnish, and returns whether it has the new title.
    async fn is_new(&self, number: usize) -> bool {
        let response = self.client.get(self.varnish.url(&query_of(&id(number)))).send().await;
        let body: Value = response.expect("Varnish is there").json().await.expect("it is JSON");
        let title = body["data"]["topic"]["title"].as_str().unwrap_or_else(|| panic!("{body}"));
        assert!(["before", "after"].contains(&title), "{body}");
        title == "after"
    }

    fn range(&self) -> Range<usize> {
        let written = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len();
        written.saturating_sub(BEHIND)..(written + AHEAD).min(self.count)
    }

    /// Fetches topics until all are renamed.
    async fn read(&self, seed: u64) -> Stale {
        let (mut rng, mut stale) = (StdRng::seed_from_u64(seed), Stale::default());
        while self.acknowledged().len() < self.count {
            let number = rng.random_range(self.range());
            let acknowledged = self.acknowledged().get(number).copied();
            let begin = Instant::now();
            let is_new = self.is_new(number).await;
            self.reads.fetch_add(1, Ordering::Relaxed);
            if let Some(acknowledged) = acknowledged.filter(|_| !is_new) {
                let age = begin.duration_since(acknowledged);
                stale.count += 1;
                stale.longest = stale.longest.max(age);
                assert!(age < MAX_STALENESS, "topic {number} is stale after {age:?}");
            }
        }
        stale
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

#[test]
fn the_edge_is_stale_for_a_short_time() {
    let count = std::env::var("EDGE_WRITES").map_or(60, |text| text.parse().expect("EDGE_WRITES is a number"));
    on_each_engine(async |store| {
        let Some(stopped) = StoppedVarnish::find() else { return };
        let directory = tempfile::tempdir().expect("the disk has space");
        let file = directory.path().join("topics.jsonl");
        std::fs::write(&file, catalog(count)).expect("the disk has space");
        run(&store.url(), &["import", &file.display().to_string()]);
        let recorder = Recorder::start().await;
        let urls = format!("{},{}", stopped.purge_url(), recorder.url("/"));
        let server = serve(&store.server_url(), &editor(&store.url()), &urls);
        let varnish = stopped.start(server.address());
        let client = Client::builder().pool_idle_timeout(IDLE_TIMEOUT).build().expect("TLS is not needed");
        settled(store).await;
        let (acknowledged, reads) = (Mutex::default(), AtomicUsize::default());
        let log = Arc::new(Log { varnish, client, acknowledged, count, reads });
        let reader = |seed| {
            let log = log.clone();
            tokio::spawn(async move { log.read(seed).await })
        };
        let readers: Vec<_> = (0..READERS).map(reader).collect();
        let mut lags = Vec::new();
        for number in 0..count {
            let tag = tag_of(&server, &id(number)).await;
            rename_topic(&server, &id(number), "after").await;
            let acknowledged = Instant::now();
            log.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(acknowledged);
            until("the topic is purged", async || recorder.first_purge(&tag).is_some()).await;
            let purged = recorder.first_purge(&tag).expect("it is purged");
            // The purge can be faster than the response to the editor.
            lags.push(purged.saturating_duration_since(acknowledged));
        }
        let mut stale = Stale::default();
        for reader in readers {
            let of_one = reader.await.expect("no response is stale for too long");
            stale.count += of_one.count;
            stale.longest = stale.longest.max(of_one.longest);
        }
        settled(store).await;
        let mut left = 0;
        for number in 0..count {
            left += usize::from(!log.is_new(number).await);
        }
        lags.sort();
        let (p50, p99, max) = (percentile(&lags, 50), percentile(&lags, 99), percentile(&lags, 100));
        println!(
            "edge on {}: {count} writes, purge lag p50 {p50:.1?} p99 {p99:.1?} max {max:.1?}; {} of {} reads stale, for at \
             most {:.1?}; {left} stale after the second purge",
            store.database.engine().name(),
            stale.count,
            log.reads.load(Ordering::Relaxed),
            stale.longest,
        );
        assert_eq!(left, 0, "responses are stale after the second purge");
        let is_long = std::env::var_os("EDGE_WRITES").is_some();
        assert!(!is_long || (p50 <= MAX_LAGS.0 && p99 <= MAX_LAGS.1), "the purges take {p50:?}, and {p99:?}");
    });
}
