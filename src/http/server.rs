//! The listening socket, from bind to the last answer.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::sleep;
use tower::ServiceExt;

use super::closing::{self, Closing};
use super::listener::Listener;
use super::router_until;
use super::tls::{Tls, TlsError};
use crate::app::App;

/// How long requests in flight may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request, and may keep a connection that says nothing.
const HEAD: Duration = Duration::from_secs(30);
/// How long to wait where no connection can be taken, as when there are no file handles left.
const BREATH: Duration = Duration::from_millis(100);

/// A socket that is bound, and what will be served on it.
pub struct Server {
    listener: Listener,
    tls: Option<Arc<Tls>>,
    app: App,
}

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(transparent)]
    Socket(#[from] io::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
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
    /// Binds the addresses that the settings name.
    ///
    /// # Errors
    /// When an address cannot be had, or the certificate is no good.
    pub async fn bind(app: App) -> Result<Self, BindError> {
        let tls = app.settings.server.tls.clone().map(Tls::open).transpose()?;
        let listener = Listener::bind(app.settings.server.listen).await?;
        Ok(Self { listener, tls, app })
    }

    /// The first address that it listens on, with its port also where port 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.addresses()[0]
    }

    /// All addresses that it listens on.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        self.listener.addresses()
    }

    /// Whether it is reached by https.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Serves until `stop` is done; then lets requests in flight finish, for a while or until `hurry` is done.
    pub async fn run(self, stop: impl Future<Output = ()>, hurry: impl Future<Output = ()>) -> Stopped {
        let (close, closing) = closing::channel();
        let router = router_until(self.app, closing.clone());
        tokio::select! {
            never = accept(self.listener, self.tls, router, closing) => match never {},
            () = stop => {}
        }
        close.begin();
        tokio::select! {
            () = close.finished() => Stopped::Gracefully,
            () = sleep(GRACE) => Stopped::Cut,
            () = hurry => Stopped::Cut,
        }
    }
}

/// Takes connections, each served by a task of its own, for as long as it is polled.
async fn accept(
    mut listener: Listener,
    tls: Option<Arc<Tls>>,
    router: Router,
    closing: Closing,
) -> std::convert::Infallible {
    // It ends with this future, since what it hears of is held here.
    let (_alive, ended) = oneshot::channel::<()>();
    if let Some(tls) = tls.clone() {
        tokio::spawn(async move {
            tokio::select! {
                () = tls.keep_current() => {}
                _ = ended => {}
            }
        });
    }
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Small answers are not held back for more to come.
                let _ = socket.set_nodelay(true);
                tokio::spawn(connection(socket, peer, tls.clone(), router.clone(), closing.clone()));
            }
            // The client is gone already.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                sleep(BREATH).await;
            }
        }
    }
}

async fn connection(socket: TcpStream, peer: SocketAddr, tls: Option<Arc<Tls>>, router: Router, closing: Closing) {
    match tls {
        None => serve(socket, peer, router, closing).await,
        Some(tls) => {
            // Who cannot agree on keys hears so from the handshake itself.
            if let Ok(socket) = tls.accept(socket).await {
                serve(socket, peer, router, closing).await;
            }
        }
    }
}

async fn serve<S>(socket: S, peer: SocketAddr, router: Router, mut closing: Closing)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let mut serving = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
    );
    // What breaks a connection is the network's business, or the client's.
    tokio::select! {
        _ = serving.as_mut() => {}
        () = closing.wait() => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}
