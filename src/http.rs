//! What is served over HTTP: the whole map of addresses is in [`router`].

mod access;
mod activity;
mod answer;
mod batch;
mod cache;
mod connection;
mod cors;
mod endpoint;
mod exchange;
mod explorer;
mod front;
mod health;
mod host;
mod listener;
mod negotiation;
mod operation;
mod operation_info;
mod panic;
mod peer;
mod rates;
mod refusal;
mod request;
mod security;
mod server;
mod shutdown;
mod sse;
mod streams;
mod tls;
mod turns;
mod websocket;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get};
use tower::util::{MapFutureLayer, option_layer};
use tower_http::compression::CompressionLayer;

use crate::app::App;
use front::Front;
use refusal::Refusal;
use shutdown::Shutdown;

pub use explorer::is_embedded as explorer_is_embedded;
pub use server::{BindError, Server, Stopped};

/// Everything that is served, and what every request passes through on its way.
pub fn router(app: App) -> Router {
    router_until(app, Shutdown::default())
}

/// The same, where connections that stay open end when the server does.
fn router_until(app: App, shutdown: Shutdown) -> Router {
    let front = Front::new(app, shutdown);
    let cors = cors::layer(&front.app.settings.server.cors_origins);
    Router::new()
        .route("/", get(async || Redirect::temporary("/graphql")))
        .route("/graphql", graphql())
        // Some clients and proxies append a slash.
        .route("/graphql/", graphql())
        .route("/schema.graphql", get(schema))
        .route("/explorer/{*path}", get(explorer::file))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/readyz/writes", get(health::ready_to_write))
        .route("/metrics", get(health::metrics))
        .fallback(async || Refusal::not_found())
        .method_not_allowed_fallback(async || Refusal::method())
        .with_state(front.clone())
        // Within a tuple the first one is the outermost, and between the calls the last. The calls are few, since each makes a copy
        // of all that is within it, for each request.
        .layer((CompressionLayer::new(), option_layer(cors), MapFutureLayer::new(panic::caught)))
        .layer(from_fn_with_state(front, exchange::surround))
}

/// The methods of `/graphql`.
fn graphql() -> MethodRouter<Front> {
    get(endpoint::get).post(endpoint::post)
}

async fn schema(State(front): State<Front>) -> Result<impl IntoResponse, Refusal> {
    if !front.app.settings.documents.introspection {
        return Err(Refusal::not_found());
    }
    Ok((
        [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-cache")],
        front.app.graphql.sdl().to_string(),
    ))
}
