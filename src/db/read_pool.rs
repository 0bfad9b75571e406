//! The connections for reads.
//!
//! sqlx tests a connection each time it returns to its pool, which costs another round trip per statement. So a
//! connection that has just answered stays out of the pool for the next statement. It returns to the pool when it has
//! been idle for a while, or has failed.

use std::mem::{forget, take};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DbErr, ExecResult, QueryResult, RuntimeErr};
use sea_query_sqlx::SqlxValues;
use sqlx::database::HasStatementCache;
use sqlx::{Executor, IntoArguments, Pool, Postgres, Sqlite};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use super::lease::Loan;
use super::row_set::gather;
use super::sqlite_inline::SqliteInline;
use super::{Pooler, Row, StatementCounter, Value};

/// How long an idle connection stays out of the pool.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The read connections of an engine.
pub enum ReadPool {
    /// With connections for short statements on the calling thread.
    Sqlite(StickyPool<Sqlite>, Option<SqliteInline>),
    Postgres(StickyPool<Postgres>),
}

impl ReadPool {
    /// Runs a statement.
    ///
    /// # Errors
    /// Errors of the database, also when no connection is free in time.
    pub async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        match self {
            Self::Sqlite(pool, _) => pool.rows(text, values).await,
            Self::Postgres(pool) => pool.rows(text, values).await,
        }
    }

    /// Returns the rows of a short statement, if it can run on this thread; otherwise the statement must be sent.
    pub fn try_inline(&self, text: &str, values: &[Value]) -> Option<Vec<Row>> {
        match self {
            Self::Sqlite(_, inline) => inline.as_ref()?.rows(text, values),
            Self::Postgres(_) => None,
        }
    }

    /// Returns the number of connections, and of those that are idle.
    pub fn count(&self) -> (u32, u32) {
        match self {
            Self::Sqlite(pool, _) => pool.count(),
            Self::Postgres(pool) => pool.count(),
        }
    }

    /// Returns all idle connections to the pool.
    pub fn close(&self) {
        match self {
            Self::Sqlite(pool, inline) => {
                pool.close();
                inline.as_ref().inspect(|inline| inline.close());
            }
            Self::Postgres(pool) => pool.close(),
        }
    }
}

/// Keeps idle connections outside the pool that they come from.
pub struct StickyPool<DB: sqlx::Database> {
    pool: Pool<DB>,
    pooler: Pooler,
    /// One permit per concurrent statement. There are never more connections in use or idle than permits, so a task
    /// with a permit that finds no idle connection gets one from the pool.
    permits: Semaphore,
    acquire_timeout: Duration,
    idle_timeout: Duration,
    idle: Arc<Mutex<IdleConnections<DB>>>,
    counter: StatementCounter,
}

/// Idle connections, the most recently used one last.
struct IdleConnections<DB: sqlx::Database> {
    connections: Vec<IdleConnection<DB>>,
    /// Whether a task is returning unused ones to the pool.
    has_sweeper: bool,
    /// Whether connections return to the pool after each use, so that it can close them.
    is_closed: bool,
}

/// A connection that waits for its next statement.
struct IdleConnection<DB: sqlx::Database> {
    connection: Loan<DB>,
    since: Instant,
}

impl<DB: sqlx::Database> Drop for StickyPool<DB> {
    /// A task returns a connection to the pool. Without a runtime, the connection ends with the process.
    fn drop(&mut self) {
        if Handle::try_current().is_err() {
            forget(take(&mut self.idle().connections));
        }
    }
}

impl<DB: sqlx::Database> StickyPool<DB> {
    /// Wraps a pool of up to `permits` connections. A caller waits up to `acquire_timeout` for a permit, and an unused
    /// connection stays idle for `idle_timeout` before it returns to the pool.
    pub fn new(
        pool: Pool<DB>,
        pooler: Pooler,
        permits: u32,
        acquire_timeout: Duration,
        idle_timeout: Duration,
        counter: StatementCounter,
    ) -> Self {
        let permits = Semaphore::new(usize::try_from(permits).unwrap_or(Semaphore::MAX_PERMITS));
        let idle =
            Arc::new(Mutex::new(IdleConnections { connections: Vec::new(), has_sweeper: false, is_closed: false }));
        Self { pool, pooler, permits, acquire_timeout, idle_timeout, idle, counter }
    }

