//! Receives the notifications of other servers about their commits.

use std::convert::Infallible;
use std::future::Future;
use std::mem::replace;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor};
use tokio::time::{sleep, timeout};

use super::notifier::{CHANNEL, retry_pause};
use super::options::DIRECT_URL;
use super::pools::ServerLost;
use super::server_selection::select_server;
use super::url::Kind;
use super::{CatalogVersion, Database, Engine, Pooler, error_message};

/// How long the connection may be silent before a statement checks it. The network can drop all packets without a
/// message, and some firewalls do so when a connection was idle for minutes.
const MAX_SILENCE: Duration = Duration::from_secs(5);
/// How long a connection, and the response to that statement, can take.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(3);

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
            // Without a URL of its own, it fails with the primary, which is logged elsewhere.
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
    /// Returns the reason.
    async fn listen(&self, is_failing: &mut bool) -> Result<Infallible, String> {
        // Taken first: if the pools are replaced meanwhile, the connection may be to the former server.
        let lost = self.primary.pools().readers.lost.clone();
        let listening = lost.run_until_cancelled(Box::pin(self.listen_until_lost(is_failing)));
        listening.await.unwrap_or_else(|| Err(ServerLost.to_string()))
    }

    async fn listen_until_lost(&self, is_failing: &mut bool) -> Result<Infallible, String> {
        // A separate connection: it is in use for as long as the server runs, so it must not be one of the read pool.
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(self.listen_target().await?);
        let mut listener = in_time(PgListener::connect_with(&own)).await?;
        listener.eager_reconnect(false);
        let listen = format!("LISTEN {CHANNEL}");
        in_time(listener.execute(AssertSqlSafe(listen.clone()))).await?;
        if replace(is_failing, false) {
            // Earlier notifications were lost.
            self.notifier.notify();
            if self.direct_url.is_some() {
                tracing::info!("LISTEN through database.direct-url works again");
            }
        }
        loop {
            let Ok(received) = timeout(MAX_SILENCE, listener.try_recv()).await else {
                // It has no further effect.
                in_time(listener.execute(AssertSqlSafe(listen.clone()))).await?;
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

/// Waits for a response.
///
/// # Errors
/// Returns the reason if there is none in time.
async fn in_time<T>(response: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, String> {
    match timeout(RESPONSE_TIMEOUT, response).await {
        Ok(response) => response.map_err(|error| error_message::describe_sqlx(&error)),
        Err(_) => Err(ServerLost.to_string()),
    }
}
