//! The first connection to PostgreSQL: selects a server, and checks that its database can store a catalog.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};
use tokio::time::timeout;

use super::url::{PostgresUrl, create_command, location};
use super::{Pooler, error_message};

/// A server that accepts connections.
pub struct SelectedServer {
    pub target: PgConnectOptions,
    /// The encoding of its database, as PostgreSQL names it: `UTF8`.
    pub encoding: String,
}

impl SelectedServer {
    /// Checks that the encoding can represent every text.
    ///
    /// # Errors
    /// Names the encoding, and the command that creates another database.
    pub fn check_encoding(&self) -> Result<(), String> {
        if self.encoding == "UTF8" {
            return Ok(());
        }
        Err(format!(
            "its encoding is {}, but a catalog needs UTF8; create a database with: `{}`",
            self.encoding,
            create_command(&self.target)
        ))
    }
}

/// Why a server is not used.
enum ServerError {
    /// The next server can be tried.
    TryNext(String),
    /// The server was reached and refuses the connection.
    Refused(String),
}

/// Tries the servers of a URL in order, as libpq does: a server that answers and refuses the connection ends the
/// search.
///
/// # Errors
/// Returns the reason why no server can be used.
pub async fn select_server(url: &PostgresUrl, pooler: Pooler) -> Result<SelectedServer, String> {
    if let Some(reason) = error_message::root_certificate_problem(url) {
        return Err(reason);
    }
    let targets = url.targets().map_err(|error| error_message::describe_sqlx(&error))?;
    let is_one = targets.len() == 1;
    let mut reasons = Vec::new();
    for target in targets {
        let location = location(&target);
        let (reason, is_last) = match attempt(url, pooler, pooler.target(target)).await {
            Ok(server) => return Ok(server),
            Err(ServerError::TryNext(reason)) => (reason, false),
            Err(ServerError::Refused(reason)) => (reason, true),
        };
        reasons.push(if is_one { reason } else { format!("{location}: {reason}") });
        if is_last {
            break;
        }
    }
    Err(reasons.join("; "))
}

async fn attempt(url: &PostgresUrl, pooler: Pooler, target: PgConnectOptions) -> Result<SelectedServer, ServerError> {
    let time = url.connect_timeout();
    let late = |_| ServerError::TryNext(format!("no response within {} s", time.as_secs()));
    let (encoding, is_read_only) = timeout(time, read_settings(&target)).await.map_err(late)?.map_err(|error| {
        let reason = pooler.describe(&error);
        match &error {
            // The server is starting or stopping.
            sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "57P03") => {
                ServerError::TryNext(reason)
            }
            sqlx::Error::Database(_) => ServerError::Refused(reason),
            _ => ServerError::TryNext(reason),
        }
    })?;
    if url.is_writable_wanted && is_read_only {
        return Err(ServerError::TryNext("it does not accept writes".to_owned()));
    }
    Ok(SelectedServer { target, encoding })
}

/// A pool would retry until its timeout and then report the timeout. A single connection reports the reason at once.
async fn read_settings(target: &PgConnectOptions) -> Result<(String, bool), sqlx::Error> {
    let mut connection = target.clone().disable_statement_logging().connect().await?;
    let settings = "SELECT current_setting('server_encoding'), current_setting('transaction_read_only')";
    let row = sqlx::raw_sql(settings).fetch_one(&mut connection).await?;
    let (encoding, read_only): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    connection.close().await?;
    Ok((encoding, read_only == "on"))
}
