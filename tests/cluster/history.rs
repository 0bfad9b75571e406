//! A history of acknowledged writes and of reads, through failovers: every read is explainable by an order of the
//! acknowledged writes, and none is older than the version that it required.
//!
//! Each writer changes one topic, whose title is the number of the write. So a read of a topic must show a number that was
//! sent at all, that is at least the last one that was acknowledged before the read began, and at least every number
//! that another read had shown before. A version that was required counts as an acknowledged write on every server.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Catalog, Servers, number, synchronize, text, until, url, version};
use crate::command::{succeed, syllabus};

/// The topics that the writers change, one each.
const SLUGS: [&str; 4] = ["web-development", "databases", "programming-languages", "security"];
/// The number of tasks that read on each server.
const READERS: usize = 4;
/// How long writers work before and after each failover.
const CALM: Duration = Duration::from_secs(2);

/// The number of failovers: `FAILOVERS=100` for the long form.
fn failovers() -> usize {
    std::env::var("FAILOVERS").map_or(2, |count| count.parse().expect("FAILOVERS is a number"))
}

/// How the tasks of a history work.
#[derive(Clone, Copy)]
pub struct Pace {
    /// The server, 0 or 1, on which each topic is written.
    pub writers: [usize; SLUGS.len()],
    /// The pause of a task between two requests.
    pub pause: Duration,
    /// Whether a write that a read has shown stays, even if it was not acknowledged. It may be lost if nobody isolates a
    /// former primary.
    pub is_monotonic: bool,
}

impl Pace {
    /// All topics are written on the first server, without a pause.
    pub const FULL: Self = Self { writers: [0; SLUGS.len()], pause: Duration::ZERO, is_monotonic: true };
}

/// One topic and what is known of it.
struct Subject {
    slug: &'static str,
    id: String,
    /// The server of its writer.
    writer: usize,
    /// The number of the last write that was sent.
    sent: AtomicU64,
    /// The number of the last write that was acknowledged, on the server of the writer.
    acknowledged: AtomicU64,
    /// The greatest number that a read has shown, on each server.
    shown: [AtomicU64; 2],
    /// The version of the last acknowledged write, with its number.
    version: Mutex<Option<(String, u64)>>,
}

/// What the tasks have done.
#[derive(Default)]
struct Counts {
    reads: AtomicU64,
    /// Acknowledged writes on each server.
    writes: [AtomicU64; 2],
    /// Reads that were answered by an error, and the last of these answers.
    failed_reads: AtomicU64,
    last_failure: Mutex<String>,
    /// The longest time without an answer, in milliseconds.
    longest_gap: AtomicU64,
    /// Reads with a required version that was not met in time.
    unmet: AtomicU64,
}

