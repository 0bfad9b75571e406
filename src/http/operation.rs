//! One operation whose answers come one after the other, whatever carries them.

use std::panic::AssertUnwindSafe;

use async_graphql::{Request, Response};
use axum::http::HeaderMap;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::access::Access;
use super::front::{Front, NotTaken};
use super::operation_info::OperationInfo;
use super::refusal::Refusal;
use crate::app::App;
use crate::graphql::{Answers, Prepared};
use crate::request_context::generate_id;
use crate::telemetry::Transport;

/// What happens in the course of an operation.
pub enum Event {
    /// An answer.
    Next(Response),
    /// It was refused before anything was executed, or broke; which is its end.
    Failed(Response),
    /// The caller is no longer let in.
    Denied(Refusal),
    /// It came to its end.
    Complete,
}

/// The events of one operation.
pub type Events = BoxStream<'static, Event>;

/// Runs an operation that was found good, for somebody who was just let in.
///
/// # Errors
/// The answer, where it is refused before anything is executed.
pub async fn run(app: App, access: Access, prepared: Prepared) -> Result<Events, Response> {
    let answers = match app.graphql.answers(prepared).await {
        Answers::Refused(answer) => return Err(answer),
        Answers::Once(answer) => stream::once(async { Event::Next(answer) }).boxed(),
        Answers::Many(answers) => answers.then(move |answer| checked(app.clone(), access.clone(), answer)).boxed(),
    };
    Ok(guarded(ended(answers)))
}

/// Begins an operation of a caller that was authenticated earlier. Its span, if operations are traced, ends when a
/// query or mutation is executed, or a subscription is established.
pub fn resume(front: Front, access: Access, handshake: &HeaderMap, request: Request) -> Events {
    let (context, request_span) = front.begin(generate_id(), handshake);
    let begun = context.clone().scope(async move {
        let mut info = None;
        let events = start(&front, access, request, &mut info).await;
        front.end(&context, request_span, Transport::WebSocket, info.as_ref().map(|info: &OperationInfo| &*info.0));
        events.unwrap_or_else(|event| stream::once(async { event }).boxed())
    });
    guarded(stream::once(begun).flatten().boxed())
}

/// Starts an operation and records which one it is.
///
/// # Errors
/// Returns the final event if the operation is refused before anything is executed.
async fn start(
    front: &Front,
    access: Access,
    request: Request,
    info: &mut Option<OperationInfo>,
) -> Result<Events, Event> {
    let refused = |refusal: Refusal| Event::Failed(Response::from_errors(vec![refusal.error()]));
    access.check(&front.app.authenticator).await.map_err(Event::Denied)?;
    let _turn = front.turns.take().await.map_err(refused)?;
    let (prepared, _) = front.admit(&access, request).await.map_err(|not_taken| match not_taken {
        NotTaken::Answer(answer) => Event::Failed(answer),
        NotTaken::Refused(refusal) => refused(refusal),
    })?;
    *info = Some(OperationInfo::of(&prepared));
    run(front.app.clone(), access, prepared).await.map_err(Event::Failed)
}

/// A token may expire or be revoked while somebody listens, so it is looked at again before each answer is told.
async fn checked(app: App, access: Access, answer: Result<Response, Response>) -> Event {
    match (access.check(&app.authenticator).await, answer) {
        (Err(refusal), _) => Event::Denied(refusal),
        (Ok(()), Ok(answer)) => Event::Next(answer),
        (Ok(()), Err(answer)) => Event::Failed(answer),
    }
}

/// The events up to their end: one that says so, unless another was the last already.
fn ended(events: Events) -> Events {
    let events = events.chain(stream::once(async { Event::Complete }));
    let events = stream::unfold(Some(events.boxed()), async |events| {
        let mut events = events?;
        let event = events.next().await?;
        let goes_on = matches!(event, Event::Next(_));
        Some((event, goes_on.then_some(events)))
    });
    events.boxed()
}

/// Keeps a panic within its operation, which it ends.
fn guarded(events: Events) -> Events {
    let broken = || Event::Failed(Response::from_errors(vec![Refusal::internal().error()]));
    // Nothing of the operation is used again after its panic, so nothing half-done can be seen.
    AssertUnwindSafe(events).catch_unwind().map(move |event| event.unwrap_or_else(|_| broken())).boxed()
}
