//! `/graphql`: requests by POST and GET as the GraphQL-over-HTTP specification has them, streams of events and
//! WebSockets for those who ask for them, and the explorer for a browser that asks nothing yet.

use async_graphql::Request;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::access::{self, Access};
use super::front::Front;
use super::negotiation::{self, Events, Form};
use super::refusal::Refusal;
use super::{answer, explorer, request, sse, websocket};
use crate::auth::Viewer;
use crate::graphql::{Caller, OperationType};

/// Bytes that the body of a request may have.
const BODY_LIMIT: usize = 1024 * 1024;
/// Bytes that it may have from an editor, who may send a whole catalog.
const EDITORS_BODY_LIMIT: usize = 16 * 1024 * 1024;

pub async fn post(State(front): State<Front>, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    check_acceptable(&headers)?;
    let access = access::access(&front.app.authenticator, &headers).await?;
    let request = request::posted(&headers, body, body_limit(&access.caller)).await?;
    respond(front, access, &headers, request, Method::POST).await
}

pub async fn get(
    State(front): State<Front>,
    RawQuery(query_string): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    if websocket::is_wanted(&headers) {
        return websocket::open(front, headers, upgrade);
    }
    let query_string = query_string.unwrap_or_default();
    if negotiation::wants_page(&headers) && !request::asks(&query_string) {
        return Ok(explorer::page().into_response());
    }
    check_acceptable(&headers)?;
    let access = access::access(&front.app.authenticator, &headers).await?;
    let request = request::in_address(&query_string)?;
    respond(front, access, &headers, request, Method::GET).await
}

/// Refuses whom no answer of ours would suit, before anything is read.
fn check_acceptable(headers: &HeaderMap) -> Result<(), Refusal> {
    let suits = negotiation::form(headers).is_some() || negotiation::events(headers) != Events::No;
    if suits { Ok(()) } else { Err(Refusal::not_acceptable()) }
}

/// Executes a request, and answers once or with a stream: as the client prefers, and as the operation needs it.
async fn respond(
    front: Front,
    access: Access,
    headers: &HeaderMap,
    request: Request,
    method: Method,
) -> Result<Response, Refusal> {
    let Front { app, closing } = front;
    let form = negotiation::form(headers);
    let prepared = match app.graphql.prepare(request, access.caller.clone()).await {
        Ok(prepared) => prepared,
        Err(refused) => return Ok(answer::write(&refused, form.unwrap_or(Form::GraphQl))),
    };
    let operation_type = prepared.operation_type();
    if method == Method::GET && operation_type == OperationType::Mutation {
        return Err(Refusal::mutation_by_get());
    }
    let subscribes = operation_type == OperationType::Subscription;
    match (negotiation::events(headers), form) {
        (Events::No, _) if subscribes => Err(Refusal::needs_stream()),
        (Events::No | Events::Taken, Some(form)) if !subscribes => {
            Ok(answer::write(&app.graphql.execute(prepared).await, form))
        }
        _ => Ok(sse::respond(app, access, prepared, closing).await),
    }
}

fn body_limit(caller: &Caller) -> usize {
    let editor = caller.viewer.as_deref().and_then(Viewer::editor);
    if editor.is_some() { EDITORS_BODY_LIMIT } else { BODY_LIMIT }
}
