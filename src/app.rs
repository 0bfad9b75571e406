//! What a running server is made of, put together in one place for `serve` and for the tests.

use std::sync::Arc;

use chrono::Utc;
use entity::timestamp::Timestamp;

use crate::config::Settings;
use crate::db::Database;
use crate::graphql::{GraphQl, GraphQlSettings};

/// The time, injected so that tests can hold it still.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The time it is.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is where the real time comes in")]
        Self(Arc::new(|| Utc::now().into()))
    }

    /// Always the same time.
    #[must_use]
    pub fn fixed(moment: Timestamp) -> Self {
        Self(Arc::new(move || moment))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

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
