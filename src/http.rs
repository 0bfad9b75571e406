//! What is served over HTTP: the whole map of addresses is in [`router`].

mod access;
mod answer;
mod closing;
mod endpoint;
mod explorer;
mod front;
mod log;
mod negotiation;
mod operation;
mod panic;
mod refusal;
mod request;
mod security;
mod server;
mod sse;
mod websocket;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;

use crate::app::App;
use crate::graphql;
use closing::Closing;
use front::Front;
use refusal::Refusal;

pub use explorer::is_embedded as explorer_is_embedded;
pub use server::{Server, Stopped};

/// Everything that is served, and what every request passes through on its way.
pub fn router(app: App) -> Router {
    router_until(app, Closing::never())
}

/// The same, where connections that stay open end when the server does.
fn router_until(app: App, closing: Closing) -> Router {
    Router::new()
        .route("/", get(async || Redirect::temporary("/graphql")))
        .route("/graphql", get(endpoint::get).post(endpoint::post))
        .route("/schema.graphql", get(schema))
        .route("/explorer/{*path}", get(explorer::file))
        .fallback(async || Refusal::not_found())
        .method_not_allowed_fallback(async || Refusal::method())
        .with_state(Front { app, closing })
        // The last one is the outermost.
        .layer(from_fn(panic::catch))
        .layer(from_fn(security::headers))
        .layer(from_fn(log::request))
}

async fn schema() -> impl IntoResponse {
    static SDL: LazyLock<String> = LazyLock::new(graphql::sdl);
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-cache")], SDL.as_str())
}
