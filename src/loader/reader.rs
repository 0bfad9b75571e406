//! The one small port through which all loaders reach the database.

use std::sync::Arc;

use sea_orm::DbErr;

use super::Scope;
use crate::db::{Database, Row, Sql};

/// A database failed to answer a read. Shared by all who waited for the same batch.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the database failed to answer")]
pub struct ReadError(#[source] pub Arc<DbErr>);

impl From<DbErr> for ReadError {
    fn from(error: DbErr) -> Self {
        Self(Arc::new(error))
    }
}

/// Reads the catalog as one caller may see it at one moment.
#[derive(Clone)]
pub struct Reader {
    database: Database,
    scope: Scope,
}

impl Reader {
    #[must_use]
    pub fn new(database: Database, scope: Scope) -> Self {
        Self { database, scope }
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
    /// When the database fails.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, ReadError> {
        Ok(self.database.rows(sql).await?)
    }
}
