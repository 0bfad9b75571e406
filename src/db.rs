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
mod notifier;
mod options;
mod pooler;
mod read_only;
mod read_pool;
mod row_set;
mod server_selection;
mod sql;
mod sqlite_file;
mod sqlite_inline;
mod transaction;
mod url;
mod write_health;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

pub use self::url::DatabaseUrl;
pub use backup::{BackupError, back_up, restore};
pub use connect::ConnectError;
pub use copy::CopyRows;
pub use error_class::{is_schema_too_new, is_transient, is_unknown_outcome};
pub use error_message::describe as describe_error;
pub use notifier::ChangeNotifier;
pub use options::{ConnectOptions, PoolOptions, Synchronous, WRITE_LOCK_TIMEOUT};
pub use pooler::Pooler;
pub use row_set::{Column, Columns, FromColumn, Row};
pub use sql::{Rows, Sql, Value};
pub use transaction::Transaction;
pub use write_health::WriteHealth;

use crate::request_context;
use read_only::ReadOnlyFile;
use read_pool::ReadPool;

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
    read: DatabaseConnection,
    read_pool: Arc<ReadPool>,
    write: DatabaseConnection,
    counter: StatementCounter,
    notifier: ChangeNotifier,
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

/// Whether all migrations have been run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    Current,
    /// The number of migrations that have not been run.
    PendingMigrations(usize),
}

/// How long other connections are tried after one was found broken.
const RECONNECT_TIMEOUT: Duration = Duration::from_millis(500);

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
        self.read_pool.count()
    }

    /// Runs a read statement and returns its rows.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let (text, values) = sql.into_parts();
        self.send(&text, values).await
    }

    /// Runs a short read statement, such as a lookup by keys. SQLite runs it on the calling thread.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn query_short(&self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let (text, values) = sql.into_parts();
        match self.read_pool.try_inline(&text, &values) {
            Some(rows) => Ok(rows),
            None => self.send(&text, values).await,
        }
    }

    async fn send(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        retry_lost_connection(|| self.read_pool.rows(text, values.clone())).await
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
        self.transaction(&self.read, begin, None).await
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
        let transaction = self.transaction(&self.write, begin, Some(&self.write_health)).await;
        transaction.inspect_err(|error| {
            self.write_health.record_begin_failure(error, lease::can_grow(&self.write, self.engine));
        })
    }

    async fn transaction(
        &self,
        pool: &DatabaseConnection,
        begin: &str,
        write_health: Option<&WriteHealth>,
    ) -> Result<Transaction, DbErr> {
        retry_lost_connection(|| {
            Transaction::begin(pool, self.engine, self.pooler, begin, self.counter.clone(), write_health.cloned())
        })
        .await
    }

    /// Closes all connections. On SQLite, the last one checkpoints the write-ahead log, so that the file alone contains
    /// the catalog.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn close(self) -> Result<(), DbErr> {
        // The pool waits for all its connections.
        self.read_pool.close();
        self.read.close().await?;
        self.write.close().await?;
        self.file.map_or(Ok(()), |file| file.clean_up())
    }

    /// Returns the write connections, for migrations and tests. All other code writes in a [`Transaction`]. Behind a
    /// pooler, a statement with values fails: it has a name, and no transaction around it.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Returns whether all migrations have been run.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn schema_state(&self) -> Result<SchemaState, DbErr> {
        let pending = self.pending_migrations().await?.len();
        Ok(if pending == 0 { SchemaState::Current } else { SchemaState::PendingMigrations(pending) })
    }

    /// Returns the names of the migrations that have not been run, in order.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        retry_lost_connection(|| self.read_pending_migrations()).await
    }

    async fn read_pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let snapshot = self.snapshot().await?;
        let pending = Migrator::get_pending_migrations_read_only(&snapshot).await;
        snapshot.rollback().await?;
        Ok(pending?.iter().map(|migration| migration.name().to_owned()).collect())
    }
}

/// Retries an idempotent operation if its connection was lost. After a restart of the server, each pooled connection
/// fails once.
async fn retry_lost_connection<T, F>(attempt: impl Fn() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let start = Instant::now();
    loop {
        match attempt().await {
            Err(error) if error_class::is_connection_lost(&error) && start.elapsed() < RECONNECT_TIMEOUT => {}
            outcome => return outcome,
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
