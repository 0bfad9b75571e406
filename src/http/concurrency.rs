//! Whose turn it is: so many requests are worked on at once, so many others may wait, and the rest is sent away at once.
//!
//! Without it a burst would share out the processor until nobody is answered in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::HttpError;
use crate::config::Limits;

/// The turns of one server.
pub struct ConcurrencyLimiter {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_queued: usize,
    timeout: Duration,
}

/// Somebody's turn, until it is dropped.
#[derive(Debug)]
pub struct Permit(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

impl ConcurrencyLimiter {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.concurrency)),
            waiting: AtomicUsize::new(0),
            max_queued: limits.max_queued_requests,
            timeout: limits.query_timeout,
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// When too many wait already, or it does not come in time.
    pub async fn acquire(&self) -> Result<Permit, HttpError> {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Ok(Permit(permit));
        }
        let waiting = Waiting::begin(&self.waiting);
        if waiting.others >= self.max_queued {
            return Err(HttpError::overloaded());
        }
        match tokio::time::timeout(self.timeout, self.free.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Permit(permit)),
            Ok(Err(_)) | Err(_) => Err(HttpError::overloaded()),
        }
    }
}

/// Somebody who waits, also where they go away meanwhile.
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
    async fn so_many_work_so_many_wait_and_the_rest_goes() {
        let limits = Limits { concurrency: 1, max_queued_requests: 1, ..Settings::for_testing().limits };
        let limiter = Arc::new(ConcurrencyLimiter::new(&limits));
        let first = limiter.acquire().await.expect("it is free");
        let second = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.acquire().await.is_ok() }
        });
        while limiter.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(limiter.acquire().await.is_err(), "one waits already");
        drop(first);
        assert!(second.await.expect("it does not panic"));
        assert!(limiter.acquire().await.is_ok());
    }
}
