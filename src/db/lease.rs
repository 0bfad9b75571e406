//! Leases of pooled connections: a connection returns to its pool only when it is known to be idle.
//!
//! A connection whose transaction failed, or whose statement was canceled, is in a state that only the engine knows:
//! SQLite rolls back by itself when the disk is full, and PostgreSQL may still execute the statement. Closing the
//! connection is the only way to end its transaction in all of these states. The pool opens another one.

use std::sync::Arc;

use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr, ExecResult, QueryResult, RuntimeErr, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, IntoArguments, Pool, Postgres, Sqlite};

use super::{Engine, Value};

/// A leased connection of either engine.
pub enum Lease {
    Sqlite(Loan<Sqlite>),
    Postgres(Loan<Postgres>),
}

impl Lease {
    /// Acquires a connection from the pool of `engine`.
    ///
    /// # Errors
    /// When no connection is free in time, or none can be opened.
    pub async fn acquire(pool: &DatabaseConnection, engine: Engine) -> Result<Self, DbErr> {
        Ok(match engine {
            Engine::Sqlite => Self::Sqlite(Loan::new(acquire(pool.get_sqlite_connection_pool()).await?)),
            Engine::Postgres => Self::Postgres(Loan::new(acquire(pool.get_postgres_connection_pool()).await?)),
        })
    }

    /// Executes a prepared statement.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn execute(&mut self, text: &str, values: Vec<Value>) -> Result<ExecResult, sqlx::Error> {
        match self {
            Self::Sqlite(loan) => loan.execute(text, values).await,
            Self::Postgres(loan) => loan.execute(text, values).await,
        }
    }

    /// Executes a prepared statement and returns its rows.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn rows(&mut self, text: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, sqlx::Error> {
        match self {
            Self::Sqlite(loan) => loan.rows(text, values).await,
            Self::Postgres(loan) => loan.rows(text, values).await,
        }
    }

    /// Executes statements without values, separated by semicolons.
    ///
    /// # Errors
    /// The error of the first statement that fails.
    pub async fn run(&mut self, text: &str) -> Result<ExecResult, sqlx::Error> {
        match self {
            Self::Sqlite(loan) => loan.run(text).await,
            Self::Postgres(loan) => loan.run(text).await,
        }
    }

    /// Returns the connection to its pool. No transaction is open on it.
    pub fn release(mut self) {
        match &mut self {
            Self::Sqlite(loan) => loan.is_idle = true,
            Self::Postgres(loan) => loan.is_idle = true,
        }
    }
}

/// Returns whether a pool has fewer connections than it may have, so that a timeout means that none could be opened.
pub fn can_grow(pool: &DatabaseConnection, engine: Engine) -> bool {
    fn of<DB: sqlx::Database>(pool: &Pool<DB>) -> bool {
        pool.size() < pool.options().get_max_connections()
    }
    match engine {
        Engine::Sqlite => of(pool.get_sqlite_connection_pool()),
        Engine::Postgres => of(pool.get_postgres_connection_pool()),
    }
}

/// Acquires a connection from a pool.
///
/// # Errors
/// When no connection is free in time, or none can be opened.
pub async fn acquire<DB: sqlx::Database>(pool: &Pool<DB>) -> Result<PoolConnection<DB>, DbErr> {
    pool.acquire().await.map_err(|error| match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
    })
}

/// A leased connection of one engine.
pub struct Loan<DB: sqlx::Database> {
    connection: PoolConnection<DB>,
    is_idle: bool,
}

impl<DB: sqlx::Database> Drop for Loan<DB> {
    fn drop(&mut self) {
        if !self.is_idle {
            self.connection.close_on_drop();
        }
    }
}

impl<DB: sqlx::Database> Loan<DB> {
    /// The future of the first statement can be dropped, so the connection is not idle.
    fn new(connection: PoolConnection<DB>) -> Self {
        Self { connection, is_idle: false }
    }

    async fn execute(&mut self, text: &str, values: Vec<Value>) -> Result<ExecResult, sqlx::Error>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        ExecResult: From<DB::QueryResult>,
    {
        let query = sqlx::query_with(AssertSqlSafe(text), SqlxValues(Values(values)));
        query.execute(&mut *self.connection).await.map(ExecResult::from)
    }

    async fn rows(&mut self, text: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, sqlx::Error>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        QueryResult: From<DB::Row>,
    {
        rows(&mut self.connection, text, values).await
    }

    async fn run(&mut self, text: &str) -> Result<ExecResult, sqlx::Error>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        ExecResult: From<DB::QueryResult>,
    {
        (&mut *self.connection).execute(AssertSqlSafe(text)).await.map(ExecResult::from)
    }
}

/// Executes a prepared statement on a connection and returns its rows.
///
/// # Errors
/// Errors of the database.
pub async fn rows<DB: sqlx::Database>(
    connection: &mut PoolConnection<DB>,
    text: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, sqlx::Error>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
{
    let query = sqlx::query_with(AssertSqlSafe(text), SqlxValues(Values(values)));
    let rows = query.fetch_all(&mut **connection).await?;
    Ok(rows.into_iter().map(QueryResult::from).collect())
}
