//! A history of acknowledged writes and of reads, through failovers: every read is explainable by an order of the
//! acknowledged writes, and none is older than the version that it required.
//!
//! Each writer changes one topic, whose title is the number of the write. So a read of a topic must show a number that was
//! sent at all, that is at least the last one that was acknowledged before the read began, and at least every number
//! that another read had shown before. A version that was required counts as an acknowledged write on every server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Catalog, Servers, synchronize, text, until, url, version};
use crate::command::syllabus;

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

/// One topic and what is known of it.
struct Subject {
    slug: &'static str,
    id: String,
    /// The number of the last write that was sent.
    sent: AtomicU64,
    /// The number of the last write that was acknowledged, on the server of the writer.
    acknowledged: AtomicU64,
    /// The greatest number that a read has shown, on each server.
    shown: [AtomicU64; 2],
    /// The version of the last acknowledged write, with its number.
    version: std::sync::Mutex<Option<(String, u64)>>,
}

/// What the tasks have done.
#[derive(Default)]
struct Counts {
    reads: AtomicU64,
    writes: AtomicU64,
    /// Reads that were answered by an error, and the longest time without an answer, in milliseconds.
    failed_reads: AtomicU64,
    longest_gap: AtomicU64,
    /// Reads with a required version that was not met in time.
    unmet: AtomicU64,
}

fn number_of(title: &str) -> u64 {
    title.strip_prefix("Write ").and_then(|number| number.parse().ok()).unwrap_or(0)
}

