//! Statistics of the purger, for the metrics.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Statistics of the purger of one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurgerStats {
    /// Whether this server holds the lease.
    pub is_active: bool,
    /// Requests of purges that succeeded at all URLs.
    pub requests: u64,
    /// Failed attempts to purge.
    pub failures: u64,
    /// The number of changes that were not purged yet.
    pub unpurged: u64,
    /// How long the edge has been stale: the time since this server read the oldest of these changes, or since purging
    /// began to fail.
    pub lag: Duration,
}

/// Collects the statistics.
#[derive(Default)]
pub struct StatsRecorder(Mutex<Recorded>);

#[derive(Default)]
struct Recorded {
    stats: PurgerStats,
    /// When the oldest change that was not purged yet was read, or purging began to fail.
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
            if count > 0 {
                recorded.waiting_since.get_or_insert_with(Instant::now);
            }
        });
    }

    /// Records an attempt to purge all changes, and to repeat all purges that are due.
    pub fn record_attempt(&self, is_successful: bool) {
        self.update(|recorded| {
            if is_successful {
                recorded.waiting_since = None;
            } else {
                recorded.stats.failures += 1;
                recorded.waiting_since.get_or_insert_with(Instant::now);
            }
        });
    }

    /// Records the requests of a purge that succeeded at all URLs.
    pub fn record_requests(&self, count: u64) {
        self.update(|recorded| recorded.stats.requests += count);
    }

    fn update<T>(&self, update: impl FnOnce(&mut Recorded) -> T) -> T {
        update(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
