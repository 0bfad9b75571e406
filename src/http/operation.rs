//! The execution of an operation with any number of responses, independent of the transport.

use std::panic::AssertUnwindSafe;

use async_graphql::{Request, Response};
use axum::http::HeaderMap;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::error::HttpError;
use super::operation_info::OperationInfo;
use super::request_identity::RequestIdentity;
use super::state::{AdmissionError, AppState};
use crate::app::App;
use crate::graphql::{OperationOutput, PreparedRequest};
use crate::request_context::generate_id;
use crate::telemetry::Transport;

/// An event of an operation.
pub enum Event {
    /// A response.
    Next(Response),
    /// The operation was rejected before execution, or failed. The last event.
    Failed(Response),
    /// The caller is no longer authorized. The last event.
    Unauthorized(HttpError),
    /// The operation is complete. The last event.
    Complete,
}

/// The events of an operation.
pub type EventStream = BoxStream<'static, Event>;

/// Runs a validated operation of an authenticated caller.
///
/// # Errors
/// Returns the response if the operation is rejected before execution.
pub async fn run(app: App, identity: RequestIdentity, prepared: PreparedRequest) -> Result<EventStream, Response> {
    let responses = match app.graphql.execute_any(prepared).await {
        OperationOutput::Rejected(response) => return Err(response),
        OperationOutput::Single(response) => stream::once(async { Event::Next(response) }).boxed(),
        OperationOutput::Stream(responses) => {
            responses.then(move |response| reauthorized(app.clone(), identity.clone(), response)).boxed()
        }
    };
    Ok(catch_panics(with_completion(responses)))
}

/// Starts an operation of a caller that was authenticated earlier. Its span, if operations are traced, ends when a
/// query or mutation is executed, or a subscription is established.
pub fn start(state: AppState, identity: RequestIdentity, handshake: &HeaderMap, request: Request) -> EventStream {
    let (context, request_span) = state.begin_request(generate_id(), handshake);
    let begun = context.clone().scope(async move {
        let mut info = None;
        let events = admit_and_run(&state, identity, request, &mut info).await;
        state.end_request(
            &context,
            request_span,
            Transport::WebSocket,
            info.as_ref().map(|info: &OperationInfo| &*info.0),
        );
        events.unwrap_or_else(|event| stream::once(async { event }).boxed())
    });
    catch_panics(stream::once(begun).flatten().boxed())
}

/// Admits and runs an operation, and stores its name, type and cost in `info`.
///
/// # Errors
/// Returns the final event if the operation is rejected before execution.
async fn admit_and_run(
    state: &AppState,
    identity: RequestIdentity,
    request: Request,
    info: &mut Option<OperationInfo>,
) -> Result<EventStream, Event> {
    let reject = |error: HttpError| Event::Failed(Response::from_errors(vec![error.error()]));
    identity.reauthenticate(&state.app.authenticator).await.map_err(Event::Unauthorized)?;
    let _permit = state.concurrency.acquire().await.map_err(reject)?;
    let (prepared, _) = state.admit(&identity, request).await.map_err(|error| match error {
        AdmissionError::Invalid(response) => Event::Failed(response),
        AdmissionError::Rejected(error) => reject(error),
    })?;
    *info = Some(OperationInfo::of(&prepared));
    run(state.app.clone(), identity, prepared).await.map_err(Event::Failed)
}

/// Checks the token again before a response is sent: it may have expired or been revoked.
async fn reauthorized(app: App, identity: RequestIdentity, response: Result<Response, Response>) -> Event {
    match (identity.reauthenticate(&app.authenticator).await, response) {
        (Err(error), _) => Event::Unauthorized(error),
        (Ok(()), Ok(response)) => Event::Next(response),
        (Ok(()), Err(response)) => Event::Failed(response),
    }
}

/// Ends the events after the last one, and adds `Complete` if there was no other last event.
fn with_completion(events: EventStream) -> EventStream {
    let events = events.chain(stream::once(async { Event::Complete }));
    let events = stream::unfold(Some(events.boxed()), async |events| {
        let mut events = events?;
        let event = events.next().await?;
        let continues = matches!(event, Event::Next(_));
        Some((event, continues.then_some(events)))
    });
    events.boxed()
}

/// Converts a panic into the last event of the operation.
fn catch_panics(events: EventStream) -> EventStream {
    let broken = || Event::Failed(Response::from_errors(vec![HttpError::internal().error()]));
    // No state of the operation is used after a panic, so none can be seen inconsistent.
    AssertUnwindSafe(events).catch_unwind().map(move |event| event.unwrap_or_else(|_| broken())).boxed()
}
