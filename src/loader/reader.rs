//! The one small port through which all loaders reach the database.

use std::sync::Arc;

use sea_orm::DbErr;
use tokio::sync::Semaphore;

use super::Scope;
use crate::db::{Database, Row, Sql, is_transient, is_unknown_outcome};
use crate::request;

/// How many statements one request has in flight at once: with more, one request could take every connection there is.
const MAX_IN_FLIGHT: usize = 4;

/// A read failed. Shared by all who waited for the same batch.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the database failed to answer")]
    Database(#[source] Arc<DbErr>),
    #[error("the search index failed to answer")]
    Index(#[source] Arc<search_index::Error>),
}

impl ReadError {
    /// The request may send no more statements.
    #[must_use]
    pub(super) fn statement_limit_exceeded() -> Self {
        Self::from(DbErr::Custom("the request may send no more statements".to_owned()))
    }

    /// Whether the database just cannot answer, and may a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if is_transient(error))
    }

    /// Whether a commit failed that may have taken place all the same.
    #[must_use]
    pub fn is_unknown_outcome(&self) -> bool {
        matches!(self, Self::Database(error) if is_unknown_outcome(error))
    }
}

impl From<DbErr> for ReadError {
    fn from(error: DbErr) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<search_index::Error> for ReadError {
    fn from(error: search_index::Error) -> Self {
        Self::Index(Arc::new(error))
    }
}

/// Reads the catalog as one caller may see it at one moment.
#[derive(Clone)]
pub struct Reader {
    database: Database,
    scope: Scope,
    in_flight: Arc<Semaphore>,
    is_bounded: bool,
}

impl Reader {
    #[must_use]
    pub fn new(database: Database, scope: Scope) -> Self {
        Self { database, scope, in_flight: Arc::new(Semaphore::new(MAX_IN_FLIGHT)), is_bounded: true }
    }

    /// The same, however many statements it takes: what was written is told.
    #[must_use]
    pub fn unbounded(self) -> Self {
        Self { is_bounded: false, ..self }
    }

    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// A statement that begins with `text`.
    #[must_use]
    pub fn sql(&self, text: &str) -> Sql {
        Sql::new(self.database.engine(), text)
    }

    /// Sends one statement.
    ///
    /// # Errors
    /// When the database fails, or the request has sent as many statements as it may.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, ReadError> {
        self.consume_statement()?;
        let permit = self.in_flight.acquire().await;
        let rows = self.database.rows(sql).await;
        drop(permit);
        Ok(rows?)
    }

    /// Sends one that is [short by its nature](Database::query_short).
    ///
    /// # Errors
    /// As [`Self::rows`].
    pub async fn query_short(&self, sql: Sql) -> Result<Vec<Row>, ReadError> {
        self.consume_statement()?;
        let permit = self.in_flight.acquire().await;
        let rows = self.database.query_short(sql).await;
        drop(permit);
        Ok(rows?)
    }

    /// Records that the feed was read up to a place, so that no older state counts as current from then on.
    pub(super) fn record_read_position(&self, position: i64) {
        self.database.notifier().record_read_position(position);
    }

    fn consume_statement(&self) -> Result<(), ReadError> {
        let is_spent = self.is_bounded && request::current().is_some_and(|request| !request.spend());
        if is_spent { Err(ReadError::statement_limit_exceeded()) } else { Ok(()) }
    }
}
