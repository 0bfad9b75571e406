//! Receives the notifications of other servers about their commits.

use std::convert::Infallible;
use std::mem::replace;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::time::sleep;

use super::notifier::{CHANNEL, retry_pause};
use super::options::DIRECT_URL;
use super::server_selection::select_server;
use super::url::Kind;
use super::{CatalogVersion, Database, Engine, Pooler, error_message};

impl Database {
    /// Forwards the notifications of other processes for as long as the future is polled. PostgreSQL only, and not
    /// through a pooler.
    pub async fn listen_forever(&self) -> Infallible {
        if self.engine == Engine::Sqlite || (self.pooler == Pooler::Transaction && self.direct_url.is_none()) {
            return std::future::pending().await;
        }
        let mut is_logged = self.direct_url.is_none();
        loop {
            let Err(reason) = self.listen().await;
            if replace(&mut is_logged, true) {
                tracing::debug!(reason, "LISTEN connection lost, falling back to polling");
            } else {
                tracing::warn!(reason, "LISTEN through database.direct-url failed, falling back to polling");
            }
            sleep(retry_pause()).await;
        }
    }

    /// Listens until the connection is lost.
    ///
    /// # Errors
    /// Returns the reason.
    async fn listen(&self) -> Result<Infallible, String> {
        // Taken first: if the pools are replaced meanwhile, the connection may be to the former server.
        let lost = self.primary.pools().readers.lost.clone();
        let listening = lost.run_until_cancelled(self.listen_until_lost());
        listening.await.unwrap_or_else(|| Err("the server does not respond".to_owned()))
    }

    async fn listen_until_lost(&self) -> Result<Infallible, String> {
        let failed = |error| error_message::describe_sqlx(&error);
        // A separate connection: it is in use for as long as the server runs, so it must not be one of the read pool.
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(self.listen_target().await?);
        let mut listener = PgListener::connect_with(&own).await.map_err(failed)?;
        listener.listen(CHANNEL).await.map_err(failed)?;
        loop {
            let Some(notification) = listener.try_recv().await.map_err(failed)? else {
                // After a reconnect: notifications in between were lost.
                self.notifier.notify();
                continue;
            };
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
