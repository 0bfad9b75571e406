//! One operation whose answers come one after the other, whatever carries them.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::{Request, Response};
use futures_util::stream::{self, BoxStream, StreamExt};

use super::access::Access;
use super::exchange;
use super::front::{Front, NotTaken};
use super::refusal::Refusal;
use crate::app::App;
use crate::graphql::{Answers, Prepared};

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

/// Begins an operation for somebody who was just let in.
async fn begin(front: Front, access: Access, request: Request) -> Result<Events, Response> {
    let (prepared, _) = front.admit(&access, request).await.map_err(|not_taken| match not_taken {
        NotTaken::Answer(answer) => answer,
        NotTaken::Refused(refusal) => Response::from_errors(vec![refusal.error()]),
    })?;
    run(front.app.clone(), access, prepared).await
}

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

/// Begins an operation for somebody who was let in some time ago.
pub fn resume(front: Front, access: Access, request: Request) -> Events {
    let begun = Arc::new(front.exchange(exchange::fresh())).scope(async move {
        if let Err(refusal) = access.check(&front.app.authenticator).await {
            return stream::once(async { Event::Denied(refusal) }).boxed();
        }
        let _turn = match front.turns.take().await {
            Ok(turn) => turn,
            Err(refusal) => {
                let answer = Response::from_errors(vec![refusal.error()]);
                return stream::once(async { Event::Failed(answer) }).boxed();
            }
        };
        begin(front, access, request)
            .await
            .unwrap_or_else(|answer| stream::once(async { Event::Failed(answer) }).boxed())
    });
    guarded(stream::once(begun).flatten().boxed())
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
