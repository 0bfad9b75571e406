//! The concurrency limit: a fixed number of requests execute, a fixed number wait, and the server rejects the rest
//! immediately.
//!
//! Without the limit, all requests of a burst would compete for the processor, and none would finish in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::HttpError;
use crate::config::Limits;

/// Limits the number of requests that execute at the same time.
pub struct ConcurrencyLimiter {
    free: Arc<Semaphore>,
    permits: usize,
    waiting: AtomicUsize,
    max_queued: usize,
    timeout: Duration,
    rejections: Counter,
}

/// The permission to execute a request, until it is dropped.
#[derive(Debug)]
pub struct Permit(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

impl ConcurrencyLimiter {
    /// Creates a limiter that counts the requests that it rejects.
    #[must_use]
    pub fn new(limits: &Limits, rejections: Counter) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.concurrency)),
            permits: limits.concurrency,
            waiting: AtomicUsize::new(0),
            max_queued: limits.max_queued_requests,
            timeout: limits.query_timeout,
            rejections,
        }
    }

    /// Returns the number of requests that execute, and of those that wait for a permit.
    #[must_use]
    pub fn executing_and_queued(&self) -> (usize, usize) {
        let executing = self.permits.saturating_sub(self.free.available_permits());
        (executing, self.waiting.load(Ordering::Relaxed))
    }

    /// Waits for a permit.
    ///
    /// # Errors
    /// Returns an error if the queue is full, or the wait exceeds the timeout.
    pub async fn acquire(&self) -> Result<Permit, HttpError> {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Ok(Permit(permit));
        }
        let waiting = Waiting::begin(&self.waiting);
        if waiting.others >= self.max_queued {
            return Err(self.reject());
        }
        match tokio::time::timeout(self.timeout, self.free.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Permit(permit)),
            Ok(Err(_)) | Err(_) => Err(self.reject()),
        }
    }

    fn reject(&self) -> HttpError {
        self.rejections.inc();
        HttpError::overloaded()
    }
}

/// A place in the queue. Dropping it, also by cancellation, frees the place.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    others: usize,
}

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        Self { count, others: count.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[tokio::test]
    async fn requests_beyond_the_queue_are_rejected() {
        let limits = Limits { concurrency: 1, max_queued_requests: 1, ..Settings::for_testing().limits };
        let limiter = Arc::new(ConcurrencyLimiter::new(&limits, Counter::default()));
        let first = limiter.acquire().await.expect("the limiter has a free permit");
        let second = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.acquire().await.is_ok() }
        });
        while limiter.executing_and_queued() != (1, 1) {
            tokio::task::yield_now().await;
        }
        assert!(limiter.acquire().await.is_err(), "one waits already");
        assert_eq!(limiter.rejections.get(), 1);
        drop(first);
        assert!(second.await.expect("the task does not panic"));
        assert!(limiter.acquire().await.is_ok());
    }
}
