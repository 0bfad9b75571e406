//! The connection pools of one PostgreSQL server, or of a SQLite file.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::options::{PREPARED, SPARE, SQLITE_CONNECTIONS, WRITE_LOCK_TIMEOUT};
use super::pooler::check_sessions;
use super::read_pool::{IDLE_TIMEOUT, ReadPool, StickyPool};
use super::{ConnectOptions, Pooler, Row, StatementCounter, Synchronous, Value};

/// How long a read on SQLite waits for a connection.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a read waits for a connection to a replica at most. Then the primary serves it.
const REPLICA_ACQUIRE_TIMEOUT: Duration = Duration::from_millis(500);

/// How long pools have to close their connections: a commit can wait for a standby of PostgreSQL.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The connections that read.
pub struct Readers {
    /// For reads in transactions.
    pub connection: DatabaseConnection,
    /// For single statements, on connections of the same pool.
    pub statements: ReadPool,
    /// Canceled when the server no longer responds, or another one replaces it: statements that wait for it fail.
    pub lost: CancellationToken,
}

impl Readers {
    /// Runs a statement.
    ///
    /// # Errors
    /// Errors of the database, also when no connection is free in time.
    pub async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        let rows = self.lost.run_until_cancelled(self.statements.rows(text, values)).await;
        rows.unwrap_or_else(|| Err(DbErr::Query(RuntimeErr::SqlxError(Arc::new(server_lost())))))
    }

    /// Makes all statements fail, and closes the connections in the background.
    pub fn abandon(self: Arc<Self>) {
        self.lost.cancel();
        self.statements.close();
        // A connection to a server that does not respond cannot be closed in an orderly way.
        tokio::spawn(async move { timeout(CLOSE_TIMEOUT, self.connection.clone().close()).await });
    }
}

/// The connections of a server that accepts writes, or of a file.
pub struct Pools {
    pub readers: Arc<Readers>,
    pub write: DatabaseConnection,
}

impl Pools {
    /// Makes all statements fail, and closes the connections in the background.
    pub fn abandon(&self) {
        self.readers.clone().abandon();
        let write = self.write.clone();
        tokio::spawn(async move { timeout(CLOSE_TIMEOUT, write.close()).await });
    }
}

/// Creates the pools of a SQLite file: one connection that writes, and those that read.
///
/// # Errors
/// When the file cannot be opened.
pub async fn sqlite_pools(
    options: SqliteConnectOptions,
    journal: SqliteJournalMode,
    synchronous: Synchronous,
) -> Result<(DatabaseConnection, DatabaseConnection), sqlx::Error> {
    let options = options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(journal)
        .synchronous(match synchronous {
            Synchronous::Full => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        })
        .busy_timeout(WRITE_LOCK_TIMEOUT)
        .statement_cache_capacity(PREPARED)
        .pragma("temp_store", "memory")
        // sqlx would log whole statements; we log slow ones ourselves.
        .disable_statement_logging();
    // The writer comes first: it creates the file and sets the journal mode, which a read-only connection cannot.
    let pool = SqlitePoolOptions::new().test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    let write = pool
        .clone()
        .acquire_timeout(WRITE_LOCK_TIMEOUT)
        .max_connections(1)
        .after_release(|connection, _| is_idle(connection));
    let write = write.connect_with(options.clone()).await?;
    let read = pool
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_connections(SQLITE_CONNECTIONS)
        .min_connections(1)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok((SqlxSqliteConnector::from_sqlx_sqlite_pool(read), SqlxSqliteConnector::from_sqlx_sqlite_pool(write)))
}

