//! The HTTP server. [`router`] lists all routes.

mod access_log;
mod activity;
mod batch;
mod catalog_version;
mod client_addr;
mod concurrency;
mod connection;
mod connection_limit;
mod cors;
mod endpoint;
mod error;
mod explorer;
mod health;
mod host;
mod listener;
mod negotiation;
mod operation;
mod operation_info;
mod panic;
mod rate_limit;
mod request;
mod request_identity;
mod response;
mod response_cache;
mod security_headers;
mod server;
mod shutdown;
mod site;
mod sse;
mod state;
mod tls;
mod websocket;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::{Redirect, Response};
use axum::routing::{MethodRouter, get};
use tower::util::{MapFutureLayer, option_layer};
use tower_http::compression::CompressionLayer;

use crate::app::App;
use error::HttpError;
use shutdown::Shutdown;
use state::AppState;

pub use explorer::is_embedded as explorer_is_embedded;
pub use server::{BindError, Server, Stopped};

/// Returns the router of the server, with all middleware.
///
/// Serve it with [`into_make_service_with_connect_info`](Router::into_make_service_with_connect_info), with
/// [`SocketAddr`](std::net::SocketAddr): a request without the address of its client counts as one from this machine,
/// which has no rate limit and can read `/metrics`, and its `Host` is not checked.
pub fn router(app: App) -> Router {
    router_until(app, Shutdown::default())
}

/// Returns the router of a server that closes its long-lived connections when it stops.
fn router_until(app: App, shutdown: Shutdown) -> Router {
    let state = AppState::new(app, shutdown);
    let cors = cors::layer(&state.app.settings.server.cors_origins);
    Router::new()
        .route("/graphql", graphql())
        // Some clients and proxies append a slash.
        .route("/graphql/", graphql())
        .route("/schema.graphql", get(schema))
        .route("/explorer/{*path}", get(explorer::file))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/readyz/writes", get(health::ready_to_write))
        .route("/metrics", get(health::metrics))
        .merge(site_or_redirect(&state))
        .method_not_allowed_fallback(async || HttpError::method_not_allowed())
        .with_state(state.clone())
        // Within a tuple, the first layer is the outermost; between calls, the last one is. Each call copies everything
        // within it for each request, so there are few calls.
        .layer((CompressionLayer::new(), option_layer(cors), MapFutureLayer::new(panic::catch)))
        .layer(from_fn_with_state(state, access_log::middleware))
}

/// Returns the handlers of all other addresses: the site, or a redirect from `/` to the explorer.
fn site_or_redirect(state: &AppState) -> Router<AppState> {
    if state.app.settings.site.is_enabled {
        Router::new().fallback_service(get(site::get).fallback(site::method_not_allowed).with_state(state.clone()))
    } else {
        Router::new().route("/", get(async || Redirect::temporary("graphql"))).fallback(async || HttpError::not_found())
    }
}

/// Returns the handlers of `/graphql`.
fn graphql() -> MethodRouter<AppState> {
    get(endpoint::get).post(endpoint::post)
}

async fn schema(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, HttpError> {
    if !state.app.settings.documents.introspection {
        return Err(HttpError::not_found());
    }
    Ok(response_cache::revalidatable_response(
        &headers,
        "text/plain; charset=utf-8",
        state.app.graphql.sdl().to_string(),
    ))
}
