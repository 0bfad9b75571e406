//! Tracks whether writes succeed, by the outcome of the last one.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Database, Sql, error_class, error_message};

/// The minimum interval between probe writes.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// The size of a probe write, in words of 16 characters: 1 MiB, more than nearly all mutations write. A few bytes would
/// fit on a disk that is too full for a mutation.
const PROBE_WORDS: usize = 64 * 1024;

/// The outcome of the last write. A database handle and its clones use the same one.
///
/// A write fails for a persistent reason when the disk is full or broken, the database is read-only, no connection can
/// be opened, or a commit takes long. Conflicts, lost connections and invalid data say nothing about the next write.
#[derive(Clone, Default)]
pub struct WriteHealth(Arc<Inner>);

#[derive(Default)]
struct Inner {
    are_failing: AtomicBool,
    last_probe: Mutex<Option<Instant>>,
    slow_commits: AtomicUsize,
}

/// A commit that takes long.
pub struct SlowCommit(WriteHealth);

impl Drop for SlowCommit {
    fn drop(&mut self) {
        self.0.0.slow_commits.fetch_sub(1, Ordering::SeqCst);
    }
}

impl WriteHealth {
    /// Returns whether the last write failed for a persistent reason.
    #[must_use]
    pub fn are_failing(&self) -> bool {
        self.0.are_failing.load(Ordering::SeqCst)
    }

    /// Records a failed write. The first one is logged.
    pub(super) fn record_failure(&self, error: &DbErr) {
        if error_class::is_persistent(error) {
            self.mark_failing(&error_message::describe(error));
        }
    }

    /// Records a commit that takes long, until the returned value is dropped. Writes count as failing until one succeeds.
    pub(super) fn begin_slow_commit(&self) -> SlowCommit {
        self.0.slow_commits.fetch_add(1, Ordering::SeqCst);
        self.mark_failing(
            "a commit takes long: the disk may be stuck, or no standby in synchronous_standby_names is connected",
        );
        SlowCommit(self.clone())
    }

    /// Records a transaction that could not begin. `can_grow` says whether the pool may open more connections.
    pub(super) fn record_begin_failure(&self, error: &DbErr, can_grow: bool) {
        if error_class::is_persistent(error) || error_class::is_outage(error, can_grow) {
            self.mark_failing(&error_message::describe(error));
        }
    }

    fn mark_failing(&self, reason: &str) {
        if !self.0.are_failing.swap(true, Ordering::SeqCst) {
            tracing::error!(reason, "writes are failing");
        }
    }

    /// Records a committed write.
    pub(super) fn record_success(&self) {
        if self.0.are_failing.swap(false, Ordering::SeqCst) {
            tracing::info!("writes succeed again");
        }
    }

    /// Returns whether a probe write is due. While a commit takes long, a probe would take as long.
    fn is_due(&self) -> bool {
        if self.0.slow_commits.load(Ordering::SeqCst) > 0 {
            return false;
        }
        let now = Instant::now();
        let mut last_probe = self.0.last_probe.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last_probe.is_none_or(|last_probe| now.duration_since(last_probe) >= PROBE_INTERVAL);
        if is_due {
            *last_probe = Some(now);
        }
        is_due
    }
}

impl Database {
    /// Returns the outcome of the last write.
    #[must_use]
    pub fn write_health(&self) -> &WriteHealth {
        &self.write_health
    }

    /// Executes a probe write to update the outcome of the last write, at most once a second.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn probe_writes(&self) -> Result<(), DbErr> {
        if !self.write_health.is_due() {
            return Ok(());
        }
        self.write_probe(padding()).await?;
        // A separate transaction: SQLite does not write data that the same transaction deletes.
        self.write_probe(String::new()).await
    }

    /// Executes a write that changes nothing, so that a database that is read-only is noticed before the first write.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn check_writable(&self) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        // SQLite begins a transaction of a read-only file without an error, and fails at the first statement that writes.
        let sql = Sql::new(self.engine, "UPDATE write_probe SET padding = padding WHERE id = 0");
        transaction.execute_raw(sql.into()).await?;
        transaction.rollback().await
    }

    async fn write_probe(&self, padding: String) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        let mut sql = Sql::new(self.engine, "UPDATE write_probe SET padding = ");
        sql.bind(padding);
        transaction.execute_raw(sql.into()).await?;
        transaction.commit().await
    }
}

/// A text that does not compress.
fn padding() -> String {
    let mut rng = rand::rng();
    (0..PROBE_WORDS).fold(String::new(), |mut text, _| {
        // Writing to a string does not fail.
        let _ = write!(text, "{:016x}", rng.random::<u64>());
        text
    })
}
