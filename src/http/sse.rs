//! GraphQL over server-sent events, one operation per connection: the "distinct connections" mode of
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, VARY};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::connection_limit::ConnectionPermit;
use super::error::HttpError;
use super::negotiation::ResponseFormat;
use super::operation::{self, Event, EventStream};
use super::request_identity::RequestIdentity;
use super::response::{self, VARY_VALUE};
use super::state::AppState;
use crate::graphql::{OperationType, PreparedRequest};

/// The interval of comments on an idle stream, so that proxies do not close the connection.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);
/// A comment. It is sent at once, since some clients wait for a first byte before they consider the connection open,
/// and again as a keep-alive.
const COMMENT: &str = ":\n\n";

/// Executes an operation and streams its events. The inner error is the response to an operation that is rejected
/// before execution.
///
/// # Errors
/// Returns an error if too many streams are open.
pub async fn respond(
    state: AppState,
    identity: RequestIdentity,
    prepared: PreparedRequest,
) -> Result<Result<Response, async_graphql::Response>, HttpError> {
    let permit = ConnectionPermit::acquire(&state)?;
    // The response to an executed query or mutation is sent although the server stops.
    let is_subscription = prepared.operation_type() == OperationType::Subscription;
    let stopped = if is_subscription { state.shutdown.signal.child_token() } else { CancellationToken::new() };
    let events = match operation::run(state.app.clone(), identity, prepared).await {
        Ok(events) => events,
        Err(error) => return Ok(Err(error)),
    };
    let text = encode_events(events, stopped).map(move |text| {
        let _permit = &permit;
        Ok::<_, Infallible>(text)
    });
    Ok(Ok(stream_response(Body::from_stream(text))))
}

/// Encodes the response to an operation that was rejected before execution: one event, since a client that accepts only
/// a stream cannot read anything else. A server error stays an HTTP error, so that clients and proxies recognize it.
pub fn encode_rejection(response: &async_graphql::Response) -> Response {
    if response::status(response, ResponseFormat::GraphQl).is_server_error() {
        return response::encode(response, ResponseFormat::GraphQl);
    }
    stream_response(Body::from(COMMENT.to_owned() + &next_event(response) + &complete_event()))
}

fn stream_response(body: Body) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        // Disables the response buffering of nginx.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, [(VARY, VARY_VALUE)], body).into_response()
}

/// Encodes the events. The stream ends with the operation. When the server stops, a subscription ends without a
/// `complete` event, so that the client reconnects.
fn encode_events(events: EventStream, stopped: CancellationToken) -> impl Stream<Item = String> {
    let mut keep_alive = interval(KEEP_ALIVE_INTERVAL);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keep_alive.reset();
    let text = stream::unfold((events, keep_alive), async |(mut events, mut keep_alive)| {
        let text = tokio::select! {
            event = events.next() => encode_event(event?),
            _ = keep_alive.tick() => COMMENT.to_owned(),
        };
        keep_alive.reset();
        Some((text, (events, keep_alive)))
    });
    stream::once(async { COMMENT.to_owned() }).chain(text).take_until(stopped.cancelled_owned())
}

fn encode_event(event: Event) -> String {
    match event {
        Event::Next(response) => next_event(&response),
        Event::Failed(response) => next_event(&response) + &complete_event(),
        Event::Unauthorized(error) => {
            next_event(&async_graphql::Response::from_errors(vec![error.error()])) + &complete_event()
        }
        Event::Complete => complete_event(),
    }
}

fn next_event(response: &async_graphql::Response) -> String {
    let internal = || async_graphql::Response::from_errors(vec![HttpError::internal().error()]);
    let json = response::to_json(response).or_else(|_| response::to_json(&internal())).unwrap_or_default();
    format!("event: next\ndata: {json}\n\n")
}

/// Encodes the last event. It has empty data because browsers ignore an event without data.
fn complete_event() -> String {
    "event: complete\ndata:\n\n".to_owned()
}
