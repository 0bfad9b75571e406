//! Transactions: statements that take effect together or not at all, whatever fails.
//!
//! ADR 29 explains why this is not sea-orm's transaction.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use tokio::sync::{Mutex, OwnedSemaphorePermit};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::lease::Lease;
use super::pools::server_lost;
use super::{CopyRows, Engine, Pooler, StatementCounter, Value, WriteHealth, commit};

/// The duration after which a commit counts as failing.
const SLOW_COMMIT: Duration = Duration::from_secs(10);

/// The first words of statements that write.
const WRITE_VERBS: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "COPY"];

/// An open transaction.
///
/// It ends with [`commit`](Self::commit) or [`rollback`](Self::rollback). If it is dropped, or a statement fails or is
/// canceled, closing its connection rolls it back. After an error it refuses further statements and the commit with
/// that error: SQLite, which may have rolled back by itself, would execute them in transactions of their own.
pub struct Transaction {
    engine: Engine,
    pool: DatabaseConnection,
    /// Canceled when the server no longer responds.
    lost: CancellationToken,
    state: Mutex<State>,
    counter: StatementCounter,
    /// Records the outcome; `None` for a read-only transaction.
    write_health: Option<WriteHealth>,
    has_written: AtomicBool,
    /// The place among the writers that wait for a lock.
    permit: Option<OwnedSemaphorePermit>,
}

enum State {
    Open(Lease),
    /// A statement failed. The connection is closed.
    Failed(Arc<sqlx::Error>),
    /// The future of a statement was dropped before the statement ended. The connection is closed.
    Cancelled,
}

impl State {
    /// Takes the connection out for one statement. Unless [`put_back`](Self::put_back) follows, the statement was
    /// canceled.
    fn take(&mut self) -> Result<Lease, Arc<sqlx::Error>> {
        match std::mem::replace(self, Self::Cancelled) {
            Self::Open(lease) => Ok(lease),
            Self::Failed(error) => {
                *self = Self::Failed(error.clone());
                Err(error)
            }
            Self::Cancelled => Err(Arc::new(sqlx::Error::Protocol("a statement was canceled".to_owned()))),
        }
    }

    /// Keeps the connection for the next statement, or closes it after an error.
    fn put_back<T>(&mut self, lease: Lease, done: Result<T, sqlx::Error>) -> Result<T, Arc<sqlx::Error>> {
        match done {
            Ok(done) => {
                *self = Self::Open(lease);
                Ok(done)
            }
            Err(error) => {
                let error = Arc::new(error);
                *self = Self::Failed(error.clone());
                Err(error)
            }
        }
    }
}

impl Transaction {
    /// Acquires a connection from `pool` and executes `begin` on it.
    ///
    /// # Errors
    /// Errors of the database, also when no connection is free in time.
    pub(super) async fn begin(
        pool: &DatabaseConnection,
        engine: Engine,
        (pooler, lost): (Pooler, CancellationToken),
        begin: &str,
        counter: StatementCounter,
        write_health: Option<WriteHealth>,
    ) -> Result<Self, DbErr> {
        let acquired = lost.run_until_cancelled(Lease::acquire(pool, engine, pooler)).await;
        let mut lease = acquired.unwrap_or_else(|| Err(exec_error(Arc::new(server_lost()))))?;
        respond(&lost, lease.begin(begin)).await.map_err(|error| exec_error(Arc::new(error)))?;
        Ok(Self {
            engine,
            lost,
            pool: pool.clone(),
            state: Mutex::new(State::Open(lease)),
            counter,
            write_health,
            has_written: AtomicBool::new(false),
            permit: None,
        })
    }

    /// Makes it hold a permit until it ends.
    pub(super) fn holding(self, permit: OwnedSemaphorePermit) -> Self {
        Self { permit: Some(permit), ..self }
    }

    /// Commits. Canceling the caller does not interrupt the commit.
    ///
    /// # Errors
    /// The error of the commit or of an earlier statement; then nothing was written. An [unknown
    /// outcome](super::is_unknown_outcome) has an error of its own.
    pub async fn commit(self) -> Result<(), DbErr> {
        commit::run(self.commit_here()).await
    }

