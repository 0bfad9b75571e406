//! Connections that stay open, counted and bounded.

use prometheus_client::metrics::gauge::Gauge;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::front::Front;
use super::refusal::Refusal;

/// One of them, until it is dropped.
pub struct Open {
    streams: Gauge,
    /// Makes the server wait for it when it stops, also after the connection has become a WebSocket.
    _task: TaskTrackerToken,
}

impl Open {
    /// Counts another one.
    ///
    /// # Errors
    /// When there are too many.
    pub fn begin(front: &Front) -> Result<Self, Refusal> {
        let streams = front.metrics.subscription_connections().clone();
        let limit = i64::try_from(front.app.settings.subscriptions.max_connections).unwrap_or(i64::MAX);
        if streams.inc() >= limit {
            streams.dec();
            return Err(Refusal::busy());
        }
        Ok(Self { streams, _task: front.shutdown.tasks.token() })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.streams.dec();
    }
}
