//! The first connection to PostgreSQL: which of the servers is used, and whether its database can hold a catalog.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};
use tokio::time::timeout;

use super::reason;
use super::url::{PostgresUrl, create_command, place};

/// A server that answers.
pub struct Reached {
    pub target: PgConnectOptions,
    /// How its database writes text, as PostgreSQL calls it: `UTF8`.
    pub encoding: String,
}

impl Reached {
    /// What is wrong with the encoding, if it cannot hold every text.
    ///
    /// # Errors
    /// The encoding, and the command that creates another database.
    pub fn check_encoding(&self) -> Result<(), String> {
        if self.encoding == "UTF8" {
            return Ok(());
        }
        Err(format!(
            "its encoding is {}, and a catalog needs UTF8, which is chosen when a database is created: `{}`",
            self.encoding,
            create_command(&self.target)
        ))
    }
}

/// Why a server is not used.
enum Failure {
    /// The next one may do.
    Next(String),
    /// It was reached, and refuses us.
    Last(String),
}

/// Tries the servers that a URL names, in their order, as libpq does: one that answers and refuses us ends the search.
///
/// # Errors
/// Why none of them is used.
pub async fn reach(url: &PostgresUrl) -> Result<Reached, String> {
    if let Some(reason) = reason::root_certificates(url) {
        return Err(reason);
    }
    let targets = url.targets().map_err(|error| reason::unconnected(&error))?;
    let is_one = targets.len() == 1;
    let mut reasons = Vec::new();
    for target in targets {
        let place = place(&target);
        let (reason, is_last) = match attempt(url, target).await {
            Ok(reached) => return Ok(reached),
            Err(Failure::Next(reason)) => (reason, false),
            Err(Failure::Last(reason)) => (reason, true),
        };
        reasons.push(if is_one { reason } else { format!("{place}: {reason}") });
        if is_last {
            break;
        }
    }
    Err(reasons.join("; "))
}

async fn attempt(url: &PostgresUrl, target: PgConnectOptions) -> Result<Reached, Failure> {
    let time = url.connect_timeout();
    let late = |_| Failure::Next(format!("it does not answer within {} s", time.as_secs()));
    let (encoding, is_read_only) = timeout(time, ask(&target)).await.map_err(late)?.map_err(|error| {
        let reason = reason::unconnected(&error);
        match &error {
            // It is starting or stopping.
            sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "57P03") => Failure::Next(reason),
            sqlx::Error::Database(_) => Failure::Last(reason),
            _ => Failure::Next(reason),
        }
    })?;
    if url.is_writable_wanted && is_read_only {
        return Err(Failure::Next("it takes no writes".to_owned()));
    }
    Ok(Reached { target, encoding })
}

/// A pool would try until its time is up and then speak of its time. One plain connection tells the reason at once.
async fn ask(target: &PgConnectOptions) -> Result<(String, bool), sqlx::Error> {
    let mut connection = target.clone().disable_statement_logging().connect().await?;
    let settings = "SELECT current_setting('server_encoding'), current_setting('transaction_read_only')";
    let row = sqlx::raw_sql(settings).fetch_one(&mut connection).await?;
    let (encoding, read_only): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    connection.close().await?;
    Ok((encoding, read_only == "on"))
}