    /// [Commits](Self::commit) in the task of the caller.
    pub(super) async fn commit_here(self) -> Result<(), DbErr> {
        let Self { engine, pool, lost, state, write_health, has_written, permit: _permit, .. } = self;
        let mut lease = state.into_inner().take().map_err(exec_error)?;
        let written = write_health.as_ref().filter(|_| has_written.into_inner());
        match report_if_slow(respond(&lost, lease.end("COMMIT")), written).await {
            Ok(()) => {
                if let Some(health) = written {
                    health.record_success();
                }
                Ok(())
            }
            Err(error) => {
                let error = exec_error(Arc::new(error));
                if let Some(health) = write_health {
                    health.record_failure(&error);
                }
                let error = commit::settle_failure(&pool, engine, error).await;
                // SQLite's other writers have been waiting until now.
                drop(lease);
                Err(error)
            }
        }
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The error of the rollback or of an earlier statement; the transaction is rolled back anyway.
    pub async fn rollback(self) -> Result<(), DbErr> {
        let mut lease = self.state.into_inner().take().map_err(exec_error)?;
        respond(&self.lost, lease.end("ROLLBACK")).await.map_err(|error| exec_error(Arc::new(error)))
    }

    /// Inserts rows with `COPY`, which only PostgreSQL has.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn copy(&self, rows: CopyRows) -> Result<(), DbErr> {
        let (statement, text) = rows.into_parts();
        let mut state = self.state.lock().await;
        let mut lease = state.take().map_err(exec_error)?;
        let begin = Instant::now();
        let done = respond(&self.lost, lease.copy(&statement, text)).await;
        self.counter.count(&statement, begin.elapsed());
        let done = state.put_back(lease, done).map_err(exec_error);
        self.record_outcome(&statement, done.as_ref().map(|count| *count > 0));
        done.map(drop)
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut state = self.state.lock().await;
        let mut lease = state.take().map_err(query_error)?;
        let begin = Instant::now();
        let rows = respond(&self.lost, lease.rows(&statement.sql, values(statement.values))).await;
        self.counter.count(&statement.sql, begin.elapsed());
        let rows = state.put_back(lease, rows).map_err(query_error);
        self.record_outcome(&statement.sql, rows.as_ref().map(|rows| !rows.is_empty()));
        rows
    }

    /// Records whether a statement has written, or why it failed.
    fn record_outcome(&self, text: &str, outcome: Result<bool, &DbErr>) {
        match (outcome, &self.write_health) {
            (Ok(true), _) if WRITE_VERBS.iter().any(|verb| text.starts_with(verb)) => {
                self.has_written.store(true, Ordering::Relaxed);
            }
            (Err(error), Some(health)) => health.record_failure(error),
            _ => {}
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.engine.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut state = self.state.lock().await;
        let mut lease = state.take().map_err(exec_error)?;
        let begin = Instant::now();
        let done = respond(&self.lost, lease.execute(&statement.sql, values(statement.values))).await;
        self.counter.count(&statement.sql, begin.elapsed());
        let done = state.put_back(lease, done).map_err(exec_error);
        self.record_outcome(&statement.sql, done.as_ref().map(|done| done.rows_affected() > 0));
        done
    }

    async fn execute_unprepared(&self, text: &str) -> Result<ExecResult, DbErr> {
        let mut state = self.state.lock().await;
        let mut lease = state.take().map_err(exec_error)?;
        let done = respond(&self.lost, lease.run(text)).await;
        let done = state.put_back(lease, done).map_err(exec_error);
        self.record_outcome(text, done.as_ref().map(|_| false));
        done
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.rows(statement).await
    }
}

/// Waits for the response to a statement, until the server is given up.
async fn respond<T>(
    lost: &CancellationToken,
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    lost.run_until_cancelled(statement).await.unwrap_or_else(|| Err(server_lost()))
}

/// Waits for a commit, and reports one that takes long. It is not canceled, because a commit that waits for a standby is
/// already durable on the primary.
async fn report_if_slow<T>(commit: impl Future<Output = T>, health: Option<&WriteHealth>) -> T {
    let mut commit = pin!(commit);
    if let Ok(ended) = timeout(SLOW_COMMIT, &mut commit).await {
        return ended;
    }
    let _slow = health.map(WriteHealth::begin_slow_commit);
    commit.await
}

fn values(values: Option<sea_orm::Values>) -> Vec<Value> {
    values.map(|values| values.0).unwrap_or_default()
}

fn exec_error(error: Arc<sqlx::Error>) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error))
}

fn query_error(error: Arc<sqlx::Error>) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error))
}
