//! `/graphql`: requests by POST and GET as the GraphQL-over-HTTP specification has them, and the explorer for a
//! browser that asks nothing yet.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use super::{access, answer, explorer, negotiation, request};
use crate::app::App;
use crate::auth::Viewer;
use crate::graphql::{Caller, OperationType};

/// Bytes that the body of a request may have.
const BODY_LIMIT: usize = 1024 * 1024;
/// Bytes that it may have from an editor, who may send a whole catalog.
const EDITORS_BODY_LIMIT: usize = 16 * 1024 * 1024;

pub async fn post(State(app): State<App>, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let form = negotiation::form(&headers).ok_or_else(Refusal::not_acceptable)?;
    let caller = access::caller(&app.authenticator, &headers).await?;
    let request = request::posted(&headers, body, body_limit(&caller)).await?;
    Ok(answer::write(&app.graphql.execute(request, caller).await, form))
}

pub async fn get(
    State(app): State<App>,
    RawQuery(query_string): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let query_string = query_string.unwrap_or_default();
    if negotiation::wants_page(&headers) && !request::asks(&query_string) {
        return Ok(explorer::page().into_response());
    }
    let form = negotiation::form(&headers).ok_or_else(Refusal::not_acceptable)?;
    let caller = access::caller(&app.authenticator, &headers).await?;
    let mut request = request::in_address(&query_string)?;
    if app.graphql.operation_type(&mut request) == Some(OperationType::Mutation) {
        return Err(Refusal::mutation_by_get());
    }
    Ok(answer::write(&app.graphql.execute(request, caller).await, form))
}

fn body_limit(caller: &Caller) -> usize {
    let editor = caller.viewer.as_deref().and_then(Viewer::editor);
    if editor.is_some() { EDITORS_BODY_LIMIT } else { BODY_LIMIT }
}
