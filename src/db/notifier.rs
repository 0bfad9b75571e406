//! Notifications about commits, by this process or another.
//!
//! A notification only tells that something was committed; the tables say what. So a lost notification costs only time,
//! and a superfluous one costs a poll.
//!
//! A commit of this process is announced before it is sent. Other sessions can see it before the response has arrived,
//! so from the announcement until the outcome is known, no cached state is valid (ADR 32).

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::watch;
use tokio::time::sleep;

use super::version::{CommittedEvent, end_of_feed};
use super::{CatalogVersion, Database, Engine, Transaction, commit, is_unknown_outcome};

/// The PostgreSQL channel of the notifications.
pub const CHANNEL: &str = "syllabus_feed";
/// Returns the pause between two attempts to reach a server that is gone: one second on average, and not in step with other
/// servers.
pub fn retry_pause() -> Duration {
    Duration::from_secs(1).mul_f64(rand::rng().random_range(0.5..1.5))
}

/// Notifies about commits. A database handle and its clones use the same one.
#[derive(Clone, Default)]
pub struct ChangeNotifier(Arc<Inner>);

struct Inner {
    /// Identifies the notifications of this process.
    name: String,
    /// The number of commits that were announced and whose outcome is unknown.
    pending: AtomicU64,
    /// Incremented before a notification.
    generation: AtomicU64,
    /// The last position of the change feed that was read or committed here.
    read_position: AtomicI64,
    /// The last event that was committed here.
    committed: Mutex<Option<CommittedEvent>>,
    /// The epoch of the catalog, as last read from the primary; 0 before.
    epoch: AtomicI64,
    /// The end of the feed, as last read from the primary.
    feed_end: AtomicI64,
    /// The number of failovers.
    failovers: AtomicU64,
    signal: watch::Sender<()>,
}

impl Default for Inner {
    fn default() -> Self {
        let name = format!("{:032x}", rand::rng().random::<u128>());
        Self {
            name,
            pending: AtomicU64::default(),
            generation: AtomicU64::default(),
            read_position: AtomicI64::default(),
            committed: Mutex::default(),
            epoch: AtomicI64::default(),
            feed_end: AtomicI64::default(),
            failovers: AtomicU64::default(),
            signal: watch::Sender::default(),
        }
    }
}

impl ChangeNotifier {
    /// Returns the name of this process in notifications.
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    pub fn notify(&self) {
        self.advance_generation();
        self.0.signal.send_replace(());
    }

