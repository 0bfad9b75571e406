//! What a running server is made of, put together in one place for `serve` and for the tests.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::auth::Authenticator;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Database, SchemaState};
use crate::graphql::{BaseUrl, GraphQl, GraphQlSettings};
use crate::telemetry::Traces;

/// A running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    pub graphql: GraphQl,
    pub authenticator: Arc<Authenticator>,
    pub settings: Arc<Settings>,
    /// Where they are sent somewhere.
    pub traces: Option<Arc<Traces>>,
    /// Hears of what other servers write, for as long as there is a clone.
    #[expect(dead_code, reason = "it runs for as long as it is held")]
    listening: Arc<JoinSet<Infallible>>,
}

/// Whether requests can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// The schema of the database is older than this server.
    Behind,
    /// The database does not answer.
    Unreachable,
}

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

impl App {
    /// Asks the database.
    pub async fn readiness(&self) -> Readiness {
        match timeout(PATIENCE, self.database.schema_state()).await {
            Ok(Ok(SchemaState::Current)) => Readiness::Ready,
            Ok(Ok(SchemaState::PendingMigrations(_))) => Readiness::Behind,
            Ok(Err(_)) | Err(_) => Readiness::Unreachable,
        }
    }

    /// Returns whether writes succeed. If the last one failed for a persistent reason, tries to write: a load balancer
    /// that follows `/readyz/writes` sends no other write.
    pub async fn writes_work(&self) -> bool {
        if self.database.write_health().are_failing() {
            // The outcome is recorded as that of every write is.
            let _ = timeout(PATIENCE, self.database.probe_writes()).await;
        }
        !self.database.write_health().are_failing()
    }

    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(database: Database, clock: Clock, settings: Settings) -> Self {
        Self::with_chance(database, clock, Chance::system(), settings)
    }

    /// With a source of randomness that a test can repeat.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn with_chance(database: Database, clock: Clock, chance: Chance, settings: Settings) -> Self {
        let authenticator = Arc::new(Authenticator::new(database.clone(), clock.clone(), settings.auth.jwt.clone()));
        let shape = GraphQlSettings {
            base_url: settings.server.public_url.as_ref().map(BaseUrl::from),
            backlog: settings.subscriptions.buffer,
            schema: settings.federation.schema,
            limits: settings.limits,
            introspection: settings.documents.introspection,
            trusted: settings.documents.trusted_documents.clone(),
            trusted_only: settings.documents.trusted_documents_only,
            rows: settings.cache.objects,
            search_patience: settings.search.wait,
        };
        let graphql = GraphQl::new(database.clone(), clock, chance, shape);
        let mut listening = JoinSet::new();
        let heard = database.clone();
        listening.spawn(async move { heard.listen_forever().await });
        let (settings, listening) = (Arc::new(settings), Arc::new(listening));
        Self { database, graphql, authenticator, settings, traces: None, listening }
    }

    /// The same, telling of its requests.
    #[must_use]
    pub fn traced(self, traces: Option<Arc<Traces>>) -> Self {
        Self { traces, ..self }
    }
}