/// Creates the pools of a PostgreSQL server without opening a connection. Writers hold a connection while they wait for
/// the lock. Their pool is separate, so that reads never wait for them.
pub fn lazy_pools(target: PgConnectOptions, options: &ConnectOptions, counter: &StatementCounter) -> Pools {
    let acquire_timeout = options.pool.acquire_timeout;
    let target = options.pooler.pooled(target).disable_statement_logging();
    let writers = pool_options(options)
        .acquire_timeout(WRITE_LOCK_TIMEOUT.max(acquire_timeout))
        .max_connections(options.pool.max_write_connections)
        .after_release(|connection, _| is_idle(connection));
    let mut write = SqlxPostgresConnector::from_sqlx_postgres_pool(writers.connect_lazy_with(target.clone()));
    count_statements([&mut write], counter);
    let read = reader_options(options).acquire_timeout(acquire_timeout).connect_lazy_with(target);
    Pools { readers: Arc::new(readers_of(read, options, acquire_timeout, counter)), write }
}

/// Creates the pools of a PostgreSQL server, and opens the first connection of each.
///
/// # Errors
/// When one cannot be opened.
pub async fn server_pools(
    target: PgConnectOptions,
    options: &ConnectOptions,
    counter: &StatementCounter,
) -> Result<Pools, String> {
    let pools = lazy_pools(target, options, counter);
    let read = pools.readers.connection.get_postgres_connection_pool();
    let write = pools.write.get_postgres_connection_pool();
    for pool in [read, write] {
        drop(pool.acquire().await.map_err(|error| options.pooler.describe(&error, options.setting))?);
    }
    if options.pooler == Pooler::None {
        check_sessions(read, write, options.setting).await?;
    }
    Ok(pools)
}

/// Creates the connections that read from a replica, without opening one. A replica that accepts no connection is
/// replaced by another server, so nobody waits for it.
pub fn lazy_readers(target: &PgConnectOptions, options: &ConnectOptions, counter: &StatementCounter) -> Readers {
    let patience = options.pool.acquire_timeout.min(REPLICA_ACQUIRE_TIMEOUT);
    let target = options.pooler.pooled(target.clone()).disable_statement_logging();
    let pool = reader_options(options).acquire_timeout(patience).connect_lazy_with(target);
    readers_of(pool, options, patience, counter)
}

fn pool_options(options: &ConnectOptions) -> PgPoolOptions {
    PgPoolOptions::new().test_before_acquire(false).idle_timeout(options.pool.idle_timeout)
}

fn reader_options(options: &ConnectOptions) -> PgPoolOptions {
    pool_options(options).max_connections(options.pool.max_read_connections)
}

fn readers_of(pool: PgPool, options: &ConnectOptions, patience: Duration, counter: &StatementCounter) -> Readers {
    let permits = options.pool.max_read_connections.saturating_sub(SPARE).max(1);
    let idle_timeout = options.pool.idle_timeout.min(IDLE_TIMEOUT);
    let statements = StickyPool::new(pool.clone(), options.pooler, permits, patience, idle_timeout, counter.clone());
    let mut connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    count_statements([&mut connection], counter);
    Readers { connection, statements: ReadPool::Postgres(statements), lost: CancellationToken::new() }
}

/// Counts the statements that sea-orm sends.
pub fn count_statements<const N: usize>(connections: [&mut DatabaseConnection; N], counter: &StatementCounter) {
    for connection in connections {
        let counter = counter.clone();
        connection.set_metric_callback(move |sent| counter.count(&sent.statement.sql, sent.elapsed));
    }
}

/// Returns whether a released connection has no open transaction; otherwise the pool closes it.
///
/// [`Transaction`](super::Transaction) checks its own connection. This is for migrations, which use sea-orm's
/// transactions: if the disk is full, SQLite rolls back by itself, the `ROLLBACK` fails, and sqlx counts the
/// transaction as open forever.
fn is_idle<C: Connection>(connection: &mut C) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        if connection.is_in_transaction() {
            // A queued rollback runs first.
            connection.ping().await?;
        }
        Ok(!connection.is_in_transaction())
    })
}

/// The server of a statement no longer responds, was restarted, or was replaced.
#[derive(Debug, thiserror::Error)]
#[error("the database server does not respond or was restarted")]
pub struct ServerLost;

impl ServerLost {
    /// Returns whether an I/O error has this cause.
    pub fn is_cause_of(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

/// Returns the error of a statement whose server was lost. It counts as a lost connection.
pub fn server_lost() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, ServerLost))
}
