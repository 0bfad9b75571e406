//! Notifications about commits, by this process or another.
//!
//! A notification only tells that something was committed; the tables say what. So a lost notification costs only time,
//! and a superfluous one costs a poll.
//!
//! A commit of this process is announced before it is sent. Other sessions can see it before the response has arrived,
//! so from the announcement until the outcome is known, no cached state is valid (ADR 32).

use std::convert::Infallible;
use std::mem::replace;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::sleep;

use super::server_selection::select_server;
use super::url::Kind;
use super::version::{CommittedEvent, end_of_feed};
use super::{CatalogVersion, Database, Engine, Pooler, Transaction, commit, error_message, is_unknown_outcome};

/// The PostgreSQL channel of the notifications.
const CHANNEL: &str = "syllabus_feed";
/// The interval between attempts to listen to a server that is gone.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Notifies about commits. A database handle and its clones use the same one.
#[derive(Clone, Default)]
pub struct ChangeNotifier(Arc<Inner>);

struct Inner {
    /// Identifies the notifications of this process.
    name: String,
    /// The number of commits that were announced and whose outcome is unknown.
    pending: AtomicU64,
    /// Incremented before a notification.
    epoch: AtomicU64,
    /// The last position of the change feed that was read or committed here.
    read_position: AtomicI64,
    /// The last event that was committed here.
    committed: Mutex<Option<CommittedEvent>>,
    /// The epoch of the catalog, as last read from the primary; 0 before.
    catalog_epoch: AtomicI64,
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
            epoch: AtomicU64::default(),
            read_position: AtomicI64::default(),
            committed: Mutex::default(),
            catalog_epoch: AtomicI64::default(),
            feed_end: AtomicI64::default(),
            failovers: AtomicU64::default(),
            signal: watch::Sender::default(),
        }
    }
}

impl ChangeNotifier {
    pub fn notify(&self) {
        self.advance_epoch();
        self.0.signal.send_replace(());
    }

    /// Advances the epoch without waking subscribers, because a change was read whose notification wakes them anyway.
    pub fn advance_epoch(&self) {
        self.0.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns the number of commits that this process has heard of.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::SeqCst)
    }

    /// Announces a commit that is about to be sent.
    pub(super) fn announce_commit(&self) -> PendingCommit {
        self.0.pending.fetch_add(1, Ordering::SeqCst);
        PendingCommit(self.clone())
    }

    /// Returns whether no commit of this process can have become visible since the epoch was `epoch`.
    #[must_use]
    pub fn is_quiet_since(&self, epoch: u64) -> bool {
        // The order matters: a commit that is no longer pending has advanced the epoch.
        self.0.pending.load(Ordering::SeqCst) == 0 && self.epoch() == epoch
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
        self.0.catalog_epoch.store(version.epoch, Ordering::SeqCst);
        self.0.feed_end.store(version.position, Ordering::SeqCst);
    }

    /// Records that the primary has reached a position in the present epoch, and that later reads require it.
    fn record_position_of_primary(&self, position: i64) {
        self.0.feed_end.fetch_max(position, Ordering::SeqCst);
        self.record_read_position(position);
    }

    /// Returns the version of the catalog that was last read from the primary; `None` before.
    #[must_use]
    pub fn primary_version(&self) -> Option<CatalogVersion> {
        let epoch = self.0.catalog_epoch.load(Ordering::SeqCst);
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

    /// Returns the last event that was committed here.
    pub(super) fn committed(&self) -> Option<CommittedEvent> {
        *self.0.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record_commit(&self, event: CommittedEvent) {
        let mut committed = self.0.committed.lock().unwrap_or_else(PoisonError::into_inner);
        // A late commit of a former epoch says nothing about the present one.
        if self.primary_version().is_some_and(|present| present.epoch != event.version.epoch) {
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
        let event = Box::pin(end_of_feed(&transaction, self.engine)).await?;
        if self.engine == Engine::Postgres {
            let (name, version) = (&self.notifier.0.name, event.map(|event| event.version.to_string()));
            let version = version.unwrap_or_default();
            transaction.execute_unprepared(&format!("NOTIFY {CHANNEL}, '{name} {version}'")).await?;
        }
        let database = self.clone();
        commit::run(async move {
            let pending = database.notifier.announce_commit();
            let committed = transaction.commit_here().await;
            if let (Ok(()), Some(event)) = (&committed, event) {
                database.notifier.record_commit(event);
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
            sleep(RETRY_DELAY).await;
        }
        drop(pending);
    }

    /// Waits for open transactions that have written to the change feed.
    async fn wait_for_writers(&self) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        transaction.execute_unprepared("LOCK TABLE change_event IN SHARE MODE").await?;
        transaction.rollback().await
    }

    /// Forwards the notifications of other processes for as long as the future is polled. PostgreSQL only, and not
    /// through a pooler.
    pub async fn listen_forever(&self) -> Infallible {
        if self.engine == Engine::Sqlite || (self.pooler == Pooler::Transaction && self.direct_url.is_none()) {
            return std::future::pending().await;
        }
        let mut is_logged = self.direct_url.is_none();
        loop {
            let Err(reason) = self.listen().await;
            if replace(&mut is_logged, true) {
                tracing::debug!(reason, "LISTEN connection lost, falling back to polling");
            } else {
                tracing::warn!(reason, "LISTEN through database.direct-url failed, falling back to polling");
            }
            sleep(RETRY_DELAY).await;
        }
    }

    /// Listens until the connection is lost.
    ///
    /// # Errors
    /// Returns the reason.
    async fn listen(&self) -> Result<Infallible, String> {
        // Taken first: if the pools are replaced meanwhile, the connection may be to the former server.
        let lost = self.primary.pools().readers.lost.clone();
        let listening = lost.run_until_cancelled(self.listen_until_lost());
        listening.await.unwrap_or_else(|| Err("the server does not respond".to_owned()))
    }

    async fn listen_until_lost(&self) -> Result<Infallible, String> {
        let failed = |error| error_message::describe_sqlx(&error);
        // A separate connection: it is in use for as long as the server runs, so it must not be one of the read pool.
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(self.listen_target().await?);
        let mut listener = PgListener::connect_with(&own).await.map_err(failed)?;
        listener.listen(CHANNEL).await.map_err(failed)?;
        loop {
            let Some(notification) = listener.try_recv().await.map_err(failed)? else {
                // After a reconnect: notifications in between were lost.
                self.notifier.notify();
                continue;
            };
            let (name, version) = notification.payload().split_once(' ').unwrap_or_default();
            // Our own commit has already notified.
            if name != self.notifier.0.name {
                self.record_notified(version);
                self.notifier.notify();
            }
        }
    }

    /// Records the version that another server committed, unless it belongs to a former epoch.
    fn record_notified(&self, version: &str) {
        let version: Option<CatalogVersion> = version.parse().ok();
        let present = self.notifier.primary_version();
        if let (Some(version), Some(present)) = (version, present)
            && version.epoch == present.epoch
        {
            self.notifier.record_position_of_primary(version.position);
        }
    }

    async fn listen_target(&self) -> Result<PgConnectOptions, String> {
        match &self.direct_url {
            Some(url) => match &url.0 {
                Kind::Postgres(url) => Ok(select_server(url, Pooler::None).await?.target),
                Kind::SqliteFile(_) | Kind::SqliteMemory(_) => Err("it is not a PostgreSQL URL".to_owned()),
            },
            None => Ok((*self.writer().get_postgres_connection_pool().connect_options()).clone()),
        }
    }
}
