//! What a running server is made of, put together in one place for `serve` and for the tests.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Database;
use crate::graphql::{GraphQl, GraphQlSettings};

/// A running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    pub graphql: GraphQl,
    pub settings: Arc<Settings>,
}

impl App {
    #[must_use]
    pub fn new(database: Database, clock: Clock, settings: Settings) -> Self {
        let public_url = settings.server.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        let graphql = GraphQl::new(database.clone(), clock, GraphQlSettings { public_url });
        Self { database, graphql, settings: Arc::new(settings) }
    }
}
