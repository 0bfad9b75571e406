//! Options for opening a database.

use std::time::Duration;

use super::{ConnectError, DatabaseUrl, Pooler};

/// Readers beside SQLite's one writer. Each has its own page cache, so more of them cost memory as well as threads.
pub const SQLITE_READERS: u32 = 8;
/// Connections for reads of a snapshot of the whole database, beside the readers.
pub const SPARE: u32 = 2;
/// Connections that read from SQLite.
pub const SQLITE_CONNECTIONS: u32 = SQLITE_READERS + SPARE;
/// How long a writer waits: for a connection, and then for the lock that another process or connection may hold.
pub const WRITE_LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// The number of prepared statements that a connection caches.
pub const PREPARED: usize = 512;

/// The setting with the URL of the database, for messages.
pub const URL: &str = "database.url";
/// The setting with the URL of PostgreSQL without the pooler, for messages.
pub const DIRECT_URL: &str = "database.direct-url";

/// Which database to open, and how.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    pub url: DatabaseUrl,
    /// The setting that has the URL, for messages.
    pub setting: &'static str,
    pub pool: PoolOptions,
    pub synchronous: Synchronous,
    pub pooler: Pooler,
    /// PostgreSQL without the pooler, for migrations and notifications.
    pub direct_url: Option<DatabaseUrl>,
    /// PostgreSQL's read replicas.
    pub read_urls: Vec<DatabaseUrl>,
    /// Whether statements fail when the PostgreSQL server has not responded for 20 seconds, or was restarted. This ends
    /// when `serve` begins to probe the primary itself.
    pub fails_when_unresponsive: bool,
}

impl ConnectOptions {
    /// Returns the options of connections without a pooler.
    ///
    /// # Errors
    /// When there is a pooler, and no URL without it.
    pub fn direct(&self) -> Result<Self, ConnectError> {
        match (self.pooler, &self.direct_url) {
            (Pooler::None, _) => Ok(self.clone()),
            (Pooler::Transaction, Some(url)) => Ok(Self {
                url: url.clone(),
                setting: DIRECT_URL,
                pooler: Pooler::None,
                direct_url: None,
                read_urls: Vec::new(),
                ..self.clone()
            }),
            (Pooler::Transaction, None) => Err(ConnectError::NoDirectUrl { url: self.url.clone() }),
        }
    }

    /// Returns the error for a schema with `steps` pending migrations. `remedy` is appended to the message.
    pub(super) fn pending_migrations(&self, steps: usize, remedy: &'static str) -> ConnectError {
        match self.direct() {
            Ok(direct) => ConnectError::PendingMigrations { url: direct.url, steps, remedy },
            Err(error) => error,
        }
    }
}

impl From<DatabaseUrl> for ConnectOptions {
    fn from(url: DatabaseUrl) -> Self {
        Self {
            url,
            setting: URL,
            pool: PoolOptions::default(),
            synchronous: Synchronous::default(),
            pooler: Pooler::default(),
            direct_url: None,
            read_urls: Vec::new(),
            fails_when_unresponsive: false,
        }
    }
}

impl From<&DatabaseUrl> for ConnectOptions {
    fn from(url: &DatabaseUrl) -> Self {
        url.clone().into()
    }
}

impl From<&Self> for ConnectOptions {
    fn from(options: &Self) -> Self {
        options.clone()
    }
}

/// When SQLite waits until written data is on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// At each commit: an acknowledged write survives a power failure.
    #[default]
    Full,
    /// At checkpoints: a power failure can lose the latest commits, and damages nothing.
    Normal,
}

/// How PostgreSQL's connections are pooled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolOptions {
    /// Long reads, which see one snapshot of the database, use up to two of them.
    pub max_read_connections: u32,
    /// At least two, since a migration holds one for its lock. One writer works at a time; others wait at its lock with a
    /// connection, which saves a round trip.
    pub max_write_connections: u32,
    /// How long a statement waits for a connection: for a free one, or for a server that is starting.
    pub acquire_timeout: Duration,
    /// How long a connection stays open while it is not used.
    pub idle_timeout: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            // Measured: more make no difference on a machine with few cores.
            max_read_connections: 18,
            max_write_connections: 4,
            acquire_timeout: Duration::from_secs(2),
            idle_timeout: Duration::from_mins(10),
        }
    }
}
