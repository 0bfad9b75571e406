//! A history of acknowledged writes and of reads, through failovers: every read is explainable by an order of the
//! acknowledged writes, and none is older than the version that it required.
//!
//! Each writer changes one topic, whose title is the number of the write. A read must show for each topic a number that
//! was sent and not rejected. On the server of the writer, it is at least the last one that was acknowledged before the
//! read began; on the other server, at least the one of the version that was required. If reads are monotonic, no
//! revision is earlier than one that the server has shown before. The versions of a writer's acknowledged writes
//! increase, in one epoch. At the end, each read is checked against the [order](super::order) of all writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::order::{Changes, ReadResult, Shown};
use super::{Catalog, Reply, Servers, epoch, number, position, synchronize, url, version};
use crate::command::{succeed, syllabus};
use crate::editing::text;
use crate::fault::load::was_executed;
use crate::wait::until;

/// The topics that the writers change, one each.
const SLUGS: [&str; 4] = ["web-development", "databases", "programming-languages", "security"];
/// The number of tasks that read on each server.
const READERS: usize = 4;
/// How long writers work before and after each failover.
const CALM: Duration = Duration::from_secs(2);

/// How long writes and reads may stop. The long forms fail if they stop for longer; a busy machine may take longer.
const MAX_WRITE_PAUSE: Duration = Duration::from_secs(5);
const MAX_READ_GAP: Duration = Duration::from_secs(1);

/// The number of failovers, if it is set: `FAILOVERS=100` is the long form.
fn failovers() -> Option<usize> {
    let count = std::env::var("FAILOVERS").ok();
    count.map(|count| count.parse().expect("FAILOVERS is a number"))
}

/// How the tasks of a history work.
#[derive(Clone, Copy)]
pub struct Pace {
    /// The server, 0 or 1, on which each topic is written.
    pub writers: [usize; SLUGS.len()],
    /// The pause of a task between two requests.
    pub pause: Duration,
    /// Whether a write that a read has shown remains, even if it was not acknowledged. It may be lost if nobody isolates a
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
    code: String,
    /// The server of its writer.
    writer: usize,
    /// The number of the last write that was sent.
    sent: AtomicU64,
    /// The number of the last write that was acknowledged, on the server of the writer.
    acknowledged: AtomicU64,
    /// The numbers of the writes that were rejected, and so must have changed nothing.
    rejected: Mutex<BTreeSet<u64>>,
    /// The greatest revision that a read has shown, on each server.
    shown: [AtomicI32; 2],
    /// The version of the last acknowledged write, with its number.
    version: Mutex<Option<(String, u64)>>,
}

