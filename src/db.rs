//! The database: one handle for SQLite and PostgreSQL, SQL text with its values, and rows that are read column by
//! column.
//!
//! Reads and writes use separate pools. SQLite has one writer, whose transactions begin with `IMMEDIATE`, and readers
//! that it never blocks (write-ahead log). PostgreSQL has several write connections, one of which at a time holds the
//! writers' lock.

mod backup;
mod commit;
mod connect;
mod copy;
mod error_class;
mod error_message;
mod lease;
mod listener;
mod notifier;
mod options;
mod pooler;
mod pools;
mod primary;
mod read_only;
mod read_pool;
mod replica;
mod row_set;
mod schema;
mod server_selection;
mod sql;
mod sqlite_file;
mod sqlite_inline;
mod transaction;
mod unresponsive_server;
mod url;
mod version;
mod write_health;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::RngExt;
use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

pub use self::url::DatabaseUrl;
pub use backup::{BackupError, back_up, restore};
pub use connect::ConnectError;
pub use copy::CopyRows;
pub use error_class::{is_schema_too_new, is_transient, is_unknown_outcome};
pub use error_message::{describe as describe_error, describe_io as describe_io_error};
pub use notifier::ChangeNotifier;
pub use options::{ConnectOptions, PoolOptions, Synchronous, WRITE_LOCK_TIMEOUT};
pub use pooler::Pooler;
pub use replica::ReplicaState;
pub use row_set::{Column, Columns, FromColumn, Row};
pub use schema::SchemaState;
pub use sql::{Rows, Sql, Value};
pub use transaction::Transaction;
pub use version::CatalogVersion;
pub use write_health::WriteHealth;

use crate::request_context;
use pools::{CLOSE_TIMEOUT, Pools};
use primary::Primary;
use read_only::ReadOnlyFile;
use replica::{Pinned, Replica, Replicas};

/// The database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Returns its name in OpenTelemetry: <https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/>
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }

    /// Returns its type in sea-orm.
    const fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// A handle to the catalog's database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    primary: Arc<Primary>,
    replicas: Arc<Replicas>,
    /// The replica that serves the statements of this handle.
    pinned: Option<Arc<Pinned>>,
    /// Whether a replica serves reads while the primary is not available.
    may_substitute: bool,
    counter: StatementCounter,
    notifier: ChangeNotifier,
    writers: Arc<Semaphore>,
    pooler: Pooler,
    /// PostgreSQL without the pooler.
    direct_url: Option<DatabaseUrl>,
    is_read_only: bool,
    /// The SQLite file, if it is open read-only.
    file: Option<ReadOnlyFile>,
    write_health: WriteHealth,
}

/// Counts all statements.
#[derive(Clone, Default)]
struct StatementCounter(Arc<AtomicU64>);

impl StatementCounter {
    /// Counts a statement and records its duration.
    fn count(&self, text: &str, took: Duration) {
        self.0.fetch_add(1, Ordering::Relaxed);
        request_context::record_statement(text, took);
    }
}

/// How long other connections are tried after one was found broken.
const RECONNECT_TIMEOUT: Duration = Duration::from_millis(500);
/// The longest pause between two such attempts. It is random, so that not all statements connect at the same time.
const RECONNECT_PAUSE: Duration = Duration::from_millis(10);
/// The number of writers of a process that use a connection of PostgreSQL: one writes, and the next one waits for the lock
/// of all writers. If the network cuts this process off, PostgreSQL waits for each of them.
const QUEUED_WRITERS: usize = 2;
/// How long the primary can take to confirm a version that a replica shows. Then it executes the statement itself.
const CONFIRMATION_TIMEOUT: Duration = Duration::from_millis(300);
/// The interval at which a read that waits for the primary looks for a replica, while the primary is unavailable.
const SUBSTITUTE_INTERVAL: Duration = Duration::from_millis(20);

