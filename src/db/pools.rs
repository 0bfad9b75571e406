//! The connection pools of one PostgreSQL server, or of a SQLite file.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::read_pool::ReadPool;
use super::{Row, Value};

/// How long abandoned pools have to close their connections.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The connections that read.
pub struct Readers {
    /// For reads in transactions.
    pub connection: DatabaseConnection,
    /// For single statements, on connections of the same pool.
    pub statements: ReadPool,
    /// Canceled when the server no longer responds, or another one replaces it: statements that wait for it fail.
    pub lost: CancellationToken,
}

impl Readers {
    /// Runs a statement.
    ///
    /// # Errors
    /// Errors of the database, also when no connection is free in time.
    pub async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, DbErr> {
        let rows = self.lost.run_until_cancelled(self.statements.rows(text, values)).await;
        rows.unwrap_or_else(|| Err(DbErr::Query(RuntimeErr::SqlxError(Arc::new(server_lost())))))
    }

    /// Makes all statements fail, and closes the connections in the background.
    pub fn abandon(self: Arc<Self>) {
        self.lost.cancel();
        self.statements.close();
        // A connection to a server that does not respond cannot be closed in an orderly way.
        tokio::spawn(async move { timeout(CLOSE_TIMEOUT, self.connection.clone().close()).await });
    }
}

/// The connections of a server that accepts writes, or of a file.
pub struct Pools {
    pub readers: Arc<Readers>,
    pub write: DatabaseConnection,
}

impl Pools {
    /// Makes all statements fail, and closes the connections in the background.
    pub fn abandon(&self) {
        self.readers.clone().abandon();
        let write = self.write.clone();
        tokio::spawn(async move { timeout(CLOSE_TIMEOUT, write.close()).await });
    }
}

/// The server of a statement no longer responds, or was replaced.
#[derive(Debug, thiserror::Error)]
#[error("the database server does not respond")]
pub struct ServerLost;

/// Returns the error of a statement whose server was given up. It counts as a lost connection.
pub fn server_lost() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, ServerLost))
}