fn number_of(title: &str) -> u64 {
    title.strip_prefix("Write ").and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Two servers of a catalog, and the tasks that write and read on them.
pub struct History {
    log: Arc<Log>,
    tasks: JoinSet<()>,
}

/// The common state of the tasks.
struct Log {
    catalogs: [Catalog; 2],
    subjects: Vec<Subject>,
    pace: Pace,
    counts: Counts,
    is_over: AtomicBool,
}

impl History {
    /// Starts the tasks.
    pub async fn begin(catalogs: [Catalog; 2], pace: Pace) -> Self {
        let mut subjects = Vec::new();
        for (slug, writer) in SLUGS.into_iter().zip(pace.writers) {
            let topic = catalogs[writer].read(slug, None).await.body["data"]["topic"].clone();
            let last = number_of(&text(&topic["title"]));
            subjects.push(Subject {
                slug,
                id: text(&topic["id"]),
                writer,
                sent: last.into(),
                acknowledged: last.into(),
                shown: [last.into(), last.into()],
                version: Mutex::default(),
            });
        }
        let log =
            Arc::new(Log { catalogs, subjects, pace, counts: Counts::default(), is_over: AtomicBool::new(false) });
        let mut tasks = JoinSet::new();
        for subject in 0..SLUGS.len() {
            let log = log.clone();
            tasks.spawn(async move { log.write(&log.subjects[subject]).await });
        }
        for server in 0..2 {
            for _ in 0..READERS {
                let log = log.clone();
                tasks.spawn(async move { log.read(server).await });
            }
        }
        Self { log, tasks }
    }

    /// Returns a server.
    pub fn catalog(&self, server: usize) -> &Catalog {
        &self.log.catalogs[server]
    }

    /// Returns the number of acknowledged writes on a server.
    pub fn writes(&self, server: usize) -> u64 {
        self.log.counts.writes[server].load(Ordering::SeqCst)
    }

    /// Waits until a write is acknowledged that was sent from now on. Returns how long that took.
    pub async fn resume(&self) -> Duration {
        let begin = Instant::now();
        let subjects = &self.log.subjects;
        let sent: Vec<u64> = subjects.iter().map(|subject| subject.sent.load(Ordering::SeqCst)).collect();
        until("writes resume", async || {
            let acknowledged = subjects.iter().map(|subject| subject.acknowledged.load(Ordering::SeqCst));
            acknowledged.zip(&sent).any(|(acknowledged, sent)| acknowledged > *sent)
        })
        .await;
        begin.elapsed()
    }

    /// Describes the work of the tasks since the last report, for people.
    pub fn report(&self) -> String {
        let counts = &self.log.counts;
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::SeqCst);
        let failure = std::mem::take(&mut *counts.last_failure.lock().expect("nobody panics with it"));
        format!(
            "{} writes, {} reads, {} failed{failure}, {} unmet, longest time without an answer {} ms",
            take(&counts.writes[0]) + take(&counts.writes[1]),
            take(&counts.reads),
            take(&counts.failed_reads),
            take(&counts.unmet),
            take(&counts.longest_gap),
        )
    }

    /// Stops the tasks, and checks that no acknowledged write is lost. Returns the servers.
    pub async fn end(mut self) -> [Catalog; 2] {
        self.log.is_over.store(true, Ordering::SeqCst);
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("no task has found a fault");
        }
        for subject in &self.log.subjects {
            let acknowledged = subject.acknowledged.load(Ordering::SeqCst);
            let other = &self.log.catalogs[1 - subject.writer];
            until(&format!("{} has its last acknowledged write, {acknowledged}", subject.slug), async || {
                let reply = other.read(subject.slug, None).await;
                reply.status == 200 && number_of(&text(&reply.body["data"]["topic"]["title"])) >= acknowledged
            })
            .await;
        }
        eprintln!("history: {}", self.report());
        Arc::into_inner(self.log).expect("the tasks have ended").catalogs
    }
}

impl Log {
    async fn write(&self, subject: &Subject) {
        while !self.is_over.load(Ordering::SeqCst) {
            let number = subject.sent.fetch_add(1, Ordering::SeqCst) + 1;
            let reply = self.catalogs[subject.writer].rename(&subject.id, &format!("Write {number}")).await;
            let payload = &reply.body["data"]["topicUpdate"];
            if reply.status == 200 && payload["userErrors"] == json!([]) {
                subject.acknowledged.store(number, Ordering::SeqCst);
                *subject.version.lock().expect("nobody panics with it") = Some((version(&reply), number));
                self.counts.writes[subject.writer].fetch_add(1, Ordering::SeqCst);
            } else {
                let message = reply.body["errors"][0]["message"].as_str().unwrap_or_default();
                let is_unknown = reply.status == 200 && message.contains("may have been committed");
                assert!(is_unknown || reply.status == 503, "{} {}", reply.status, reply.body);
                sleep(Duration::from_millis(20)).await;
            }
            sleep(self.pace.pause).await;
        }
    }

