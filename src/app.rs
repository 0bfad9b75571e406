//! What a running server is made of, put together in one place for `serve` and for the tests.

use std::sync::Arc;

use crate::auth::Authenticator;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Database;
use crate::graphql::{GraphQl, GraphQlSettings};

/// A running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    pub graphql: GraphQl,
    pub authenticator: Arc<Authenticator>,
    pub settings: Arc<Settings>,
}

impl App {
    #[must_use]
    pub fn new(database: Database, clock: Clock, settings: Settings) -> Self {
        Self::with_chance(database, clock, Chance::system(), settings)
    }

    /// With a source of randomness that a test can repeat.
    #[must_use]
    pub fn with_chance(database: Database, clock: Clock, chance: Chance, settings: Settings) -> Self {
        let public_url = settings.server.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        let authenticator = Arc::new(Authenticator::new(database.clone(), clock.clone(), settings.auth.jwt.clone()));
        let shape = GraphQlSettings { public_url, backlog: settings.live.backlog, limits: settings.limits };
        let graphql = GraphQl::new(database.clone(), clock, chance, shape);
        Self { database, graphql, authenticator, settings: Arc::new(settings) }
    }
}