impl Database {
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the number of statements since the start, without those that begin and end transactions.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.counter.0.load(Ordering::Relaxed)
    }

    /// Returns the number of read connections, and of those that are idle.
    #[must_use]
    pub fn connections(&self) -> (u32, u32) {
        self.primary.pools().readers.statements.count()
    }

    /// Runs a read statement and returns its rows.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let (text, values) = sql.into_parts();
        // Boxed, because this future is part of many others, which would be as large as all its cases together.
        Box::pin(self.send(&text, values)).await
    }

    /// Runs a short read statement, such as a lookup by keys. SQLite runs it on the calling thread.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn query_short(&self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let (text, values) = sql.into_parts();
        match self.primary.pools().readers.statements.try_inline(&text, &values) {
            Some(rows) => Ok(rows),
            None => Box::pin(self.send(&text, values)).await,
        }
    }

    async fn send(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        if let Some(replica) = self.replica() {
            match replica.rows(text, values.clone()).await {
                Ok((rows, position)) => {
                    if self.is_shown_by_primary(replica.version(position)).await {
                        self.record_shown(replica.version(position));
                        return Ok(rows);
                    }
                }
                Err(error) if error_class::is_replica_failure(&error) => {}
                Err(error) => return Err(error),
            }
            self.leave_replica();
        }
        self.send_to_primary(text, values).await
    }

    /// Returns whether the primary shows a version that a replica shows. With synchronous replication, a replica can have
    /// a commit that the primary does not show yet because it waits for another standby. Such a commit is not shown
    /// by any server, so that reads from the primary do not go back.
    async fn is_shown_by_primary(&self, version: CatalogVersion) -> bool {
        let is_known = self.notifier.primary_version().is_none_or(|known| {
            // The position of a former epoch says nothing about the present one.
            known.epoch != version.epoch || known.position >= version.position
        });
        // A replica that serves reads in place of the primary cannot ask it.
        if is_known || !self.may_substitute || !self.primary.is_available() {
            return true;
        }
        let primary = self.strictly_primary();
        match timeout(CONFIRMATION_TIMEOUT, Box::pin(primary.read_version())).await {
            Ok(Ok(Some(present))) if present.epoch == version.epoch => {
                self.notifier.record_position_of_primary(present.position);
                present.position >= version.position
            }
            _ => false,
        }
    }

    /// Makes later reads require at least a version that a replica has shown.
    fn record_shown(&self, version: CatalogVersion) {
        if self.notifier.primary_version().is_none_or(|known| known.epoch == version.epoch) {
            self.notifier.record_read_position(version.position);
        }
    }

    /// Sends a statement to a replica in place of the primary.
    async fn send_to_replica(&self, replica: &Replica, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        let (rows, position) = replica.rows(text, values).await?;
        self.record_shown(replica.version(position));
        Ok(rows)
    }

    /// Sends a statement to the primary; while that is unavailable, to a replica that has everything that this server
    /// has shown.
    async fn send_to_primary(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        if !self.primary.is_available()
            && let Some(replica) = self.substitute()
            && let Ok(rows) = self.send_to_replica(&replica, text, values.clone()).await
        {
            return Ok(rows);
        }
        let attempt = || {
            let (pools, values) = (self.primary.pools(), values.clone());
            async move { pools.readers.rows(text, values).await }
        };
        let from_primary = retry_lost_connection(attempt, || !self.primary.is_down() && !self.is_lost());
        let rows = if self.may_substitute && self.has_replicas() {
            tokio::select! {
                rows = from_primary => rows,
                rows = Box::pin(self.send_to_substitute(text, &values)) => return rows,
            }
        } else {
            from_primary.await
        };
        match rows {
            Err(error) if is_transient(&error) => match self.substitute() {
                Some(replica) => self.send_to_replica(&replica, text, values).await,
                None => Err(error),
            },
            outcome => outcome,
        }
    }

    /// Waits until the primary is unavailable, and sends a statement to a replica that can serve reads instead, or to
    /// another one if that fails.
    async fn send_to_substitute(&self, text: &str, values: &[Value]) -> Result<Vec<Row>, DbErr> {
        loop {
            self.primary.until_unavailable().await;
            if let Some(replica) = self.substitute() {
                match self.send_to_replica(&replica, text, values.to_vec()).await {
                    Err(error) if error_class::is_replica_failure(&error) => {}
                    outcome => return outcome,
                }
            }
            sleep(SUBSTITUTE_INTERVAL).await;
        }
    }

    /// Returns a handle whose statements a replica serves that has reached a position of the change feed, until it fails.
    /// Without such a replica, the primary serves them.
    #[must_use]
    pub fn at(&self, position: i64) -> Self {
        let replica = match (self.replicas.is_empty(), self.primary.is_available()) {
            (true, _) => None,
            (false, false) => self.substitute(),
            (false, true) => {
                let address = self.primary.address();
                let version = self.notifier.primary_version();
                self.replicas.at(position, version.map(|version| (address.as_str(), version)))
            }
        };
        Self { pinned: replica.map(|replica| Arc::new(Pinned::new(replica))), ..self.clone() }
    }

    /// Returns a handle for the same server that decides by itself when to leave it.
    #[must_use]
    pub fn independent(&self) -> Self {
        let pinned = self.replica().map(|replica| Arc::new(Pinned::new(replica.clone())));
        Self { pinned, ..self.clone() }
    }

    /// Makes further statements of this handle and its clones go to the primary.
    pub fn leave_replica(&self) {
        self.pinned.iter().for_each(|pinned| pinned.leave());
    }

    fn replica(&self) -> Option<&Arc<Replica>> {
        self.pinned.as_ref()?.replica()
    }

    /// Returns the number of the replica that serves the statements of this handle, or `None` for the primary.
    #[must_use]
    pub fn replica_index(&self) -> Option<usize> {
        self.replica().map(|replica| replica.index())
    }

    /// Returns whether there are replicas.
    #[must_use]
    pub fn has_replicas(&self) -> bool {
        !self.replicas.is_empty()
    }

    /// Returns whether writes fail: the primary is not available, or the last write failed for a persistent reason.
    #[must_use]
    pub fn are_writes_failing(&self) -> bool {
        !self.primary.is_available() || self.write_health.are_failing()
    }

    /// Returns whether the primary responded to the last probe.
    #[must_use]
    pub fn is_primary_available(&self) -> bool {
        self.primary.is_available()
    }

    /// Returns whether a replica has everything that this server has shown.
    #[must_use]
    pub fn has_substitute(&self) -> bool {
        self.substitute().is_some()
    }

    /// Returns the replica that serves reads while the primary is not available.
    fn substitute(&self) -> Option<Arc<Replica>> {
        if !self.may_substitute {
            return None;
        }
        let epoch = self.notifier.primary_version().map(|version| version.epoch);
        self.replicas.least_ahead(self.notifier.read_position(), epoch, self.primary.timeline())
    }

    /// Returns a handle for reads while the primary is not available: on a replica, if any suffices.
    #[must_use]
    pub fn on_substitute(&self) -> Self {
        let pinned = self.substitute().map(|replica| Arc::new(Pinned::new(replica)));
        Self { pinned, may_substitute: false, ..self.clone() }
    }

    /// Returns a handle that never reads from a replica: for rows whose changes have no position in the feed, and for
    /// statements that must all see the same server.
    #[must_use]
    pub fn strictly_primary(&self) -> Self {
        Self { pinned: None, may_substitute: false, ..self.clone() }
    }

    /// Returns the state of each replica, and the end of the primary's write-ahead log, in bytes.
    #[must_use]
    pub fn replica_states(&self) -> (Vec<ReplicaState>, i64) {
        (self.replicas.states(), self.primary.log_position())
    }

    /// Begins a read-only transaction that sees one snapshot of the database.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn snapshot(&self) -> Result<Transaction, DbErr> {
        let begin = match self.engine {
            // On SQLite, every transaction sees one snapshot.
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.transaction(|pools| &pools.readers.connection, begin, None).await
    }

    /// Begins a write transaction. On SQLite it is the only one; on PostgreSQL the caller can take a lock.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let begin = match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres if self.is_read_only => "BEGIN READ ONLY",
            Engine::Postgres => "BEGIN",
        };
        let transaction = self.transaction(|pools| &pools.write, begin, Some(&self.write_health)).await;
        transaction.inspect_err(|error| {
            self.write_health.record_begin_failure(error, lease::can_grow(&self.writer(), self.engine));
        })
    }

    /// Begins a write transaction on PostgreSQL that will wait for a lock. At most [`QUEUED_WRITERS`] of a process do so at
    /// a time.
    ///
    /// # Errors
    /// Errors of the database, and when the others take too long.
    pub async fn begin_queued(&self) -> Result<Transaction, DbErr> {
        let permit = timeout(WRITE_LOCK_TIMEOUT, self.writers.clone().acquire_owned()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        Ok(self.begin().await?.holding(permit))
    }

    async fn transaction(
        &self,
        pool: fn(&Pools) -> &DatabaseConnection,
        begin: &str,
        write_health: Option<&WriteHealth>,
    ) -> Result<Transaction, DbErr> {
        let attempt = || {
            let (pools, counter) = (self.primary.pools(), self.counter.clone());
            let write_health = write_health.cloned();
            async move {
                let lost = pools.readers.lost.clone();
                let pool = pool(&pools);
                Box::pin(Transaction::begin(pool, self.engine, (self.pooler, lost), begin, counter, write_health)).await
            }
        };
        retry_lost_connection(attempt, || !self.is_lost()).await
    }

    /// Closes all connections. On SQLite, the last one checkpoints the write-ahead log, so that the file alone contains
    /// the catalog. PostgreSQL itself completes a commit that takes longer than [`CLOSE_TIMEOUT`].
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn close(self) -> Result<(), DbErr> {
        let pools = self.primary.pools();
        if self.is_lost() {
            pools.abandon();
            return Ok(());
        }
        // The pool waits for all its connections.
        pools.readers.statements.close();
        let closed = async {
            pools.readers.connection.clone().close().await?;
            pools.write.clone().close().await
        };
        match self.engine {
            Engine::Sqlite => closed.await?,
            Engine::Postgres => match timeout(CLOSE_TIMEOUT, closed).await {
                Ok(closed) => closed?,
                Err(_) => pools.abandon(),
            },
        }
        self.replicas.close();
        self.file.map_or(Ok(()), |file| file.clean_up())
    }

    /// Returns whether the server of a command does not respond or was restarted. `serve` replaces the pools instead.
    fn is_lost(&self) -> bool {
        self.primary.pools().readers.lost.is_cancelled()
    }

    /// Returns the write connections, for migrations and tests. All other code writes in a [`Transaction`]. Behind a
    /// pooler, a statement with values fails: it has a name, and no transaction around it.
    #[must_use]
    pub fn writer(&self) -> DatabaseConnection {
        self.primary.pools().write.clone()
    }
}

