//! Statistics of the purger, for the metrics.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Statistics of the purger of one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurgerStats {
    /// Whether this server holds the lease.
    pub is_active: bool,
    /// Successful purge requests.
    pub requests: u64,
    /// Failed attempts to purge.
    pub failures: u64,
    /// The number of changes that were not purged yet.
    pub unpurged: u64,
    /// How long the oldest of these changes has waited since this server read it.
    pub lag: Duration,
}

/// Collects the statistics.
#[derive(Default)]
pub struct StatsRecorder(Mutex<Recorded>);

#[derive(Default)]
struct Recorded {
    stats: PurgerStats,
    /// When the oldest change that was not purged yet was read.
    waiting_since: Option<Instant>,
}

impl StatsRecorder {
    /// Returns the statistics.
    #[must_use]
    pub fn stats(&self) -> PurgerStats {
        self.update(|recorded| {
            let lag = recorded.waiting_since.map_or(Duration::ZERO, |since| since.elapsed());
            PurgerStats { lag, ..recorded.stats }
        })
    }

    /// Records whether this server holds the lease.
    pub fn record_active(&self, is_active: bool) {
        self.update(|recorded| {
            recorded.stats.is_active = is_active;
            recorded.stats.unpurged = 0;
            recorded.waiting_since = None;
        });
    }

    /// Records the number of changes that were not purged yet.
    pub fn record_unpurged(&self, count: u64) {
        self.update(|recorded| {
            recorded.stats.unpurged = count;
            recorded.waiting_since = (count > 0).then(|| recorded.waiting_since.unwrap_or_else(Instant::now));
        });
    }

    /// Records successful requests.
    pub fn record_requests(&self, count: u64) {
        self.update(|recorded| recorded.stats.requests += count);
    }

    /// Records a failure.
    pub fn record_failure(&self) {
        self.update(|recorded| recorded.stats.failures += 1);
    }

    fn update<T>(&self, update: impl FnOnce(&mut Recorded) -> T) -> T {
        update(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
