//! `/graphql`: requests by POST and GET as the GraphQL-over-HTTP specification has them, streams of events and
//! WebSockets for those who ask for them, and the explorer for a browser that asks nothing yet.

use async_graphql::{BatchRequest, Request};
use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};

use super::access::{self, Access};
use super::cache::{Asked, Sent};
use super::front::{Front, NotTaken};
use super::negotiation::{self, Accepted, Events};
use super::operation_info::OperationInfo;
use super::peer::Peer;
use super::refusal::Refusal;
use super::{answer, batch, cache, explorer, request, sse, websocket};
use crate::auth::Viewer;
use crate::config::Limits;
use crate::graphql::{Caller, OperationType};
use crate::request_context::in_request_span;

pub async fn post(State(front): State<Front>, peer: Peer, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let accepted = acceptable(&headers)?;
    let access = access::access(&front.app.authenticator, &headers, peer).await?;
    let limits = &front.app.settings.limits;
    let patience = front.app.settings.http.body_timeout;
    let body = request::body(&headers, body, body_limit(limits, &access.caller), patience).await?;
    let sent = Sent::once(&access, &headers, accepted, &body);
    if let Some(sent) = &sent
        && let Some(answer) = again(&front, &access, sent)?
    {
        return Ok(answer);
    }
    // In boxes, since this future is moved about before it begins, and would be as large as either: nothing of them is needed for what
    // is answered by now.
    match request::posted(&body, limits.batch_size)? {
        BatchRequest::Single(request) => {
            Box::pin(in_request_span(respond(front, access, (&headers, accepted), request, (Method::POST, sent)))).await
        }
        BatchRequest::Batch(requests) => {
            Box::pin(in_request_span(batch::respond(&front, &access, (&headers, accepted.form), requests))).await
        }
    }
}

pub async fn get(
    State(front): State<Front>,
    peer: Peer,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    if websocket::is_wanted(&headers) {
        return websocket::open(front, peer, (&uri, headers), upgrade);
    }
    let query_string = uri.query().unwrap_or_default();
    if negotiation::wants_page(&headers) && !request::asks(query_string) {
        return Ok(explorer::page().into_response());
    }
    let accepted = acceptable(&headers)?;
    let access = access::access(&front.app.authenticator, &headers, peer).await?;
    let request = request::in_address(query_string)?;
    respond(front, access, (&headers, accepted), request, (Method::GET, None)).await
}

/// What the client takes. Refuses whom no answer of ours would suit, before anything is read.
fn acceptable(headers: &HeaderMap) -> Result<Accepted, Refusal> {
    let accepted = negotiation::accepted(headers);
    let suits = accepted.form.is_some() || accepted.events != Events::No;
    if suits { Ok(accepted) } else { Err(Refusal::not_acceptable()) }
}

/// The answer to what was sent before to the letter, where it is kept and still holds.
///
/// # Errors
/// When they have asked for too much.
fn again(front: &Front, access: &Access, sent: &Sent) -> Result<Option<Response>, Refusal> {
    let Some((mut response, info)) = front.answers.again(&front.app.graphql, sent) else { return Ok(None) };
    let left = front.rates.take(access, info.0.cost.max(1))?;
    response.extensions_mut().insert(info);
    front.rates.tell(left, &mut response);
    Ok(Some(response))
}

/// Executes a request, and answers once or with a stream: as the client prefers, and as the operation needs it.
async fn respond(
    front: Front,
    access: Access,
    (headers, accepted): (&HeaderMap, Accepted),
    request: Request,
    (method, sent): (Method, Option<Sent>),
) -> Result<Response, Refusal> {
    let turn = front.turns.take().await?;
    let (prepared, left) = match front.admit(&access, request).await {
        Ok((prepared, left)) => (prepared.reading_through(cache::reads_through(headers)), left),
        Err(NotTaken::Answer(answer)) => return Ok(refused(&answer, accepted)),
        Err(NotTaken::Refused(refusal)) => return Err(refusal),
    };
    let (operation_type, info) = (prepared.operation_type(), OperationInfo::of(&prepared));
    if method == Method::GET && operation_type == OperationType::Mutation {
        return Err(Refusal::mutation_by_get());
    }
    let subscribes = operation_type == OperationType::Subscription;
    let mut response = match (accepted.events, accepted.form) {
        (Events::No, _) if subscribes => return Err(Refusal::needs_stream()),
        (Events::No | Events::Taken, Some(form)) if !subscribes => {
            let asked = Asked { method: &method, headers, form, sent };
            front.answers.answer(&front.app.graphql, prepared, asked).await
        }
        _ => match sse::respond(front.clone(), access, prepared).await? {
            Ok(response) => response,
            Err(answer) => refused(&answer, accepted),
        },
    };
    drop(turn);
    response.extensions_mut().insert(info);
    front.rates.tell(left, &mut response);
    Ok(response)
}

/// Writes the answer to an operation that was refused before anything was executed. It is a stream for clients that prefer
/// one, or take nothing else; those that take either read the status.
fn refused(answer: &async_graphql::Response, Accepted { form, events }: Accepted) -> Response {
    match form {
        Some(form) if events != Events::Preferred => answer::write(answer, form),
        _ => sse::refused(answer),
    }
}

fn body_limit(limits: &Limits, caller: &Caller) -> usize {
    let editor = caller.viewer.as_deref().and_then(Viewer::editor);
    if editor.is_some() { limits.editor_body_size } else { limits.body_size }
}
