//! The server: listens for connections until it stops.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use super::connection::Connections;
use super::listener::Listener;
use super::router_until;
use super::shutdown::Shutdown;
use super::tls::{Tls, TlsError};
use crate::app::App;

/// How long requests in flight can take to finish when the server stops.
const SHUTDOWN_GRACE_PERIOD: Duration = Duration::from_secs(30);
/// How long to wait after a failed accept, for example without free file descriptors.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// A bound server.
pub struct Server {
    listener: Listener,
    tls: Option<Arc<Tls>>,
    app: App,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(transparent)]
    Socket(#[from] io::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// How a server stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// All requests were completed.
    Gracefully,
    /// Requests in flight were aborted.
    Aborted,
}

impl Server {
    /// Binds the configured addresses.
    ///
    /// # Errors
    /// Returns an error if an address cannot be bound, or the certificate is invalid.
    pub async fn bind(app: App) -> Result<Self, BindError> {
        let tls = app.settings.server.tls.clone().map(Tls::open).transpose()?;
        let listener = Listener::bind(app.settings.server.listen).await?;
        Ok(Self { listener, tls, app })
    }

    /// Returns the first bound address, with the actual port if port 0 was configured.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.addresses()[0]
    }

    /// Returns all bound addresses.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        self.listener.addresses()
    }

    /// Returns whether the server uses TLS.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Serves until `stop` completes and the drain delay has passed; then waits for requests in flight, until the grace
    /// period ends. Aborts when `force` completes.
    pub async fn run(self, stop: impl Future<Output = ()>, force: impl Future<Output = ()>) -> Stopped {
        let shutdown = Shutdown::default();
        // Also ends the connections when this future is dropped.
        let _guard = shutdown.signal.clone().drop_guard();
        if let Some(tls) = self.tls.clone() {
            let until_stopped = shutdown.signal.clone();
            tokio::spawn(async move { until_stopped.run_until_cancelled_owned(tls.reload_on_change()).await });
        }
        let settings = self.app.settings.http.clone();
        let drain_delay = self.app.settings.server.drain_delay;
        let router = router_until(self.app, shutdown.clone());
        let connections = Connections::new(router, &settings, self.tls, shutdown.clone());
        let drained = async {
            stop.await;
            if let Some(delay) = drain_delay {
                tracing::info!(delay_ms = delay.as_millis(), "draining: /readyz returns 503 while requests are served");
                shutdown.draining.cancel();
                sleep(delay).await;
            }
        };
        let mut force = pin!(force);
        tokio::select! {
            never = accept(self.listener, connections, shutdown.tasks.clone()) => match never {},
            () = drained => {}
            () = &mut force => return Stopped::Aborted,
        }
        shutdown.begin();
        tokio::select! {
            () = shutdown.tasks.wait() => Stopped::Gracefully,
            () = sleep(SHUTDOWN_GRACE_PERIOD) => Stopped::Aborted,
            () = force => Stopped::Aborted,
        }
    }
}

/// Accepts connections and serves each in its own task.
async fn accept(mut listener: Listener, connections: Connections, tasks: TaskTracker) -> std::convert::Infallible {
    let connections = Arc::new(connections);
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Send small responses immediately.
                let _ = socket.set_nodelay(true);
                let connections = connections.clone();
                tasks.spawn(async move { connections.serve(socket, peer).await });
            }
            // The client has closed the connection already.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "accept failed");
                sleep(ACCEPT_BACKOFF).await;
            }
        }
    }
}