    /// Begins another generation without waking subscribers, because a change was read whose notification wakes them anyway.
    pub fn advance_generation(&self) {
        self.0.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns the number of the present generation: each commit that this process hears of begins one.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::SeqCst)
    }

    /// Announces a commit that is about to be sent.
    pub(super) fn announce_commit(&self) -> PendingCommit {
        self.0.pending.fetch_add(1, Ordering::SeqCst);
        PendingCommit(self.clone())
    }

    /// Returns whether no commit of this process can have become visible since the generation was `generation`.
    #[must_use]
    pub fn is_quiet_since(&self, generation: u64) -> bool {
        // The order matters: a commit that is no longer pending has begun another generation.
        self.0.pending.load(Ordering::SeqCst) == 0 && self.generation() == generation
    }

    /// Records that the change feed was read up to this position, perhaps before the notification arrived.
    pub fn record_read_position(&self, position: i64) {
        self.0.read_position.fetch_max(position, Ordering::SeqCst);
    }

    /// Returns the last position of the change feed that was read or committed here.
    #[must_use]
    pub fn read_position(&self) -> i64 {
        self.0.read_position.load(Ordering::SeqCst)
    }

    /// Forgets positions that the catalog no longer has. The feed ends at `position`.
    pub fn reset_read_position(&self, position: i64) {
        self.0.read_position.store(position, Ordering::SeqCst);
    }

    /// Records the version of the catalog that was read from the primary.
    pub fn record_primary(&self, version: CatalogVersion) {
        self.0.epoch.store(version.epoch, Ordering::SeqCst);
        self.0.feed_end.store(version.position, Ordering::SeqCst);
    }

    /// Records that the primary has reached a position in the present epoch, and that later reads require it.
    pub(super) fn record_position_of_primary(&self, position: i64) {
        self.0.feed_end.fetch_max(position, Ordering::SeqCst);
        self.record_read_position(position);
    }

    /// Returns the version of the catalog that was last read from the primary; `None` before.
    #[must_use]
    pub fn primary_version(&self) -> Option<CatalogVersion> {
        let epoch = self.0.epoch.load(Ordering::SeqCst);
        let position = self.0.feed_end.load(Ordering::SeqCst);
        (epoch != 0).then_some(CatalogVersion { epoch, position })
    }

    /// Records that another server became the primary. What was read before may have been lost.
    pub(super) fn record_failover(&self) {
        self.0.failovers.fetch_add(1, Ordering::SeqCst);
        self.notify();
    }

    /// Returns the number of failovers.
    #[must_use]
    pub fn failovers(&self) -> u64 {
        self.0.failovers.load(Ordering::SeqCst)
    }

    /// Returns the number of failovers and the epoch. If one of them changes, events of the feed may have been lost.
    #[must_use]
    pub fn history(&self) -> (u64, i64) {
        (self.failovers(), self.0.epoch.load(Ordering::SeqCst))
    }

    /// Returns the last event that was committed here.
    pub(super) fn committed(&self) -> Option<CommittedEvent> {
        *self.0.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a commit. `known` is the epoch of the catalog that was known when the event was read, 0 for none.
    fn record_commit(&self, event: CommittedEvent, known: i64) {
        let mut committed = self.0.committed.lock().unwrap_or_else(PoisonError::into_inner);
        // A commit of a former epoch that ends late, after the new epoch was read, says nothing about the new one.
        let present = self.0.epoch.load(Ordering::SeqCst);
        if present != event.version.epoch && present != known {
            return;
        }
        let is_later = |former: CommittedEvent| {
            former.version.epoch != event.version.epoch || former.version.position <= event.version.position
        };
        if committed.is_none_or(is_later) {
            *committed = Some(event);
        }
        drop(committed);
        self.record_position_of_primary(event.version.position);
    }

    /// Returns a version of the catalog that contains all commits of this process; `None` before the first.
    #[must_use]
    pub fn committed_version(&self) -> Option<CatalogVersion> {
        self.committed().map(|event| event.version)
    }

    /// Subscribes to notifications; several in a row can arrive as one.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.signal.subscribe()
    }
}

/// A commit whose outcome is unknown. When it is dropped, the notifier notifies, and then the commit is no longer
/// pending.
pub(super) struct PendingCommit(ChangeNotifier);

impl Drop for PendingCommit {
    fn drop(&mut self) {
        let ChangeNotifier(inner) = &self.0;
        self.0.notify();
        inner.pending.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Database {
    #[must_use]
    pub fn notifier(&self) -> &ChangeNotifier {
        &self.notifier
    }

    /// Commits a write to the change feed, and notifies all processes. PostgreSQL delivers the notification with the
    /// commit, or not at all.
    ///
    /// Dropping the future does not interrupt the commit.
    ///
    /// # Errors
    /// Those of [`Transaction::commit`].
    pub async fn commit(&self, transaction: Transaction) -> Result<(), DbErr> {
        let known = self.notifier.0.epoch.load(Ordering::SeqCst);
        let event = Box::pin(end_of_feed(&transaction, self.engine)).await?;
        if self.engine == Engine::Postgres {
            let (name, version) = (self.notifier.name(), event.map(|event| event.version.to_string()));
            let version = version.unwrap_or_default();
            transaction.execute_unprepared(&format!("NOTIFY {CHANNEL}, '{name} {version}'")).await?;
        }
        let database = self.clone();
        commit::run(async move {
            let pending = database.notifier.announce_commit();
            let committed = transaction.commit_here().await;
            if let (Ok(()), Some(event)) = (&committed, event) {
                database.notifier.record_commit(event, known);
            }
            if committed.as_ref().is_err_and(is_unknown_outcome) && database.engine == Engine::Postgres {
                tokio::spawn(async move { database.await_outcome(pending).await });
            }
            committed
        })
        .await
    }

    /// Waits until a transaction whose connection was lost has ended: PostgreSQL may still commit it.
    async fn await_outcome(&self, pending: PendingCommit) {
        while let Err(error) = self.wait_for_writers().await {
            if self.writer().get_postgres_connection_pool().is_closed() {
                break;
            }
            tracing::debug!(%error, "the outcome of a commit is still unknown");
            sleep(retry_pause()).await;
        }
        drop(pending);
    }

    /// Waits for open transactions that have written to the change feed.
    async fn wait_for_writers(&self) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        transaction.execute_unprepared("LOCK TABLE change_event IN SHARE MODE").await?;
        transaction.rollback().await
    }
}