    /// Reads on a server. A topic that is written on the other server is read with the version of its last write.
    async fn read(&self, server: usize) {
        let mut last_answer = Instant::now();
        let mut step = 0;
        while !self.is_over.load(Ordering::SeqCst) {
            step += 1;
            let subject = &self.subjects[step % self.subjects.len()];
            let shown = subject.shown[server].load(Ordering::SeqCst);
            let (required, least) = if server == subject.writer {
                (None, subject.acknowledged.load(Ordering::SeqCst))
            } else {
                let version = subject.version.lock().expect("nobody panics with it").clone();
                version.map_or((None, 0), |(version, number)| (Some(version), number))
            };
            let header = required.as_deref().map(|required| ("catalog-version-at-least", required));
            let reply = self.catalogs[server].read(subject.slug, header).await;
            if reply.status != 200 || reply.body["errors"].is_array() {
                let is_unmet =
                    reply.body["errors"][0]["message"].as_str().is_some_and(|message| message.contains("not reached"));
                let counter = if is_unmet { &self.counts.unmet } else { &self.counts.failed_reads };
                counter.fetch_add(1, Ordering::SeqCst);
                assert!([503, 504].contains(&reply.status), "{} {}", reply.status, reply.body);
                if !is_unmet {
                    let failure = format!(" (on server {server}: {})", reply.body["errors"][0]["message"]);
                    *self.counts.last_failure.lock().expect("nobody panics with it") = failure;
                }
                sleep(Duration::from_millis(10)).await;
                continue;
            }
            let gap = u64::try_from(last_answer.elapsed().as_millis()).expect("it is short");
            self.counts.longest_gap.fetch_max(gap, Ordering::SeqCst);
            last_answer = Instant::now();
            let number = number_of(&text(&reply.body["data"]["topic"]["title"]));
            let slug = subject.slug;
            assert!(number <= subject.sent.load(Ordering::SeqCst), "{slug}: {number} was not sent");
            assert!(number >= least, "{slug} on {server}: {number} is older than {least}, which was required");
            let is_older = number < shown && self.pace.is_monotonic;
            assert!(!is_older, "{slug} on {server}: {number} is older than {shown}, which was shown");
            subject.shown[server].fetch_max(number, Ordering::SeqCst);
            self.counts.reads.fetch_add(1, Ordering::SeqCst);
            sleep(self.pace.pause).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_and_no_read_is_stale_through_failovers() {
    let Some(mut servers) = Servers::start(2).await else { return };
    let mut longest_pause = Duration::ZERO;
    for round in 0..failovers() {
        let names: Vec<String> = (0..2).map(|number| format!("standby_{}", number + 2 * round)).collect();
        synchronize(&servers.primary, &names).await;
        let history = History::begin([servers.serve(), servers.serve()], Pace::FULL).await;
        sleep(CALM).await;
        servers.primary.stop();
        // Either standby can have the last write alone; a failover manager promotes the one that is furthest.
        let ends = [received(&servers, 0).await, received(&servers, 1).await];
        let promoted = servers.standbys.remove(usize::from(ends[1] > ends[0]));
        promoted.promote();
        let pause = history.resume().await;
        longest_pause = longest_pause.max(pause);
        sleep(CALM).await;
        eprintln!("failover {round}: {}, writes after {} ms", history.report(), pause.as_millis());
        history.end().await;
        // New standbys of the new primary. The former primary is removed.
        servers.standbys =
            (0..2).map(|number| promoted.standby(&format!("standby_{}", number + 2 * (round + 1)))).collect();
        servers.primary = promoted;
    }
    succeed(&mut syllabus(&url(&servers.primary), &["check"]));
    eprintln!("writes resumed after at most {} ms", longest_pause.as_millis());
}

/// Returns the end of the write-ahead log that a standby has received, in bytes.
async fn received(servers: &Servers, standby: usize) -> i64 {
    number(&servers.standbys[standby], "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint").await
}
