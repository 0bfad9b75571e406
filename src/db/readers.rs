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

use super::cell::gather;
use super::inline::Inline;
use super::{Meter, Row, Value, lease};

/// How long a connection is kept at hand that nobody needs.
pub const AT_HAND: Duration = Duration::from_secs(10);

/// The readers of one engine.
pub enum Readers {
    /// Those that short statements are answered with at once stand beside the others.
    Sqlite(Hand<Sqlite>, Option<Inline>),
    Postgres(Hand<Postgres>),
}

impl Readers {
    /// Sends one statement.
    ///
    /// # Errors
    /// What the database answers; that there is no connection.
    pub async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        match self {
            Self::Sqlite(hand, _) => hand.rows(text, values).await,
            Self::Postgres(hand) => hand.rows(text, values).await,
        }
    }

    /// The rows of a short statement, where it can be answered on this thread; `None` where it must be sent.
    pub fn at_once(&self, text: &str, values: &[Value]) -> Option<Vec<Row>> {
        match self {
            Self::Sqlite(_, inline) => inline.as_ref()?.rows(text, values),
            Self::Postgres(_) => None,
        }
    }

    /// How many connections there are, and how many of them do nothing.
    pub fn count(&self) -> (u32, u32) {
        match self {
            Self::Sqlite(hand, _) => hand.count(),
            Self::Postgres(hand) => hand.count(),
        }
    }

    /// Gives all back that are at hand.
    pub fn let_go(&self) {
        match self {
            Self::Sqlite(hand, inline) => {
                hand.ready().connections.clear();
                inline.as_ref().inspect(|inline| inline.let_go());
            }
            Self::Postgres(hand) => hand.ready().connections.clear(),
        }
    }
}

/// Connections that are at hand, over the pool that they come from.
pub struct Hand<DB: sqlx::Database> {
    pool: Pool<DB>,
    /// As many statements as are sent at once. No more connections than that are ever at work and at hand, so whoever has a
    /// place and finds none at hand is given one by the pool.
    places: Semaphore,
    patience: Duration,
    linger: Duration,
    ready: Arc<Mutex<AtHand<DB>>>,
    meter: Meter,
}

/// Idle connections, the most recently used one last.
struct AtHand<DB: sqlx::Database> {
    connections: Vec<Ready<DB>>,
    /// Whether a task is returning unused ones to the pool.
    is_swept: bool,
}

/// A connection that waits for its next statement.
struct Ready<DB: sqlx::Database> {
    connection: PoolConnection<DB>,
    since: Instant,
}

impl<DB: sqlx::Database> Drop for Hand<DB> {
    /// A connection is given back by a task. Where no runtime is left to have one, it ends with the process.
    fn drop(&mut self) {
        if Handle::try_current().is_err() {
            forget(take(&mut self.ready().connections));
        }
    }
}

impl<DB: sqlx::Database> Hand<DB> {
    /// Wraps a pool of up to `places` connections. A caller waits up to `patience` for a place, and an unused
    /// connection stays at hand for `linger`.
    pub fn new(pool: Pool<DB>, places: u32, patience: Duration, linger: Duration, meter: Meter) -> Self {
        let places = Semaphore::new(usize::try_from(places).unwrap_or(Semaphore::MAX_PERMITS));
        let ready = Arc::new(Mutex::new(AtHand { connections: Vec::new(), is_swept: false }));
        Self { pool, places, patience, linger, ready, meter }
    }

    fn ready(&self) -> MutexGuard<'_, AtHand<DB>> {
        lock(&self.ready)
    }

    fn count(&self) -> (u32, u32) {
        let idle = self.pool.num_idle() + self.ready().connections.len();
        (self.pool.size(), u32::try_from(idle).unwrap_or(u32::MAX))
    }

    async fn place(&self) -> Result<SemaphorePermit<'_>, DbErr> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        match timeout(self.patience, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    async fn connection(&self) -> Result<PoolConnection<DB>, DbErr> {
        // The one that was used last.
        let latest = self.ready().connections.pop();
        match latest.filter(|ready| ready.since.elapsed() < self.linger) {
            Some(ready) => Ok(ready.connection),
            None => lease::acquire(&self.pool).await,
        }
    }

    /// Keeps a connection at hand until it has been unused for a while.
    fn keep(&self, connection: PoolConnection<DB>) {
        let mut ready = self.ready();
        ready.connections.push(Ready { connection, since: Instant::now() });
        if !std::mem::replace(&mut ready.is_swept, true) {
            tokio::spawn(sweep(Arc::downgrade(&self.ready), self.linger));
        }
    }

    async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        QueryResult: From<DB::Row>,
    {
        let _place = self.place().await?;
        let mut connection = self.connection().await?;
        let begin = Instant::now();
        // Where it fails, or nobody waits for it any more, the pool has a look at it.
        let rows = lease::rows(&mut connection, text, values).await;
        self.meter.count(text, begin.elapsed());
        let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))?;
        self.keep(connection);
        gather(&rows)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns connections that have been unused for long to their pool, which closes them; ends when none is left.
async fn sweep<DB: sqlx::Database>(ready: Weak<Mutex<AtHand<DB>>>, linger: Duration) {
    loop {
        sleep(linger).await;
        let Some(ready) = ready.upgrade() else { return };
        let mut ready = lock(&ready);
        let long = ready.connections.iter().take_while(|ready| ready.since.elapsed() >= linger).count();
        ready.is_swept = long < ready.connections.len();
        let is_done = !ready.is_swept;
        let given_back: Vec<Ready<DB>> = ready.connections.drain(..long).collect();
        drop(ready);
        drop(given_back);
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
