//! GraphQL over server-sent events, one operation a connection: the "distinct connections" mode of
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, VARY};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::access::Access;
use super::answer::{self, VARIES};
use super::front::Front;
use super::negotiation::Form;
use super::operation::{self, Event, Events};
use super::refusal::Refusal;
use super::streams::Open;
use crate::graphql::Prepared;

/// How often something is sent where nothing happens, so that nobody in between takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// A comment. It is sent at once, since some clients wait for a first byte before they consider the connection open, and
/// again as a sign of life.
const COMMENT: &str = ":\n\n";

/// Executes an operation and streams its events. The inner error is the answer to an operation that is refused before
/// anything is executed.
///
/// # Errors
/// When there are too many streams already.
pub async fn respond(
    front: Front,
    access: Access,
    prepared: Prepared,
) -> Result<Result<Response, async_graphql::Response>, Refusal> {
    let open = Open::begin(&front)?;
    let events = match operation::run(front.app.clone(), access, prepared).await {
        Ok(events) => events,
        Err(refused) => return Ok(Err(refused)),
    };
    let text = written(events, front.shutdown.signal.child_token()).map(move |text| {
        let _open = &open;
        Ok::<_, Infallible>(text)
    });
    Ok(Ok(streamed(Body::from_stream(text))))
}

/// Writes the response to an operation that was refused before anything was executed: one event, since a client that
/// accepts only a stream cannot read anything else. An error of the server stays an HTTP error, so that clients and
/// proxies recognize it.
pub fn refused(answer: &async_graphql::Response) -> Response {
    if answer::status(answer, Form::GraphQl).is_server_error() {
        return answer::write(answer, Form::GraphQl);
    }
    streamed(Body::from(COMMENT.to_owned() + &next(answer) + &complete()))
}

fn streamed(body: Body) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        // Proxies of the nginx kind would hold back what looks short to them.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, [(VARY, VARIES)], body).into_response()
}

/// The events as text. It ends with the operation; or without its end when the server stops, so that the client asks
/// again.
fn written(events: Events, stopped: CancellationToken) -> impl Stream<Item = String> {
    let mut beat = interval(KEEP_ALIVE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.reset();
    let text = stream::unfold((events, beat), async |(mut events, mut beat)| {
        let text = tokio::select! {
            event = events.next() => text(event?),
            _ = beat.tick() => COMMENT.to_owned(),
        };
        beat.reset();
        Some((text, (events, beat)))
    });
    stream::once(async { COMMENT.to_owned() }).chain(text).take_until(stopped.cancelled_owned())
}

fn text(event: Event) -> String {
    match event {
        Event::Next(answer) => next(&answer),
        Event::Failed(answer) => next(&answer) + &complete(),
        Event::Denied(refusal) => next(&async_graphql::Response::from_errors(vec![refusal.error()])) + &complete(),
        Event::Complete => complete(),
    }
}

fn next(answer: &async_graphql::Response) -> String {
    let internal = || async_graphql::Response::from_errors(vec![Refusal::internal().error()]);
    let json = answer::json(answer).or_else(|_| answer::json(&internal())).unwrap_or_default();
    format!("event: next\ndata: {json}\n\n")
}

/// The empty data is there because browsers pass over an event that has none at all.
fn complete() -> String {
    "event: complete\ndata:\n\n".to_owned()
}
