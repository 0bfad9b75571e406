//! Assembles the parts of a server, for `serve` and for the tests.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::auth::Authenticator;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{self, Database, SchemaState};
use crate::edge::Purger;
use crate::graphql::{BaseUrl, GraphQlService, GraphQlSettings};
use crate::rng::RngSource;
use crate::telemetry::Traces;

/// The parts of a running server. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    pub graphql: GraphQlService,
    pub authenticator: Arc<Authenticator>,
    pub settings: Arc<Settings>,
    /// Exports traces, if an endpoint is configured.
    pub traces: Option<Arc<Traces>>,
    /// Purges the edge, if that is configured.
    pub purger: Option<Arc<Purger>>,
    /// Listens for the writes of other servers, and probes the servers of the database, as long as a clone exists.
    #[expect(dead_code, reason = "it runs for as long as it is held")]
    listener: Arc<JoinSet<Infallible>>,
}

/// Whether the server can answer requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// The schema of the database is older than this server.
    MigrationsPending,
    /// The schema of the database is newer than this server.
    SchemaTooNew,
    /// The database does not respond.
    Unreachable,
}

/// How long the database can take to respond to a readiness probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

impl App {
    /// Probes the database. While the primary does not respond, a replica that has everything that this server has
    /// shown makes the server ready.
    pub async fn readiness(&self) -> Readiness {
        if !self.database.is_primary_available() && self.database.has_substitute() {
            return Readiness::Ready;
        }
        match timeout(PROBE_TIMEOUT, self.database.schema_state()).await {
            Ok(Ok(SchemaState::Current)) => Readiness::Ready,
            Ok(Ok(SchemaState::PendingMigrations(_))) => Readiness::MigrationsPending,
            Ok(Err(error)) if db::is_schema_too_new(&error) => Readiness::SchemaTooNew,
            Ok(Err(_)) | Err(_) if self.database.has_substitute() => Readiness::Ready,
            Ok(Err(_)) | Err(_) => Readiness::Unreachable,
        }
    }

    /// Returns whether writes succeed. If the last one failed for a persistent reason, tries to write: a load balancer
    /// that follows `/readyz/writes` sends no other write.
    pub async fn writes_work(&self) -> bool {
        if !self.database.is_primary_available() {
            return false;
        }
        if self.database.write_health().are_failing() {
            // The outcome is recorded like that of every write.
            let _ = timeout(PROBE_TIMEOUT, self.database.probe_writes()).await;
        }
        !self.database.write_health().are_failing()
    }

    /// # Panics
    /// Panics outside a Tokio runtime.
    #[must_use]
    pub fn new(database: Database, clock: Clock, settings: Settings) -> Self {
        Self::with_rng(database, clock, RngSource::system(), settings)
    }

    /// Creates the parts with a source of randomness that a test can repeat.
    ///
    /// # Panics
    /// Panics outside a Tokio runtime.
    #[must_use]
    pub fn with_rng(database: Database, clock: Clock, rng: RngSource, settings: Settings) -> Self {
        let authenticator =
            Arc::new(Authenticator::new(database.strictly_primary(), clock.clone(), settings.auth.jwt.clone()));
        let graphql_settings = GraphQlSettings {
            base_url: settings.server.public_url.as_ref().map(BaseUrl::from),
            subscription_buffer: settings.subscriptions.buffer,
            schema: settings.federation.schema,
            limits: settings.limits,
            introspection: settings.documents.introspection,
            trusted_documents: settings.documents.trusted_documents.clone(),
            trusted_documents_only: settings.documents.trusted_documents_only,
            object_cache_size: settings.cache.objects,
            search_timeout: settings.search.wait,
        };
        let graphql = GraphQlService::new(database.clone(), clock, rng, graphql_settings);
        let mut listener = JoinSet::new();
        let (notifier, watcher) = (database.clone(), database.clone());
        listener.spawn(async move { notifier.listen_forever().await });
        listener.spawn(async move { watcher.watch_servers_forever().await });
        let (settings, listener) = (Arc::new(settings), Arc::new(listener));
        Self { database, graphql, authenticator, settings, traces: None, purger: None, listener }
    }

    /// Adds an exporter for the traces of requests.
    #[must_use]
    pub fn with_tracing(self, traces: Option<Arc<Traces>>) -> Self {
        Self { traces, ..self }
    }

    /// Adds a purger, whose statistics become metrics.
    #[must_use]
    pub fn with_purger(self, purger: Option<Arc<Purger>>) -> Self {
        Self { purger, ..self }
    }
}