/// Retries an idempotent operation if its connection was lost. After a restart of the server, each pooled connection
/// fails once. If the server was lost, the operation is retried for at most [`WRITE_LOCK_TIMEOUT`], while `may_wait`
/// returns true.
async fn retry_lost_connection<T, F>(attempt: impl Fn() -> F, may_wait: impl Fn() -> bool) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let start = Instant::now();
    loop {
        let error = match attempt().await {
            Err(error) if error_class::is_connection_lost(&error) => error,
            outcome => return outcome,
        };
        let pause = RECONNECT_PAUSE.mul_f64(rand::rng().random_range(0.0..1.0));
        sleep(pause).await;
        let is_retried = start.elapsed() < RECONNECT_TIMEOUT
            // A write waits no longer for a new primary than for a connection.
            || (error_class::is_server_lost(&error) && start.elapsed() < WRITE_LOCK_TIMEOUT && may_wait());
        if !is_retried {
            return Err(error);
        }
    }
}

/// Runs a statement on `connection`, which can be a transaction, and returns its rows.
///
/// # Errors
/// Errors of the database.
pub async fn rows(connection: &impl ConnectionTrait, sql: Sql) -> Result<Vec<Row>, DbErr> {
    let statement: Statement = sql.into();
    row_set::gather(&connection.query_all_raw(statement).await?)
}
