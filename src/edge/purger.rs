//! The purger: the task that follows the change feed and purges the edge.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::RngExt;
use tokio::sync::watch;
use tokio::time::{sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::endpoint::{Endpoint, EndpointError};
use super::lease::{Lease, RENEW_INTERVAL};
use super::outage::Outage;
use super::progress::Progress;
use super::stats::{PurgerStats, StatsRecorder};
use crate::clock::Clock;
use crate::config::PurgeSettings;
use crate::db::{CatalogVersion, Database};
use crate::loader::{CacheTags, ReadError, Reader, Scope, read_catalog_state, read_changed_dependencies};
use crate::service::feed::apply_due_publications;

/// How often the feed is read without a notification, since another process can write to the same SQLite file. Also how
/// often due publications are added to the feed, and how often a server tries to acquire the lease.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The delay after the first failure. It doubles with each further failure.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(100);
/// The maximum delay after a failure.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(5);
/// How long a stopping server tries to release the lease.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);

/// Purges the edge.
pub struct Purger {
    database: Database,
    clock: Clock,
    endpoint: Endpoint,
    lease: Lease,
    second_purge_delay: Duration,
    stats: StatsRecorder,
    shutdown: CancellationToken,
}

/// Why changes could not be purged.
#[derive(Debug, thiserror::Error)]
enum PurgeError {
    #[error(transparent)]
    Feed(#[from] ReadError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}

impl PurgeError {
    fn reason(&self) -> String {
        match self {
            Self::Feed(error) => error.reason(),
            Self::Endpoint(error) => error.to_string(),
        }
    }
}

impl Purger {
    /// Creates a purger.
    ///
    /// # Errors
    /// Returns an error if TLS cannot be set up.
    pub fn new(database: Database, clock: Clock, settings: PurgeSettings) -> Result<Arc<Self>, EndpointError> {
        let (lease, second_purge_delay) = (Lease::new(database.clone()), settings.second_purge_delay);
        let (stats, shutdown) = (StatsRecorder::default(), CancellationToken::new());
        let endpoint = Endpoint::new(settings)?;
        Ok(Arc::new(Self { database, clock, endpoint, lease, second_purge_delay, stats, shutdown }))
    }

    /// Returns the statistics.
    #[must_use]
    pub fn stats(&self) -> PurgerStats {
        self.stats.stats()
    }

    /// Stops [`run`](Self::run).
    pub fn stop(&self) {
        self.shutdown.cancel();
    }

    /// Purges every change while this server holds the lease, until [`stop`](Self::stop) is called.
    pub async fn run(&self) {
        while let Some(cursor) = self.shutdown.run_until_cancelled(self.acquire_lease()).await {
            tracing::info!(version = %cursor, "this server purges the edge");
            self.stats.record_active(true);
            let cursor = watch::Sender::new(cursor);
            tokio::select! {
                () = self.shutdown.cancelled() => {}
                () = self.renew_lease(&cursor) => tracing::warn!("another server purges the edge"),
                () = self.publish() => {}
                () = self.follow(&cursor) => {}
            }
            self.stats.record_active(false);
            let cursor = *cursor.borrow();
            // Without a release, another server takes over when the lease ends.
            let _ = timeout(RELEASE_TIMEOUT, self.lease.release(cursor)).await;
        }
    }

    /// Waits for the lease, and returns the cursor.
    async fn acquire_lease(&self) -> CatalogVersion {
        let mut outage = Outage::new("acquiring the lease of the purger failed");
        loop {
            if let Some(Some(cursor)) = outage.log(self.lease.acquire(self.clock.now()).await) {
                return cursor;
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Renews the lease and stores the cursor, until another server has the lease.
    async fn renew_lease(&self, cursor: &watch::Sender<CatalogVersion>) {
        // Purging twice is harmless, so the purger goes on after a failure.
        let mut outage = Outage::new("renewing the lease of the purger failed");
        loop {
            sleep(RENEW_INTERVAL).await;
            let cursor = *cursor.borrow();
            if outage.log(self.lease.renew(cursor, self.clock.now()).await) == Some(false) {
                return;
            }
        }
    }

    /// Adds publications to the feed when they are due. Never returns. While that fails, other changes are purged.
    async fn publish(&self) {
        let mut outage = Outage::new("adding due publications to the change feed failed");
        loop {
            outage.log(apply_due_publications(&self.database, self.clock.now()).await);
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Purges changes, and moves the cursor. Never returns.
    async fn follow(&self, cursor: &watch::Sender<CatalogVersion>) {
        let mut progress = Progress::after(*cursor.borrow(), self.endpoint.max_tags());
        let mut notifications = self.database.notifier().subscribe();
        let mut failures = 0;
        loop {
            let wait = match self.advance(&mut progress).await {
                Ok(()) => {
                    if failures > 0 {
                        tracing::info!("purging the edge succeeds again");
                    }
                    failures = 0;
                    POLL_INTERVAL
                }
                Err(error) => {
                    // Logs once per outage, not once per attempt.
                    if failures == 0 {
                        tracing::warn!(reason = error.reason(), "purging the edge failed");
                    }
                    failures += 1;
                    retry_delay(failures)
                }
            };
            cursor.send_replace(progress.cursor());
            let repeat = progress.next_repeat(self.second_purge_delay).filter(|_| failures == 0);
            let next = repeat.into_iter().fold(Instant::now() + wait, Instant::min);
            tokio::select! {
                // The sender belongs to the own database handle, so it exists.
                _ = notifications.changed(), if failures == 0 => {}
                () = sleep_until(next.into()) => {}
            }
        }
    }

    /// Purges new changes, and those whose second purge is due. A failure of one does not keep the other from being
    /// purged, since other caches may accept it.
    async fn advance(&self, progress: &mut Progress) -> Result<(), PurgeError> {
        let first = self.purge_first(progress).await;
        let second = self.purge_second(progress).await;
        let outcome = first.and(second);
        self.stats.record_attempt(outcome.is_ok());
        outcome
    }

    /// Purges new changes.
    async fn purge_first(&self, progress: &mut Progress) -> Result<(), PurgeError> {
        let reader = Reader::new(self.database.clone(), Scope { now: self.clock.now(), drafts: true });
        let (begin, end) = (progress.version(), read_catalog_state(&reader).await?.version());
        let is_same_epoch = begin.epoch == end.epoch;
        self.stats.record_unpurged(begin.position.abs_diff(end.position).max(u64::from(!is_same_epoch)));
        if begin != end {
            let changed = if is_same_epoch { read_changed_dependencies(&reader, begin.position).await? } else { None };
            if changed.is_none() {
                tracing::info!(%begin, %end, "purging everything: the changes are unknown or too many");
            }
            let last = changed.as_ref().and_then(|changed| changed.values().copied().max()).unwrap_or(end.position);
            let tags = changed.map_or_else(CacheTags::catalog, |changed| CacheTags::of_changes(changed.keys()));
            self.purge(&tags).await?;
            self.stats.record_unpurged(0);
            progress.record_first(CatalogVersion { position: last, ..end }, tags, Instant::now());
        }
        Ok(())
    }

    /// Repeats the purges that are due.
    async fn purge_second(&self, progress: &mut Progress) -> Result<(), PurgeError> {
        while let Some(tags) = progress.due_repeat(self.second_purge_delay, Instant::now()) {
            self.purge(tags).await?;
            progress.record_repeat();
        }
        Ok(())
    }

    async fn purge(&self, tags: &CacheTags) -> Result<(), EndpointError> {
        let begin = Instant::now();
        let requests = self.endpoint.purge(tags).await?;
        self.stats.record_requests(requests);
        tracing::debug!(tags = tags.count(), requests, took = ?begin.elapsed(), "purged the edge");
        Ok(())
    }
}

/// Returns a random delay before the next attempt, so that servers and caches that recover are not flooded.
fn retry_delay(failures: u32) -> Duration {
    let longest = MIN_RETRY_DELAY.saturating_mul(1 << failures.min(10)).min(MAX_RETRY_DELAY);
    longest.mul_f64(rand::rng().random_range(0.5..1.0))
}
