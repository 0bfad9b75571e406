//! Selects a server of PostgreSQL, at the start and after a failover, reads its state, and checks that its database can
//! store a catalog.

use std::io::ErrorKind;
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Row};
use tokio::time::timeout;

use super::url::{PostgresUrl, create_command, location};
use super::{Pooler, error_message};

/// A server that accepts connections.
pub struct SelectedServer {
    pub target: PgConnectOptions,
    /// The encoding of its database, as PostgreSQL names it: `UTF8`.
    pub encoding: String,
    /// The number of its timeline; 0 for a standby.
    timeline: i64,
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

/// How long each server has to answer while a new primary is sought.
const SELECTION_TIMEOUT: Duration = Duration::from_millis(1_500);

/// The state of a server that accepts connections.
#[derive(Clone, Copy, Debug)]
pub struct ServerState {
    /// Whether it rejects writes.
    pub is_read_only: bool,
    /// The number of its timeline, which a promotion increases. 0 for a standby.
    pub timeline: i64,
    /// The end of its write-ahead log, in bytes.
    pub log_position: i64,
}

/// The SQL expression of the position in the write-ahead log that a server has written, or a standby has applied, in
/// bytes.
pub const LOG_POSITION: &str = "CAST(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() \
                                ELSE pg_current_wal_lsn() END, '0/0') AS BIGINT)";

/// The SQL expression of the timeline of a server that accepts writes; 0 for a standby.
pub const TIMELINE: &str = "CASE WHEN pg_is_in_recovery() THEN 0 ELSE CAST(CAST('x' || \
                            substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS bit(32)) AS BIGINT) END";

/// A query that identifies a database among all databases of all running servers.
pub const DATABASE_IDENTITY: &str = "SELECT CAST(oid AS TEXT) || ' ' || CAST(pg_postmaster_start_time() AS TEXT) \
                                     FROM pg_database WHERE datname = current_database()";

/// The problem of a direct URL to another database than that of `database.url`.
pub const OTHER_DATABASE: &str = "it is a different database from that of database.url: correct the host or the name";

/// Opens a connection outside the pools.
pub async fn connect(target: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    target.clone().disable_statement_logging().connect().await
}

/// Returns the connection for probes; opens it if there is none.
pub async fn opened<'a>(
    connection: &'a mut Option<PgConnection>,
    target: &PgConnectOptions,
) -> Result<&'a mut PgConnection, sqlx::Error> {
    match connection {
        Some(open) => Ok(open),
        none => Ok(none.insert(connect(target).await?)),
    }
}

/// Reads the state of a server.
///
/// # Errors
/// Errors of the database.
pub async fn read_state(connection: &mut PgConnection) -> Result<ServerState, sqlx::Error> {
    let sql = format!(
        "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', {TIMELINE}, {LOG_POSITION}"
    );
    let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(connection).await?;
    Ok(ServerState {
        is_read_only: row.try_get(0)?,
        timeline: row.try_get(1)?,
        log_position: row.try_get::<Option<i64>, _>(2)?.unwrap_or_default(),
    })
}

