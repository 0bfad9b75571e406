//! Receives the notifications of other servers about their commits.

use std::convert::Infallible;
use std::future::Future;
use std::mem::replace;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor, Row};
use tokio::time::{sleep, timeout};

use super::notifier::{CHANNEL, retry_pause};
use super::options::DIRECT_URL;
use super::server_selection::{DATABASE_IDENTITY, OTHER_DATABASE, select_server};
use super::url::Kind;
use super::{CatalogVersion, Database, Engine, Pooler, Sql, error_message};

/// How long the connection can be idle before a `LISTEN` checks it. The network can drop all packets without an error, and
/// some firewalls do so when a connection has been idle for minutes.
const MAX_IDLE_TIME: Duration = Duration::from_secs(5);
/// The timeout for opening the connection and for each statement on it.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(3);

impl Database {
    /// Forwards the notifications of other processes for as long as the future is polled. PostgreSQL only, and not
    /// through a pooler.
    pub async fn listen_forever(&self) -> Infallible {
        if self.engine == Engine::Sqlite || (self.pooler == Pooler::Transaction && self.direct_url.is_none()) {
            return std::future::pending().await;
        }
        let mut is_failing = false;
        loop {
            let Err(reason) = self.listen(&mut is_failing).await;
            let Some(reason) = reason else {
                // Nothing replaces pools that are closed.
                if self.is_lost() {
                    return std::future::pending().await;
                }
                continue;
            };
            // Without a direct URL, `LISTEN` uses the primary, whose failures are logged elsewhere.
            if !replace(&mut is_failing, true) && self.direct_url.is_some() {
                tracing::warn!(reason, "LISTEN through database.direct-url failed, falling back to polling");
            } else {
                tracing::debug!(reason, "LISTEN failed, falling back to polling");
            }
            sleep(retry_pause()).await;
        }
    }

    /// Listens until the connection is lost.
    ///
    /// # Errors
    /// Returns the reason; `None` if the pools were replaced, so that the connection may be to the former server.
    async fn listen(&self, is_failing: &mut bool) -> Result<Infallible, Option<String>> {
        // Taken before the connection is opened.
        let lost = self.primary.pools().readers.lost.clone();
        match lost.run_until_cancelled(Box::pin(self.listen_until_lost(is_failing))).await {
            Some(Err(reason)) => Err(Some(reason)),
            Some(Ok(never)) => Ok(never),
            None => Err(None),
        }
    }

    async fn listen_until_lost(&self, is_failing: &mut bool) -> Result<Infallible, String> {
        // A separate connection: it is in use for as long as the server runs, so it must not be one of the read pool.
        let target = self.listen_target().await?.disable_statement_logging();
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(target);
        let mut listener = with_timeout(PgListener::connect_with(&own)).await?;
        listener.eager_reconnect(false);
        let listen = format!("LISTEN {CHANNEL}");
        with_timeout(listener.execute(AssertSqlSafe(listen.clone()))).await?;
        if self.direct_url.is_some() {
            self.check_same_database(&mut listener).await?;
        }
        if replace(is_failing, false) {
            // Earlier notifications were lost.
            self.notifier.notify();
            if self.direct_url.is_some() {
                tracing::info!("LISTEN through database.direct-url succeeded");
            }
        }
        loop {
            let Ok(received) = timeout(MAX_IDLE_TIME, listener.try_recv()).await else {
                // A repeated `LISTEN` has no effect: this only checks the connection.
                with_timeout(listener.execute(AssertSqlSafe(listen.clone()))).await?;
                continue;
            };
            let received = received.map_err(|error| error_message::describe_sqlx(&error))?;
            let notification = received.ok_or_else(|| "the server closed the connection".to_owned())?;
            let (name, version) = notification.payload().split_once(' ').unwrap_or_default();
            // Our own commit has already notified.
            if name != self.notifier.name() {
                self.record_notified(version);
                self.notifier.notify();
            }
        }
    }

    /// Checks that the direct URL leads to the database of the pools. Otherwise no notification would arrive.
    async fn check_same_database(&self, listener: &mut PgListener) -> Result<(), String> {
        let direct = with_timeout(sqlx::raw_sql(DATABASE_IDENTITY).fetch_one(listener)).await?;
        let direct: String = direct.try_get(0).map_err(|error| error_message::describe_sqlx(&error))?;
        let rows = self.strictly_primary().rows(Sql::new(Engine::Postgres, DATABASE_IDENTITY)).await;
        let pooled = rows.and_then(|rows| rows.first().map(|row| row.columns().read_next::<String>()).transpose());
        let pooled = pooled.map_err(|error| error_message::describe(&error))?;
        if pooled.is_none_or(|pooled| pooled == direct) { Ok(()) } else { Err(OTHER_DATABASE.to_owned()) }
    }

    /// Records the version that another server committed, unless it belongs to a former epoch.
    fn record_notified(&self, version: &str) {
        let version: Option<CatalogVersion> = version.parse().ok();
        let present = self.notifier.primary_version();
        if let (Some(version), Some(present)) = (version, present)
            && version.epoch == present.epoch
        {
            self.notifier.record_position_of_primary(version.position);
        }
    }

    async fn listen_target(&self) -> Result<PgConnectOptions, String> {
        match &self.direct_url {
            Some(url) => match &url.0 {
                Kind::Postgres(url) => Ok(select_server(url, Pooler::None, DIRECT_URL).await?.target),
                Kind::SqliteFile(_) | Kind::SqliteMemory(_) => Err("it is not a PostgreSQL URL".to_owned()),
            },
            None => Ok((*self.writer().get_postgres_connection_pool().connect_options()).clone()),
        }
    }
}

/// Awaits a response for at most [`LISTEN_TIMEOUT`].
///
/// # Errors
/// Returns the reason if the statement fails, or if it times out.
async fn with_timeout<T>(response: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, String> {
    match timeout(LISTEN_TIMEOUT, response).await {
        Ok(response) => response.map_err(|error| error_message::describe_sqlx(&error)),
        Err(_) => Err(format!("no response within {LISTEN_TIMEOUT:?}")),
    }
}
