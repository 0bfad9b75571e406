//! The middleware around each request: its id, its log line, its metrics, its span, and the headers of every response.

use std::convert::Infallible;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tracing::{Instrument, Level, Span};

use super::client_addr::ClientAddr;
use super::operation_info::OperationInfo;
use super::state::AppState;
use super::{host, request_identity, response_cache, security_headers};
use crate::request_context::generate_id;
use crate::telemetry::Transport;

/// The id of a request, from the client or generated. The response and the log contain it.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The maximum length of an id, in characters.
const MAX_ID_LENGTH: usize = 64;

/// Handles a request: assigns the id, chooses the encoding, writes the log line, and records metrics and the span.
pub async fn middleware(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // Without the query string, which can contain search terms.
    let path = request.uri().path().to_owned();
    let is_logged = tracing::enabled!(Level::DEBUG);
    let trusted = &state.app.settings.server.trusted_proxies;
    let client = is_logged.then(|| ClientAddr::of(request.extensions(), request.headers(), trusted).address).flatten();
    let (context, request_span) = state.begin_request(request_id(request.headers()), request.headers());
    let has_token = request_identity::has_credentials(request.headers());
    // A response to an anonymous POST may come from the cache, with nothing to log. Otherwise the handler enters the
    // span.
    let is_in_span_later = method == Method::POST && !has_token;
    let span = if is_in_span_later { Span::none() } else { context.span() };
    let start = Instant::now();
    let mut response = context.clone().scope(respond(request, next)).instrument(span).await;
    let took = start.elapsed();
    security_headers::add(response.headers_mut(), has_token);
    if let Ok(id) = HeaderValue::from_str(context.id()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let status = response.status().as_u16();
    let statements = context.statements();
    let operation = response.extensions().get::<OperationInfo>().map(|info| &*info.0);
    // A CORS preflight request is not a GraphQL request.
    if operation.is_some() || method != Method::OPTIONS && matches!(path.as_str(), "/graphql" | "/graphql/") {
        state.metrics.observe(operation, status, statements, took);
    }
    state.end_request(
        &context,
        request_span,
        Transport::Http { method: method.as_str(), path: &path, status },
        operation,
    );
    if is_logged {
        let (client, caller) = (client.map(tracing::field::display), context.caller());
        let kind = operation.map(|operation| operation.kind.as_str());
        let cost = operation.map(|operation| operation.cost);
        let operation = operation.and_then(|operation| operation.name.as_deref());
        let duration_ms = took.as_secs_f64() * 1000.0;
        let _entered = context.span().entered();
        tracing::debug!(
            %method, path, status, client, caller, operation, kind, cost, statements, duration_ms, "request completed"
        );
    }
    response
}

/// Returns the response of the handler.
async fn respond(mut request: Request, next: Next) -> Response {
    if let Err(error) = host::check(&request) {
        return error.into_response();
    }
    response_cache::avoid_zstd_unless_only_choice(request.headers_mut());
    let mut response = response_cache::reuse_encoded_body(next.run(request).await).await;
    response_cache::add_encoding_to_etag(response.headers_mut());
    if response.status() == StatusCode::NOT_MODIFIED {
        // axum adds the length of a body if it is known. It must be that of the 200 response:
        // https://www.rfc-editor.org/rfc/rfc9110#section-8.6
        *response.body_mut() = Body::from_stream(stream::empty::<Result<Bytes, Infallible>>());
    }
    response
}

/// Returns the client's id of the request if it is valid, or else generates one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let fits = |id: &&str| {
        (1..=MAX_ID_LENGTH).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
    };
    given.filter(fits).map_or_else(generate_id, str::to_owned)
}