async fn write(catalog: Arc<Catalog>, subject: Arc<Subject>, counts: Arc<Counts>, is_over: Arc<AtomicBool>) {
    while !is_over.load(Ordering::SeqCst) {
        let number = subject.sent.fetch_add(1, Ordering::SeqCst) + 1;
        let reply = catalog.rename(&subject.id, &format!("Write {number}")).await;
        let payload = &reply.body["data"]["topicUpdate"];
        if reply.status == 200 && payload["userErrors"] == json!([]) {
            subject.acknowledged.store(number, Ordering::SeqCst);
            *subject.version.lock().expect("nobody panics with it") = Some((version(&reply), number));
            counts.writes.fetch_add(1, Ordering::SeqCst);
        } else {
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Reads on a server. The first server is that of the writers; on the other one, reads require a version.
async fn read(
    (catalog, server): (Arc<Catalog>, usize),
    subjects: Arc<Vec<Arc<Subject>>>,
    counts: Arc<Counts>,
    is_over: Arc<AtomicBool>,
) {
    let mut last_answer = Instant::now();
    let mut step = 0;
    while !is_over.load(Ordering::SeqCst) {
        step += 1;
        let subject = &subjects[step % subjects.len()];
        let shown = subject.shown[server].load(Ordering::SeqCst);
        let (required, least) = if server == 0 {
            (None, subject.acknowledged.load(Ordering::SeqCst))
        } else {
            subject.version.lock().expect("nobody panics with it").clone().unzip_or_zero()
        };
        let header = required.as_deref().map(|required| ("catalog-version-at-least", required));
        let reply = catalog.read(subject.slug, header).await;
        if reply.status != 200 || reply.body["errors"].is_array() {
            let is_unmet =
                reply.body["errors"][0]["message"].as_str().is_some_and(|message| message.contains("not reached"));
            let counter = if is_unmet { &counts.unmet } else { &counts.failed_reads };
            counter.fetch_add(1, Ordering::SeqCst);
            assert!([503, 504].contains(&reply.status), "{} {}", reply.status, reply.body);
            sleep(Duration::from_millis(10)).await;
            continue;
        }
        let gap = u64::try_from(last_answer.elapsed().as_millis()).expect("it is short");
        counts.longest_gap.fetch_max(gap, Ordering::SeqCst);
        last_answer = Instant::now();
        let number = number_of(&text(&reply.body["data"]["topic"]["title"]));
        assert!(number <= subject.sent.load(Ordering::SeqCst), "{}: {number} was not sent", subject.slug);
        assert!(number >= least, "{} on {server}: {number} is older than {least}, which was required", subject.slug);
        assert!(number >= shown, "{} on {server}: {number} is older than {shown}, which was shown", subject.slug);
        subject.shown[server].fetch_max(number, Ordering::SeqCst);
        counts.reads.fetch_add(1, Ordering::SeqCst);
    }
}

trait UnzipOrZero {
    fn unzip_or_zero(self) -> (Option<String>, u64);
}

impl UnzipOrZero for Option<(String, u64)> {
    fn unzip_or_zero(self) -> (Option<String>, u64) {
        self.map_or((None, 0), |(version, number)| (Some(version), number))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_and_no_read_is_stale_through_failovers() {
    let Some(mut servers) = Servers::start(2).await else { return };
    let mut longest_pause = Duration::ZERO;
    for round in 0..failovers() {
        let names: Vec<String> = (0..2).map(|number| format!("standby_{}", number + 2 * round)).collect();
        synchronize(&servers.primary, &names).await;
        let catalogs = [Arc::new(servers.serve()), Arc::new(servers.serve())];
        let mut subjects = Vec::new();
        for slug in SLUGS {
            let topic = catalogs[0].read(slug, None).await.body["data"]["topic"].clone();
            let last = number_of(&text(&topic["title"]));
            subjects.push(Arc::new(Subject {
                slug,
                id: text(&topic["id"]),
                sent: last.into(),
                acknowledged: last.into(),
                shown: [last.into(), last.into()],
                version: std::sync::Mutex::default(),
            }));
        }
        let subjects = Arc::new(subjects);
        let (counts, is_over) = (Arc::new(Counts::default()), Arc::new(AtomicBool::new(false)));
        let mut tasks = JoinSet::new();
        for subject in subjects.iter() {
            tasks.spawn(write(catalogs[0].clone(), subject.clone(), counts.clone(), is_over.clone()));
        }
        for (server, catalog) in catalogs.iter().enumerate() {
            for _ in 0..READERS {
                let on = (catalog.clone(), server);
                tasks.spawn(read(on, subjects.clone(), counts.clone(), is_over.clone()));
            }
        }
        sleep(CALM).await;
        servers.primary.stop();
        // Either standby can have the last write alone; a failover manager promotes the one that is furthest.
        let ends = [received(&servers, 0).await, received(&servers, 1).await];
        let promoted = servers.standbys.remove(usize::from(ends[1] > ends[0]));
        promoted.promote();
        let promotion = Instant::now();
        let before = counts.writes.load(Ordering::SeqCst);
        until("writes resume", async || counts.writes.load(Ordering::SeqCst) > before).await;
        longest_pause = longest_pause.max(promotion.elapsed());
        sleep(CALM).await;
        is_over.store(true, Ordering::SeqCst);
        while let Some(ended) = tasks.join_next().await {
            ended.expect("no task has found a fault");
        }
        for subject in subjects.iter() {
            let title = catalogs[1].read(subject.slug, None).await.body["data"]["topic"]["title"].clone();
            let acknowledged = subject.acknowledged.load(Ordering::SeqCst);
            assert!(number_of(&text(&title)) >= acknowledged, "{}: {title} is before {acknowledged}", subject.slug);
        }
        let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        eprintln!(
            "failover {round}: {} writes, {} reads, {} failed, {} unmet, longest time without an answer {} ms, writes after {} ms",
            count(&counts.writes),
            count(&counts.reads),
            count(&counts.failed_reads),
            count(&counts.unmet),
            count(&counts.longest_gap),
            promotion.elapsed().saturating_sub(CALM).as_millis(),
        );
        drop(catalogs);
        // New standbys of the new primary. The former primary is removed.
        servers.standbys =
            (0..2).map(|number| promoted.standby(&format!("standby_{}", number + 2 * (round + 1)))).collect();
        servers.primary = promoted;
    }
    let check = syllabus(&url(&servers.primary), &["check"]).output().expect("the binary runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    eprintln!("writes resumed after at most {} ms", longest_pause.as_millis());
}

/// Returns the end of the write-ahead log that a standby has received, in bytes.
async fn received(servers: &Servers, standby: usize) -> i64 {
    super::number(&servers.standbys[standby], "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint").await
}
