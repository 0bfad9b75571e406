//! The limit of long-lived connections: WebSockets and event streams.

use prometheus_client::metrics::gauge::Gauge;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::error::HttpError;
use super::state::AppState;

/// A long-lived connection, until it is dropped.
pub struct ConnectionPermit {
    connections: Gauge,
    /// Makes the server wait for the connection when it stops, also after the upgrade to a WebSocket.
    _task: TaskTrackerToken,
}

impl ConnectionPermit {
    /// Counts a connection.
    ///
    /// # Errors
    /// Returns an error if too many connections are open.
    pub fn acquire(state: &AppState) -> Result<Self, HttpError> {
        let connections = state.metrics.subscription_connections().clone();
        let limit = i64::try_from(state.app.settings.subscriptions.max_connections).unwrap_or(i64::MAX);
        if connections.inc() >= limit {
            connections.dec();
            state.metrics.overload_rejections().inc();
            return Err(HttpError::overloaded());
        }
        Ok(Self { connections, _task: state.shutdown.tasks.token() })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.connections.dec();
    }
}
