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
        let public_url = match &settings.server.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", settings.server.listen),
        };
        let graphql = GraphQl::new(database.clone(), clock, GraphQlSettings { public_url: Some(public_url) });
        Self { database, graphql, settings: Arc::new(settings) }
    }
}