    fn idle(&self) -> MutexGuard<'_, IdleConnections<DB>> {
        lock(&self.idle)
    }

    fn count(&self) -> (u32, u32) {
        let idle = self.pool.num_idle() + self.idle().connections.len();
        (self.pool.size(), u32::try_from(idle).unwrap_or(u32::MAX))
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, DbErr> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Ok(permit);
        }
        match timeout(self.acquire_timeout, self.permits.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    async fn connection(&self) -> Result<Loan<DB>, DbErr> {
        // The most recently used one.
        let latest = self.idle().connections.pop();
        match latest.filter(|idle| idle.since.elapsed() < self.idle_timeout) {
            Some(idle) => Ok(idle.connection),
            None => Loan::acquire(&self.pool, self.pooler).await,
        }
    }

    /// Returns all idle connections to the pool, and others after their use.
    fn close(&self) {
        let mut idle = self.idle();
        idle.is_closed = true;
        idle.connections.clear();
    }

    /// Keeps a connection idle for the next statement.
    fn put_back(&self, connection: Loan<DB>) {
        let mut idle = self.idle();
        if idle.is_closed {
            return;
        }
        idle.connections.push(IdleConnection { connection, since: Instant::now() });
        if !std::mem::replace(&mut idle.has_sweeper, true) {
            tokio::spawn(sweep(Arc::downgrade(&self.idle), self.idle_timeout));
        }
    }

    async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr>
    where
        DB: HasStatementCache,
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        ExecResult: From<DB::QueryResult>,
        QueryResult: From<DB::Row>,
    {
        let _permit = self.permit().await?;
        let mut connection = self.connection().await?;
        // A pooler assigns a server connection for a transaction, so each statement runs in one.
        let is_pooled = self.pooler == Pooler::Transaction;
        let rows = async {
            if is_pooled {
                connection.begin("BEGIN READ ONLY").await?;
            }
            let begin = Instant::now();
            let rows = connection.rows(text, values).await;
            self.counter.count(text, begin.elapsed());
            if is_pooled && rows.is_ok() {
                connection.end("COMMIT").await?;
            }
            rows
        };
        // After an error or a cancellation, the connection is closed if a transaction is open on it. Otherwise it returns
        // to the pool, which tests it.
        let rows = rows.await.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))?;
        self.put_back(connection);
        gather(&rows)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns connections that have been idle for long to their pool, which closes them; ends when none is left.
async fn sweep<DB: sqlx::Database>(idle: Weak<Mutex<IdleConnections<DB>>>, idle_timeout: Duration) {
    loop {
        sleep(idle_timeout).await;
        let Some(idle) = idle.upgrade() else { return };
        let mut idle = lock(&idle);
        let count = idle.connections.iter().take_while(|idle| idle.since.elapsed() >= idle_timeout).count();
        idle.has_sweeper = count < idle.connections.len();
        let is_done = !idle.has_sweeper;
        let expired: Vec<IdleConnection<DB>> = idle.connections.drain(..count).collect();
        drop(idle);
        drop(expired);
        if is_done {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Runtime;

    use crate::db::{Database, DatabaseUrl, Sql};

    #[test]
    fn idle_connections_can_outlive_the_runtime() {
        let runtime = Runtime::new().expect("there is a runtime");
        let database = runtime.block_on(async {
            let database = Database::open(&DatabaseUrl::memory("outlived"), true).await.expect("memory can be opened");
            database.rows(Sql::new(database.engine(), "SELECT 1")).await.expect("the database is open");
            assert!(!matches!(database.connections(), (_, 0)), "the connection is idle");
            database
        });
        drop(runtime);
        drop(database);
    }
}
