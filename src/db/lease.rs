//! Leases of pooled connections: a connection returns to its pool only when it is known to be idle.
//!
//! A connection whose transaction failed, or whose statement was canceled, is in a state that only the engine knows:
//! SQLite rolls back by itself when the disk is full, and PostgreSQL may still execute the statement. Closing the
//! connection is the only way to end its transaction in all of these states. The pool opens another one.

use std::sync::Arc;

use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr, ExecResult, QueryResult, RuntimeErr, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::database::HasStatementCache;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Executor, IntoArguments, Pool, Postgres, Sqlite};

use super::{Engine, Pooler, Value};

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
    pub async fn acquire(pool: &DatabaseConnection, engine: Engine, pooler: Pooler) -> Result<Self, DbErr> {
        Ok(match engine {
            Engine::Sqlite => Self::Sqlite(Loan::acquire(pool.get_sqlite_connection_pool(), pooler).await?),
            Engine::Postgres => Self::Postgres(Loan::acquire(pool.get_postgres_connection_pool(), pooler).await?),
        })
    }

    /// Begins a transaction. Unless it [ends](Self::end), the connection is closed.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn begin(&mut self, text: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(loan) => loan.begin(text).await,
            Self::Postgres(loan) => loan.begin(text).await,
        }
    }

    /// Ends the transaction.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn end(&mut self, text: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(loan) => loan.end(text).await,
            Self::Postgres(loan) => loan.end(text).await,
        }
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

    /// Executes a `COPY … FROM STDIN` with its data, and returns the number of rows.
    ///
    /// # Errors
    /// Errors of the database. SQLite has no `COPY`.
    pub async fn copy(&mut self, statement: &str, data: String) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite(_) => Err(sqlx::Error::Protocol("SQLite has no COPY".to_owned())),
            Self::Postgres(loan) => {
                let mut copy = loan.connection.copy_in_raw(statement).await?;
                copy.send(data.into_bytes()).await?;
                copy.finish().await
            }
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

/// A leased connection of one engine. It returns to its pool, or is closed if a transaction is open on it.
pub struct Loan<DB: sqlx::Database> {
    connection: PoolConnection<DB>,
    pooler: Pooler,
    is_in_transaction: bool,
}

impl<DB: sqlx::Database> Drop for Loan<DB> {
    fn drop(&mut self) {
        if self.is_in_transaction {
            self.connection.close_on_drop();
        }
    }
}

impl<DB: sqlx::Database> Loan<DB> {
    /// Acquires a connection from a pool.
    ///
    /// # Errors
    /// When no connection is free in time, or none can be opened.
    pub async fn acquire(pool: &Pool<DB>, pooler: Pooler) -> Result<Self, DbErr> {
        let connection = pool.acquire().await.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
        })?;
        Ok(Self { connection, pooler, is_in_transaction: false })
    }
}

impl<DB: sqlx::Database + HasStatementCache> Loan<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    ExecResult: From<DB::QueryResult>,
    QueryResult: From<DB::Row>,
{
    /// Begins a transaction. Unless it [ends](Self::end), the connection is closed.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn begin(&mut self, text: &str) -> Result<(), sqlx::Error> {
        // The future can be dropped after the statement was sent.
        self.is_in_transaction = true;
        self.run(text).await.map(drop)
    }

    /// Ends the transaction.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn end(&mut self, text: &str) -> Result<(), sqlx::Error> {
        self.run(text).await?;
        self.is_in_transaction = false;
        Ok(())
    }

    /// Executes a prepared statement and returns its rows.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn rows(&mut self, text: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, sqlx::Error> {
        let rows = self.prepare(text, values)?.fetch_all(&mut *self.connection).await?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    async fn execute(&mut self, text: &str, values: Vec<Value>) -> Result<ExecResult, sqlx::Error> {
        self.prepare(text, values)?.execute(&mut *self.connection).await.map(ExecResult::from)
    }

    async fn run(&mut self, text: &str) -> Result<ExecResult, sqlx::Error> {
        (&mut *self.connection).execute(AssertSqlSafe(text)).await.map(ExecResult::from)
    }

    /// Creates a statement, which is prepared under a name and cached, except behind a pooler: sqlx prepares a statement
    /// and executes it in two steps, between which a pooler can switch to another server connection, with another
    /// statement. So a statement without a transaction is rejected there.
    fn prepare<'q>(&self, text: &'q str, values: Vec<Value>) -> Result<Query<'q, DB, SqlxValues>, sqlx::Error> {
        let is_cached = self.pooler == Pooler::None;
        if !is_cached && !self.is_in_transaction {
            return Err(sqlx::Error::Protocol("a statement behind a pooler needs a transaction".to_owned()));
        }
        Ok(sqlx::query_with(AssertSqlSafe(text), SqlxValues(Values(values))).persistent(is_cached))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::SqlitePool;

    use super::*;

    #[tokio::test]
    async fn statements_behind_a_pooler_need_a_transaction() {
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("memory can be opened");
        let mut loan = Loan::acquire(&pool, Pooler::Transaction).await.expect("a connection is free");
        assert!(matches!(loan.rows("SELECT 1", Vec::new()).await, Err(sqlx::Error::Protocol(_))));
        assert!(matches!(loan.execute("SELECT 1", Vec::new()).await, Err(sqlx::Error::Protocol(_))));
        loan.begin("BEGIN").await.expect("nothing is open");
        assert_eq!(loan.rows("SELECT 1", Vec::new()).await.expect("it is read").len(), 1);
        loan.end("COMMIT").await.expect("a transaction is open");
        assert!(loan.rows("SELECT 1", Vec::new()).await.is_err());
    }
}
