//! What the handlers have: the application, and word of the server's end.

use std::sync::Arc;

use super::cache::Tags;
use super::closing::Closing;
use super::rates::Rates;
use super::turns::Turns;
use crate::app::App;
use crate::telemetry::Metrics;

/// What every handler is given.
#[derive(Clone)]
pub struct Front {
    pub app: App,
    pub closing: Closing,
    pub metrics: Arc<Metrics>,
    pub turns: Arc<Turns>,
    pub tags: Arc<Tags>,
    pub rates: Arc<Rates>,
}

impl Front {
    #[must_use]
    pub fn new(app: App, closing: Closing) -> Self {
        let turns = Arc::new(Turns::new(&app.settings.limits));
        let tags = Arc::new(Tags::new(app.settings.server.max_age.unwrap_or_default()));
        let rates = Arc::new(Rates::new(&app.settings.rate));
        Self { app, closing, metrics: Arc::new(Metrics::new()), turns, tags, rates }
    }
}