/// Selects the server for writes after the former one failed: one that responds, accepts writes if the URL requires it,
/// and is not on an earlier timeline than `timeline`. `None` if there is none.
pub async fn select_primary(
    url: &PostgresUrl,
    pooler: Pooler,
    timeline: i64,
) -> Option<(PgConnectOptions, ServerState)> {
    let targets = url.targets().unwrap_or_default();
    let states = targets.into_iter().map(|target| async move {
        let target = pooler.target(target);
        let state = async {
            let mut connection = connect(&target).await?;
            let state = read_state(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(state)
        };
        let state = timeout(SELECTION_TIMEOUT, state).await.ok()?.ok()?;
        let is_primary = !state.is_read_only && state.timeline >= timeline;
        (is_primary || !url.is_writable_wanted).then_some((target, state))
    });
    // Two servers may accept writes: that of the later timeline is the new primary, and the first of equals is used.
    let usable = join_all(states).await.into_iter().flatten();
    usable.reduce(|first, next| if next.1.timeline > first.1.timeline { next } else { first })
}

/// Why a server is not used.
enum ServerError {
    /// The server does not respond, and the next one can be tried.
    Unreachable(String),
    /// The next server can be tried.
    TryNext(String),
    /// The server was reached and refuses the connection.
    Refused(String),
}

/// Tries the servers of a URL in order, as libpq does: a server that answers and refuses the connection ends the
/// search. If several accept writes, one is a former primary that was not isolated: the one on the latest timeline is
/// selected. `setting` has the URL, for messages.
///
/// # Errors
/// Returns the reason why no server can be used.
pub async fn select_server(url: &PostgresUrl, pooler: Pooler, setting: &str) -> Result<SelectedServer, String> {
    if let Some(reason) = error_message::root_certificate_problem(url) {
        return Err(reason);
    }
    let targets = url.targets().map_err(|error| error_message::describe_sqlx(&error))?;
    let is_one = targets.len() == 1;
    let mut reasons = Vec::new();
    let mut remedy = format!(": start the server, or correct its address in {setting}");
    for target in targets {
        let location = location(&target);
        let error = match attempt(url, pooler, setting, pooler.target(target)).await {
            Ok(server) if is_one => return Ok(server),
            Ok(server) => return Ok(on_latest_timeline(url, pooler, setting, server).await),
            Err(error) => error,
        };
        if !matches!(error, ServerError::Unreachable(_)) {
            remedy.clear();
        }
        let is_last = matches!(error, ServerError::Refused(_));
        let (ServerError::Unreachable(reason) | ServerError::TryNext(reason) | ServerError::Refused(reason)) = error;
        reasons.push(if is_one { reason } else { format!("{location}: {reason}") });
        if is_last {
            break;
        }
    }
    Err(reasons.join("; ") + &remedy)
}

/// Returns the server that accepts writes on the latest timeline: `first`, unless another one is on a later timeline.
async fn on_latest_timeline(url: &PostgresUrl, pooler: Pooler, setting: &str, first: SelectedServer) -> SelectedServer {
    match select_primary(url, pooler, first.timeline + 1).await {
        Some((target, _)) => attempt(url, pooler, setting, target).await.unwrap_or(first),
        None => first,
    }
}

async fn attempt(
    url: &PostgresUrl,
    pooler: Pooler,
    setting: &str,
    target: PgConnectOptions,
) -> Result<SelectedServer, ServerError> {
    let time = url.connect_timeout();
    let late = |_| ServerError::Unreachable(format!("no response within {} s", time.as_secs()));
    let (encoding, is_read_only, timeline) =
        timeout(time, read_settings(&target)).await.map_err(late)?.map_err(|error| {
            let reason = pooler.describe(&error, setting);
            match &error {
                // The server is starting or stopping.
                sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "57P03") => {
                    ServerError::TryNext(reason)
                }
                sqlx::Error::Database(_) => ServerError::Refused(reason),
                sqlx::Error::Io(error) if error.kind() != ErrorKind::InvalidData => ServerError::Unreachable(reason),
                _ => ServerError::TryNext(reason),
            }
        })?;
    if url.is_writable_wanted && is_read_only {
        return Err(ServerError::TryNext("it does not accept writes".to_owned()));
    }
    Ok(SelectedServer { target, encoding, timeline })
}

/// A pool would retry until its timeout and then report the timeout. A single connection reports the reason at once.
async fn read_settings(target: &PgConnectOptions) -> Result<(String, bool, i64), sqlx::Error> {
    let mut connection = connect(target).await?;
    let settings = format!(
        "SELECT current_setting('server_encoding'), current_setting('transaction_read_only') = 'on', {TIMELINE}"
    );
    let row = sqlx::raw_sql(AssertSqlSafe(settings)).fetch_one(&mut connection).await?;
    let settings = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    connection.close().await?;
    Ok(settings)
}