impl Subject {
    /// Records an acknowledged write, whose version must be later than that of the former one.
    fn acknowledge(&self, number: u64, version: String) {
        self.acknowledged.store(number, Ordering::SeqCst);
        let mut last = self.version.lock().expect("nobody panics with it");
        if let Some((last, _)) = &*last {
            assert_eq!(epoch(&version), epoch(last), "no write was lost");
            assert!(position(&version) > position(last), "{}: {version} follows {last}", self.slug);
        }
        *last = Some((version, number));
    }
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

/// Returns what a response shows of a topic.
fn shown(topic: &Value) -> Shown {
    let revision = topic["revision"].as_i64().and_then(|revision| revision.try_into().ok());
    Shown { revision: revision.expect("it has a revision"), number: number_of(&text(&topic["title"])) }
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
    results: Mutex<Vec<ReadResult>>,
    is_over: AtomicBool,
}

impl History {
    /// Starts the tasks.
    pub async fn begin(catalogs: [Catalog; 2], pace: Pace) -> Self {
        let mut subjects = Vec::new();
        for (slug, writer) in SLUGS.into_iter().zip(pace.writers) {
            let topic = catalogs[writer].read(slug, None).await.body["data"]["topic"].clone();
            let Shown { revision, number: last } = shown(&topic);
            subjects.push(Subject {
                slug,
                id: text(&topic["id"]),
                code: text(&topic["code"]),
                writer,
                sent: last.into(),
                acknowledged: last.into(),
                rejected: Mutex::default(),
                shown: [revision.into(), revision.into()],
                version: Mutex::default(),
            });
        }
        let log = Arc::new(Log {
            catalogs,
            subjects,
            pace,
            counts: Counts::default(),
            results: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
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

    /// Waits until a write of each topic is acknowledged that was sent from now on. Returns how long that took.
    pub async fn resume(&self) -> Duration {
        let begin = Instant::now();
        let subjects = &self.log.subjects;
        let sent: Vec<u64> = subjects.iter().map(|subject| subject.sent.load(Ordering::SeqCst)).collect();
        until("writes resume", async || {
            let acknowledged = subjects.iter().map(|subject| subject.acknowledged.load(Ordering::SeqCst));
            acknowledged.zip(&sent).all(|(acknowledged, sent)| acknowledged > *sent)
        })
        .await;
        begin.elapsed()
    }

    /// Adds to `missed` whatever stopped for too long since the last report.
    pub fn compare_with_goals(&self, write_pause: Duration, missed: &mut Vec<String>) {
        let gap = Duration::from_millis(self.log.counts.longest_gap.load(Ordering::SeqCst));
        let goals = [("writes", write_pause, MAX_WRITE_PAUSE), ("reads", gap, MAX_READ_GAP)];
        let over = goals.into_iter().filter(|(_, pause, goal)| pause > goal);
        missed.extend(over.map(|(what, pause, goal)| format!("{what} stopped for {pause:?}, more than {goal:?}")));
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

    /// Stops the tasks, and checks that no acknowledged write is lost and that the reads are consistent with the order of
    /// writes in the database with this URL. Returns the servers.
    pub async fn end(mut self, database_url: &str) -> [Catalog; 2] {
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
        let log = Arc::into_inner(self.log).expect("the tasks have ended");
        let mut changes = Vec::new();
        for subject in &log.subjects {
            changes.push(Changes::of(&subject.code, subject.writer, database_url).await);
        }
        let mut numbers = vec![BTreeMap::new(); changes.len()];
        for result in log.results.into_inner().expect("nobody panics with it") {
            result.assert_consistent_with(&changes, &mut numbers, log.pace.is_monotonic);
        }
        // Later revisions have later titles.
        assert!(numbers.iter().all(|numbers| numbers.values().is_sorted()), "{numbers:?}");
        log.catalogs
    }
}

impl Log {
    async fn write(&self, subject: &Subject) {
        while !self.is_over.load(Ordering::SeqCst) {
            let number = subject.sent.fetch_add(1, Ordering::SeqCst) + 1;
            let reply = self.catalogs[subject.writer].rename(&subject.id, &format!("Write {number}")).await;
            let payload = &reply.body["data"]["topicUpdate"];
            if reply.status == 200 && (payload["userErrors"] == json!([]) || was_executed(&reply.body)) {
                subject.acknowledge(number, version(&reply));
                self.counts.writes[subject.writer].fetch_add(1, Ordering::SeqCst);
            } else {
                let message = reply.body["errors"][0]["message"].as_str().unwrap_or_default();
                let is_unknown = reply.status == 200 && message.contains("may have been committed");
                assert!(is_unknown || reply.status == 503, "{} {}", reply.status, reply.body);
                if !is_unknown {
                    subject.rejected.lock().expect("nobody panics with it").insert(number);
                }
                sleep(Duration::from_millis(20)).await;
            }
            sleep(self.pace.pause).await;
        }
    }

    /// Reads all topics on a server. If one is written on the other server, with the last version of all.
    async fn read(&self, server: usize) {
        let mut last_answer = Instant::now();
        while !self.is_over.load(Ordering::SeqCst) {
            let least = self.least(server);
            let required = least.version.as_deref().map(|required| ("catalog-version-at-least", required));
            let reply = self.catalogs[server].send(false, &json!({ "query": query() }), required).await;
            let gap = u64::try_from(last_answer.elapsed().as_millis()).expect("it is short");
            self.counts.longest_gap.fetch_max(gap, Ordering::SeqCst);
            if reply.status != 200 || reply.body["errors"].is_array() {
                self.record_failure(server, &reply);
                sleep(Duration::from_millis(10)).await;
                continue;
            }
            last_answer = Instant::now();
            let shown: Vec<Shown> =
                (0..SLUGS.len()).map(|index| shown(&reply.body["data"][format!("topic{index}")])).collect();
            for (index, (subject, shown)) in self.subjects.iter().zip(&shown).enumerate() {
                self.check(server, subject, *shown, (least.acknowledged[index], least.shown[index]));
            }
            let required = least.version.as_deref().map(position);
            let result = ReadResult { server, required, before: least.shown, shown };
            self.results.lock().expect("nobody panics with it").push(result);
            self.counts.reads.fetch_add(1, Ordering::SeqCst);
            sleep(self.pace.pause).await;
        }
    }

    /// Returns what a read on a server that begins now must show at least.
    fn least(&self, server: usize) -> Least {
        let version = |subject: &Subject| subject.version.lock().expect("nobody panics with it").clone();
        let versions: Vec<Option<(String, u64)>> = self.subjects.iter().map(version).collect();
        let is_needed = self.subjects.iter().any(|subject| subject.writer != server);
        let last = versions.iter().flatten().map(|(version, _)| version).max_by_key(|version| position(version));
        let acknowledged = self.subjects.iter().zip(&versions).map(|(subject, version)| match version {
            _ if subject.writer == server => subject.acknowledged.load(Ordering::SeqCst),
            Some((_, number)) => *number,
            None => 0,
        });
        Least {
            acknowledged: acknowledged.collect(),
            shown: self.subjects.iter().map(|subject| subject.shown[server].load(Ordering::SeqCst)).collect(),
            version: last.filter(|_| is_needed).cloned(),
        }
    }

    /// Checks a topic in the result of a read on a server: its number and its revision are at least those in `least`.
    fn check(&self, server: usize, subject: &Subject, shown: Shown, least: (u64, i32)) {
        let (slug, (acknowledged, shown_before), Shown { number, revision }) = (subject.slug, least, shown);
        assert!(number <= subject.sent.load(Ordering::SeqCst), "{slug}: {number} was not sent");
        assert!(
            number >= acknowledged,
            "{slug} on {server}: {number} is older than {acknowledged}, which was required"
        );
        let rejected = subject.rejected.lock().expect("nobody panics with it").contains(&number);
        assert!(!rejected, "{slug} on {server}: {number} was rejected");
        let is_older = revision < shown_before && self.pace.is_monotonic;
        assert!(!is_older, "{slug} on {server}: revision {revision} is older than {shown_before}, which was shown");
        subject.shown[server].fetch_max(revision, Ordering::SeqCst);
    }

    fn record_failure(&self, server: usize, reply: &Reply) {
        let message = &reply.body["errors"][0]["message"];
        let is_unmet = message.as_str().is_some_and(|message| message.contains("not reached"));
        let counter = if is_unmet { &self.counts.unmet } else { &self.counts.failed_reads };
        counter.fetch_add(1, Ordering::SeqCst);
        assert!([503, 504].contains(&reply.status), "{} {}", reply.status, reply.body);
        if !is_unmet {
            *self.counts.last_failure.lock().expect("nobody panics with it") =
                format!(" (on server {server}: {message})");
        }
    }
}

/// What a read must show at least.
struct Least {
    /// The least number of each topic.
    acknowledged: Vec<u64>,
    /// The least revision of each topic.
    shown: Vec<i32>,
    /// The version to require.
    version: Option<String>,
}

/// Returns the query of all topics.
fn query() -> String {
    let fields = SLUGS.iter().enumerate();
    let fields: String = fields
        .map(|(index, slug)| format!("topic{index}: topic(by: {{ slug: \"{slug}\" }}) {{ title revision }} "))
        .collect();
    format!("{{ {fields}}}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_and_no_read_is_stale_through_failovers() {
    let Some(mut servers) = Servers::start(2).await else { return };
    let (mut longest_pause, mut missed) = (Duration::ZERO, Vec::new());
    // Both servers write, and run through all failovers.
    let pace = Pace { writers: [0, 1, 0, 1], ..Pace::FULL };
    let history = History::begin([servers.serve_everywhere(), servers.serve_everywhere()], pace).await;
    for round in 0..failovers().unwrap_or(2) {
        let names = [0, 1].map(|number| format!("standby_{}", number + 2 * round));
        synchronize(&servers.primary, &names).await;
        history.resume().await;
        sleep(CALM).await;
        servers.primary.stop();
        // Either standby can have the last write alone; a failover manager promotes the one that is furthest.
        let ends = [received(&servers, 0).await, received(&servers, 1).await];
        let promoted = servers.standbys.remove(usize::from(ends[1] > ends[0]));
        promoted.promote();
        let pause = history.resume().await;
        longest_pause = longest_pause.max(pause);
        sleep(CALM).await;
        history.compare_with_goals(pause, &mut missed);
        eprintln!("failover {round}: {}, writes after {} ms", history.report(), pause.as_millis());
        // The others replicate the new primary from then on.
        servers.standbys.push(std::mem::replace(&mut servers.primary, promoted));
        let others = std::mem::take(&mut servers.standbys).into_iter().enumerate();
        servers.standbys = others
            .map(|(number, other)| {
                other.replace_by_standby(&servers.primary, &format!("standby_{}", number + 2 * (round + 1)))
            })
            .collect();
    }
    history.end(&url(&servers.primary)).await;
    succeed(&mut syllabus(&url(&servers.primary), &["check"]));
    eprintln!("writes resumed after at most {} ms", longest_pause.as_millis());
    assert!(failovers().is_none() || missed.is_empty(), "{missed:?}");
}

/// Returns the end of the write-ahead log that a standby has received, in bytes.
async fn received(servers: &Servers, standby: usize) -> i64 {
    number(&servers.standbys[standby], "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint").await
}
