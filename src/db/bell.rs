//! The bell: it rings when something was committed, here or in another process.
//!
//! It only says that it is time to look. What there is to see is in the tables, so a ring that is lost costs no more than
//! time, and one too many costs a look.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Database, Engine, Transaction};

/// The channel of PostgreSQL on which processes tell each other.
const CHANNEL: &str = "syllabus_feed";
/// How long to wait before another attempt to listen to a server that is gone.
const RETRY: Duration = Duration::from_secs(1);

/// The bell of one database handle and its clones.
#[derive(Clone, Default)]
pub struct Bell(Arc<Inner>);

struct Inner {
    /// What tells its notifications from those of other processes.
    name: String,
    /// Counted before anybody hears.
    rings: AtomicU64,
    heard: watch::Sender<()>,
}

impl Default for Inner {
    fn default() -> Self {
        let name = format!("{:032x}", rand::rng().random::<u128>());
        Self { name, rings: AtomicU64::default(), heard: watch::Sender::default() }
    }
}

impl Bell {
    pub fn ring(&self) {
        self.0.rings.fetch_add(1, Ordering::SeqCst);
        self.0.heard.send_replace(());
    }

    /// How often it has rung.
    #[must_use]
    pub fn rings(&self) -> u64 {
        self.0.rings.load(Ordering::SeqCst)
    }

    /// Hears every ring from now on; several in a row may be heard as one.
    #[must_use]
    pub fn hear(&self) -> watch::Receiver<()> {
        self.0.heard.subscribe()
    }
}

impl Database {
    #[must_use]
    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// Commits what has written to the feed, and rings for everybody: PostgreSQL hands the notification out with the commit, or not at all.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn commit(&self, transaction: Transaction) -> Result<(), DbErr> {
        if self.engine == Engine::Postgres {
            transaction.execute_unprepared(&format!("NOTIFY {CHANNEL}, '{}'", self.bell.0.name)).await?;
        }
        transaction.commit().await?;
        self.bell.ring();
        Ok(())
    }

    /// Rings here when another process rings, for as long as it is polled. PostgreSQL only: SQLite has no such thing.
    pub async fn relay(&self) -> Infallible {
        if self.engine == Engine::Sqlite {
            return std::future::pending().await;
        }
        loop {
            let lost = self.listen().await;
            tracing::debug!(error = %lost, "other servers' changes are not heard of at once just now");
            sleep(RETRY).await;
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
                Ok(Some(ring)) if ring.payload() == self.bell.0.name => {}
                // Another's, or nobody's where the connection was lost: whatever rang meanwhile was not heard.
                Ok(_) => self.bell.ring(),
                Err(error) => return error,
            }
        }
    }
}
