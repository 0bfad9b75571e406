//! The bell: it rings when something was committed, here or in another process.
//!
//! It only says that it is time to look. What there is to see is in the tables, so a ring that is lost costs no more than
//! time, and one too many costs a look.
//!
//! A commit of this process is announced before it is sent. Other sessions can see it before the response has arrived,
//! so from the announcement until the outcome is known, no cached state is valid (ADR 32).

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Database, Engine, Transaction, commit, is_unknown_outcome};

/// The channel of PostgreSQL on which processes tell each other.
const CHANNEL: &str = "syllabus_feed";
/// How long to wait before another attempt to listen to a server that is gone.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The bell of one database handle and its clones.
#[derive(Clone, Default)]
pub struct ChangeNotifier(Arc<Inner>);

struct Inner {
    /// What tells its notifications from those of other processes.
    name: String,
    /// The number of commits that were announced and whose outcome is unknown.
    pending: AtomicU64,
    /// Counted before anybody hears.
    epoch: AtomicU64,
    /// The latest place of the feed that was read here.
    read_position: AtomicI64,
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
            signal: watch::Sender::default(),
        }
    }
}

impl ChangeNotifier {
    pub fn notify(&self) {
        self.advance_epoch();
        self.0.signal.send_replace(());
    }

    /// Counts a ring without waking the listeners, because a change was read whose ring wakes them anyway.
    pub fn advance_epoch(&self) {
        self.0.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// How often it has rung.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::SeqCst)
    }

    /// Announces a commit that is about to be sent.
    pub(super) fn announce_commit(&self) -> PendingCommit {
        self.0.pending.fetch_add(1, Ordering::SeqCst);
        PendingCommit(self.clone())
    }

    /// Returns whether no commit of this process can have become visible since the count of rings was `rings`.
    #[must_use]
    pub fn is_quiet_since(&self, epoch: u64) -> bool {
        // The order matters: a commit that is no longer pending has rung.
        self.0.pending.load(Ordering::SeqCst) == 0 && self.epoch() == epoch
    }

    /// Records that the feed was read up to this place, perhaps before the ring for it arrived.
    pub fn record_read_position(&self, position: i64) {
        self.0.read_position.fetch_max(position, Ordering::SeqCst);
    }

    /// The latest place of the feed that was read here.
    #[must_use]
    pub fn read_position(&self) -> i64 {
        self.0.read_position.load(Ordering::SeqCst)
    }

    /// Hears every ring from now on; several in a row may be heard as one.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.signal.subscribe()
    }
}

/// A commit whose outcome is unknown. When it is dropped, the bell rings, and then the commit is no longer pending.
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

    /// Commits what has written to the feed, and rings for everybody: PostgreSQL hands the notification out with the commit, or not at all.
    ///
    /// Dropping the future does not stop the commit halfway.
    ///
    /// # Errors
    /// Those of [`Transaction::commit`].
    pub async fn commit(&self, transaction: Transaction) -> Result<(), DbErr> {
        if self.engine == Engine::Postgres {
            transaction.execute_unprepared(&format!("NOTIFY {CHANNEL}, '{}'", self.notifier.0.name)).await?;
        }
        let database = self.clone();
        commit::run(async move {
            let pending = database.notifier.announce_commit();
            let committed = transaction.commit_here().await;
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
            if self.write.get_postgres_connection_pool().is_closed() {
                break;
            }
            tracing::debug!(%error, "the outcome of a commit is not known yet");
            sleep(RETRY_DELAY).await;
        }
        drop(pending);
    }

    /// Waits for open transactions that have written to the feed.
    async fn wait_for_writers(&self) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        transaction.execute_unprepared("LOCK TABLE change_event IN SHARE MODE").await?;
        transaction.rollback().await
    }

    /// Rings here when another process rings, for as long as it is polled. PostgreSQL only: SQLite has no such thing.
    pub async fn listen_forever(&self) -> Infallible {
        if self.engine == Engine::Sqlite {
            return std::future::pending().await;
        }
        loop {
            let error = self.listen().await;
            tracing::debug!(%error, "LISTEN connection lost, falling back to polling");
            sleep(RETRY_DELAY).await;
        }
    }

    /// Listens until that cannot be done any more, and gives the reason.
    async fn listen(&self) -> sqlx::Error {
        // A connection of its own: it is held for as long as the server runs, and none of those that read may be.
        let options = self.read.get_postgres_connection_pool().connect_options();
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with((*options).clone());
        let mut listener = match PgListener::connect_with(&own).await {
            Ok(listener) => listener,
            Err(error) => return error,
        };
        if let Err(error) = listener.listen(CHANNEL).await {
            return error;
        }
        loop {
            match listener.try_recv().await {
                // Rung already, when it was committed.
                Ok(Some(notification)) if notification.payload() == self.notifier.0.name => {}
                // Another's, or nobody's where the connection was lost: whatever rang meanwhile was not heard.
                Ok(_) => self.notifier.notify(),
                Err(error) => return error,
            }
        }
    }
}
