//! Serves one connection: detects its protocol, and enforces its timeouts.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::activity::{Activity, RequestInProgress, TrackedBody};
use super::shutdown::Shutdown;
use super::tls::Tls;
use crate::config::HttpSettings;

/// How long a connection without a request stays open when the server stops, for requests that are already on their
/// way.
const CLOSE_GRACE_PERIOD: Duration = Duration::from_secs(1);

/// Serves connections over HTTP/1.1 or HTTP/2: TLS negotiates the version in its handshake (ALPN), and in plain text
/// the first bytes determine it.
pub struct Connections {
    router: Router,
    shutdown: Shutdown,
    settings: HttpSettings,
    tls: Option<Arc<Tls>>,
    http1: http1::Builder,
    http2: auto::Builder<StreamSpawner>,
    either: auto::Builder<StreamSpawner>,
}

impl Connections {
    pub fn new(router: Router, settings: &HttpSettings, tls: Option<Arc<Tls>>, shutdown: Shutdown) -> Self {
        let either = either(settings, StreamSpawner(shutdown.tasks.clone()));
        Self {
            router,
            settings: settings.clone(),
            tls,
            http1: http1(settings),
            http2: either.clone().http2_only(),
            either,
            shutdown,
        }
    }

    /// Serves a connection until it ends. Ignores errors of the network and the client.
    pub async fn serve(&self, socket: TcpStream, peer: SocketAddr) {
        let activity = Arc::new(Activity::default());
        let service = service_fn({
            let (router, activity) = (self.router.clone(), activity.clone());
            move |request| respond(router.clone(), request, peer, RequestInProgress::begin(&activity))
        });
        let Some(tls) = &self.tls else {
            let connection = self.either.serve_connection_with_upgrades(TokioIo::new(socket), service);
            return self.serve_until_idle(connection, auto::UpgradeableConnection::graceful_shutdown, &activity).await;
        };
        // The handshake itself reports a missing common version or cipher to the client.
        let Some(Ok(socket)) = self.shutdown.signal.run_until_cancelled(tls.accept(socket)).await else { return };
        let is_http2 = socket.get_ref().1.alpn_protocol() == Some(b"h2");
        let socket = TokioIo::new(socket);
        if is_http2 {
            let connection = self.http2.serve_connection(socket, service);
            self.serve_until_idle(connection, auto::Connection::graceful_shutdown, &activity).await;
        } else {
            let connection = self.http1.serve_connection(socket, service).with_upgrades();
            self.serve_until_idle(connection, http1::UpgradeableConnection::graceful_shutdown, &activity).await;
        }
    }

    /// Serves a connection until the server stops, the connection is idle for the header timeout, or the client does
    /// not read for the send timeout.
    async fn serve_until_idle<C: Future>(&self, connection: C, finish: impl FnOnce(Pin<&mut C>), activity: &Activity) {
        let mut connection = pin!(connection);
        let may_finish = async {
            tokio::select! {
                () = self.idle_or_stopping(activity) => true,
                () = stalled(activity, self.settings.send_timeout) => false,
            }
        };
        if run(connection.as_mut(), may_finish).await != Some(true) {
            return;
        }
        finish(connection.as_mut());
        let is_over = async {
            tokio::select! {
                () = self.unused(activity) => {}
                () = stalled(activity, self.settings.send_timeout) => {}
            }
        };
        run(connection, is_over).await;
    }

    async fn idle_or_stopping(&self, activity: &Activity) {
        self.shutdown.signal.run_until_cancelled(idle(activity, self.settings.header_timeout)).await;
    }

    /// Waits for requests that the client may have sent before it learned that the connection closes.
    async fn unused(&self, activity: &Activity) {
        let unused = idle(activity, self.settings.header_timeout);
        if self.shutdown.signal.run_until_cancelled(unused).await.is_none() {
            idle(activity, CLOSE_GRACE_PERIOD).await;
        }
    }
}

/// Runs a connection until it ends, or until the timer is due. Each request wakes the connection several times; only
/// its own wake-ups poll the timer.
async fn run<T>(connection: Pin<&mut impl Future>, clock: impl Future<Output = T>) -> Option<T> {
    let mut clock = FuturesUnordered::from_iter([clock]);
    tokio::select! {
        biased;
        _ = connection => None,
        due = clock.next() => due,
    }
}

/// Waits until no request was in progress for a whole period.
async fn idle(activity: &Activity, period: Duration) {
    loop {
        sleep(period).await;
        if activity.was_idle() {
            return;
        }
    }
}

/// Waits until a part of a response made no progress for a whole period.
async fn stalled(activity: &Activity, period: Duration) {
    loop {
        sleep(period).await;
        if activity.is_stalled() {
            return;
        }
    }
}

async fn respond(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    in_progress: RequestInProgress,
) -> Result<Response<TrackedBody>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| in_progress.track(body)))
}

fn http1(settings: &HttpSettings) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_buf_size(settings.max_header_size as usize);
    builder
}

fn either(settings: &HttpSettings, streams: StreamSpawner) -> auto::Builder<StreamSpawner> {
    let mut builder = auto::Builder::new(streams);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_buf_size(settings.max_header_size as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(settings.keep_alive_interval)
        .keep_alive_timeout(settings.keep_alive_timeout)
        .max_concurrent_streams(settings.max_concurrent_streams)
        .max_header_list_size(settings.max_header_size)
        .max_pending_accept_reset_streams(settings.max_reset_streams)
        .max_local_error_reset_streams(settings.max_reset_streams);
    builder
}

/// Spawns each HTTP/2 stream as a task that the server waits for when it stops.
#[derive(Clone)]
struct StreamSpawner(TaskTracker);

impl<F> Executor<F> for StreamSpawner
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        self.0.spawn(stream);
    }
}
