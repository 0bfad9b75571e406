//! Access to the database for all loaders.

use std::sync::Arc;

use sea_orm::DbErr;
use tokio::sync::Semaphore;

use super::Scope;
use crate::db::{Database, Row, Sql, describe_error, is_transient, is_unknown_outcome};
use crate::request_context;

/// The maximum number of concurrent statements of a request, so that one request cannot use all connections.
const MAX_IN_FLIGHT: usize = 4;

/// A failed read. All requests that waited for the same batch get it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the database query failed")]
    Database(#[source] Arc<DbErr>),
    #[error("the search index query failed")]
    Index(#[source] Arc<search_index::Error>),
}

impl ReadError {
    /// The request has reached its limit of statements.
    #[must_use]
    pub(super) fn statement_limit_exceeded() -> Self {
        Self::from(DbErr::Custom("the request has reached its limit of SQL statements".to_owned()))
    }

    /// Returns whether the failure is temporary, so that a retry can succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if is_transient(error))
    }

    /// Returns the reason for the log. An error other than a known failure of the database is logged in full.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Database(error) if self.is_transient() => describe_error(error),
            Self::Database(error) => error.to_string(),
            Self::Index(error) => error.to_string(),
        }
    }

    /// Returns whether a commit failed that may have taken effect.
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

/// Reads the catalog for one caller at one time.
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

    /// Removes the limit on the number of statements, so that the result of a mutation can always be read.
    #[must_use]
    pub fn unbounded(self) -> Self {
        Self { is_bounded: false, ..self }
    }

    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns the database as this reader reads it, perhaps from a replica.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Returns a reader that never reads from a replica.
    #[must_use]
    pub(super) fn on_primary(&self) -> Self {
        Self { database: self.database.strictly_primary(), ..self.clone() }
    }

    /// Creates a statement that begins with `text`.
    #[must_use]
    pub fn sql(&self, text: &str) -> Sql {
        Sql::new(self.database.engine(), text)
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// Database errors, and when the request has reached its limit of statements.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, ReadError> {
        self.consume_statement()?;
        let permit = self.in_flight.acquire().await;
        let rows = self.database.rows(sql).await;
        drop(permit);
        Ok(rows?)
    }

    /// Runs a [short](Database::query_short) statement.
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

    /// Records that the feed was read up to a position, so that no earlier snapshot counts as current from then on.
    pub(super) fn record_read_position(&self, position: i64) {
        self.database.notifier().record_read_position(position);
    }

    fn consume_statement(&self) -> Result<(), ReadError> {
        let is_spent =
            self.is_bounded && request_context::current().is_some_and(|request| !request.consume_statement());
        if is_spent { Err(ReadError::statement_limit_exceeded()) } else { Ok(()) }
    }
}
