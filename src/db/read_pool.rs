//! The connections that statements read with.
//!
//! sqlx asks a connection whether it is still well each time that it comes back to its pool, which costs another round trip
//! for each statement. So one that has just answered stays at hand for the next, and goes back to the pool when it was not
//! needed for a while, or when it failed.

use std::mem::{forget, take};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr};
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::{Executor, IntoArguments, Pool, Postgres, Sqlite};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use super::row_set::gather;
use super::sqlite_inline::SqliteInline;
use super::{Row, StatementCounter, Value, lease};

/// How long a connection is kept at hand that nobody needs.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The readers of one engine.
pub enum ReadPool {
    /// Those that short statements are answered with at once stand beside the others.
    Sqlite(StickyPool<Sqlite>, Option<SqliteInline>),
    Postgres(StickyPool<Postgres>),
}

impl ReadPool {
    /// Sends one statement.
    ///
    /// # Errors
    /// What the database answers; that there is no connection.
    pub async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        match self {
            Self::Sqlite(pool, _) => pool.rows(text, values).await,
            Self::Postgres(pool) => pool.rows(text, values).await,
        }
    }

    /// The rows of a short statement, where it can be answered on this thread; `None` where it must be sent.
    pub fn try_inline(&self, text: &str, values: &[Value]) -> Option<Vec<Row>> {
        match self {
            Self::Sqlite(_, inline) => inline.as_ref()?.rows(text, values),
            Self::Postgres(_) => None,
        }
    }

    /// How many connections there are, and how many of them do nothing.
    pub fn count(&self) -> (u32, u32) {
        match self {
            Self::Sqlite(pool, _) => pool.count(),
            Self::Postgres(pool) => pool.count(),
        }
    }

    /// Gives all back that are at hand.
    pub fn close(&self) {
        match self {
            Self::Sqlite(pool, inline) => {
                pool.idle().connections.clear();
                inline.as_ref().inspect(|inline| inline.close());
            }
            Self::Postgres(pool) => pool.idle().connections.clear(),
        }
    }
}

/// Connections that are at hand, over the pool that they come from.
pub struct StickyPool<DB: sqlx::Database> {
    pool: Pool<DB>,
    /// As many statements as are sent at once. No more connections than that are ever at work and at hand, so whoever has a
    /// place and finds none at hand is given one by the pool.
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
}

/// A connection that waits for its next statement.
struct IdleConnection<DB: sqlx::Database> {
    connection: PoolConnection<DB>,
    since: Instant,
}

impl<DB: sqlx::Database> Drop for StickyPool<DB> {
    /// A connection is given back by a task. Where no runtime is left to have one, it ends with the process.
    fn drop(&mut self) {
        if Handle::try_current().is_err() {
            forget(take(&mut self.idle().connections));
        }
    }
}

impl<DB: sqlx::Database> StickyPool<DB> {
    /// Wraps a pool of up to `permits` connections. A caller waits up to `acquire_timeout` for a place, and an unused
    /// connection stays at hand for `idle_timeout`.
    pub fn new(
        pool: Pool<DB>,
        permits: u32,
        acquire_timeout: Duration,
        idle_timeout: Duration,
        counter: StatementCounter,
    ) -> Self {
        let permits = Semaphore::new(usize::try_from(permits).unwrap_or(Semaphore::MAX_PERMITS));
        let idle = Arc::new(Mutex::new(IdleConnections { connections: Vec::new(), has_sweeper: false }));
        Self { pool, permits, acquire_timeout, idle_timeout, idle, counter }
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

    async fn connection(&self) -> Result<PoolConnection<DB>, DbErr> {
        // The one that was used last.
        let latest = self.idle().connections.pop();
        match latest.filter(|idle| idle.since.elapsed() < self.idle_timeout) {
            Some(idle) => Ok(idle.connection),
            None => lease::acquire(&self.pool).await,
        }
    }

    /// Keeps a connection at hand until it has been unused for a while.
    fn put_back(&self, connection: PoolConnection<DB>) {
        let mut idle = self.idle();
        idle.connections.push(IdleConnection { connection, since: Instant::now() });
        if !std::mem::replace(&mut idle.has_sweeper, true) {
            tokio::spawn(sweep(Arc::downgrade(&self.idle), self.idle_timeout));
        }
    }

    async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        QueryResult: From<DB::Row>,
    {
        let _permit = self.permit().await?;
        let mut connection = self.connection().await?;
        let begin = Instant::now();
        // Where it fails, or nobody waits for it any more, the pool has a look at it.
        let rows = lease::rows(&mut connection, text, values).await;
        self.counter.count(text, begin.elapsed());
        let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))?;
        self.put_back(connection);
        gather(&rows)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns connections that have been unused for long to their pool, which closes them; ends when none is left.
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
    fn what_is_at_hand_may_outlive_the_runtime() {
        let runtime = Runtime::new().expect("there is a runtime");
        let database = runtime.block_on(async {
            let database = Database::open(&DatabaseUrl::memory("outlived"), true).await.expect("memory can be opened");
            database.rows(Sql::new(database.engine(), "SELECT 1")).await.expect("it answers");
            assert!(!matches!(database.connections(), (_, 0)), "the connection is at hand");
            database
        });
        drop(runtime);
        drop(database);
    }
}
