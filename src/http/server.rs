//! The listening socket, from bind to the last answer.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{closing, router_until};
use crate::app::App;

/// How long requests in flight may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// A socket that is bound, and what will be served on it.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: App,
}

/// How a server came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every request was answered.
    Gracefully,
    /// Some were cut off.
    Cut,
}

impl Server {
    /// Binds the address that the settings name.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn bind(app: App) -> io::Result<Self> {
        let listener = TcpListener::bind(app.settings.server.listen).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, app })
    }

    /// Where it really listens, also where port 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done; then lets requests in flight finish, for a while or until `hurry` is done.
    ///
    /// # Errors
    /// When the socket breaks.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        hurry: impl Future<Output = ()>,
    ) -> io::Result<Stopped> {
        let (stopping, stopped) = oneshot::channel();
        let (close, closing) = closing::channel();
        let close = Arc::new(close);
        let begin = close.clone();
        let signal = async move {
            stop.await;
            begin.begin();
            // Nobody listens when the server is gone already.
            let _ = stopping.send(());
        };
        let serving = axum::serve(
            self.listener,
            router_until(self.app, closing).into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(signal);
        // WebSockets have left the server's own count of connections, so they are waited for beside it.
        let served = async {
            serving.await?;
            close.finished().await;
            Ok(Stopped::Gracefully)
        };
        let patience = async {
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::select! {
                () = tokio::time::sleep(GRACE) => {}
                () = hurry => {}
            }
        };
        tokio::select! {
            served = served => served,
            () = patience => Ok(Stopped::Cut),
        }
    }
}
