//! `/graphql`: requests by POST and GET as the GraphQL-over-HTTP specification defines them, event streams, WebSockets,
//! and the explorer for browsers.

use async_graphql::{BatchRequest, Request};
use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};

use super::client_addr::ClientAddr;
use super::error::HttpError;
use super::negotiation::{self, Negotiated, StreamPreference};
use super::operation_info::OperationInfo;
use super::request_identity::{self, RequestIdentity};
use super::response_cache::{RawRequestKey, ResponseRequest};
use super::state::{AdmissionError, AppState};
use super::{batch, catalog_version, explorer, request, response, response_cache, sse, websocket};
use crate::auth::Viewer;
use crate::config::Limits;
use crate::graphql::{OperationType, Requester};
use crate::request_context::in_request_span;

pub async fn post(
    State(state): State<AppState>,
    client: ClientAddr,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let (identity, negotiated) = identify_and_negotiate(&state, client, &headers).await?;
    let reject = |error| state.charge_rejection(&identity, error);
    let limits = &state.app.settings.limits;
    let body_timeout = state.app.settings.http.body_timeout;
    let body_limit = body_limit(limits, &identity.caller);
    let body = request::read_body(&headers, body, body_limit, body_timeout).await.map_err(reject)?;
    catalog_version::check(&state, &identity, &headers).await.map_err(reject)?;
    let raw_request = RawRequestKey::of(&identity, &headers, negotiated, &body);
    if let Some(raw_request) = &raw_request
        && let Some(response) = cached_response(&state, &identity, raw_request)?
    {
        return Ok(response);
    }
    // The futures are boxed because a cached response needs neither: otherwise this future would be as large as the
    // larger one, and it is moved before it starts.
    match request::parse_body(&body, limits.batch_size).map_err(reject)? {
        BatchRequest::Single(request) => {
            Box::pin(in_request_span(respond(
                state,
                identity,
                (&headers, negotiated),
                request,
                (Method::POST, raw_request),
            )))
            .await
        }
        BatchRequest::Batch(requests) => {
            Box::pin(in_request_span(batch::respond(&state, &identity, (&headers, negotiated.format), requests))).await
        }
    }
}

pub async fn get(
    State(state): State<AppState>,
    client: ClientAddr,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpError> {
    if websocket::is_upgrade(&headers) {
        return websocket::open(state, client, (&uri, headers), upgrade);
    }
    let query_string = uri.query().unwrap_or_default();
    if negotiation::prefers_html(&headers) && !request::has_operation(query_string) {
        return Ok(explorer::page(uri.path()).into_response());
    }
    let (identity, negotiated) = identify_and_negotiate(&state, client, &headers).await?;
    let reject = |error| state.charge_rejection(&identity, error);
    catalog_version::check(&state, &identity, &headers).await.map_err(reject)?;
    let request = request::from_query_string(query_string).map_err(reject)?;
    respond(state, identity, (&headers, negotiated), request, (Method::GET, None)).await
}

/// Identifies the caller, and negotiates the response format, before the body is read. Charges the address of the client
/// for invalid credentials.
///
/// # Errors
/// Returns an error if the credentials are invalid or cannot be checked, or no format is acceptable.
async fn identify_and_negotiate(
    state: &AppState,
    client: ClientAddr,
    headers: &HeaderMap,
) -> Result<(RequestIdentity, Negotiated), HttpError> {
    let identity = request_identity::identify(&state.app.authenticator, headers, client).await;
    let identity = identity.map_err(|error| state.charge_rejection(&RequestIdentity::anonymous(client), error))?;
    let negotiated = negotiate(headers).map_err(|error| state.charge_rejection(&identity, error))?;
    Ok((identity, negotiated))
}

/// Negotiates the response format.
///
/// # Errors
/// Returns an error if no format is acceptable.
fn negotiate(headers: &HeaderMap) -> Result<Negotiated, HttpError> {
    let negotiated = negotiation::negotiate(headers);
    let is_acceptable = negotiated.format.is_some() || negotiated.stream != StreamPreference::NotAccepted;
    if is_acceptable { Ok(negotiated) } else { Err(HttpError::not_acceptable()) }
}

/// Returns the cached response to an identical request, if it is still valid.
///
/// # Errors
/// Returns an error if the rate limit is exceeded.
fn cached_response(
    state: &AppState,
    identity: &RequestIdentity,
    raw_request: &RawRequestKey,
) -> Result<Option<Response>, HttpError> {
    let Some((mut response, info)) = state.response_cache.lookup(&state.app.graphql, raw_request) else {
        return Ok(None);
    };
    let left = state.rate_limiter.charge(identity, info.0.cost.max(1))?;
    response.extensions_mut().insert(info);
    state.rate_limiter.add_headers(left, &mut response);
    Ok(Some(response))
}

/// Executes a request. Responds with a single response or a stream, depending on the operation and the client's
/// preference.
async fn respond(
    state: AppState,
    identity: RequestIdentity,
    (headers, negotiated): (&HeaderMap, Negotiated),
    request: Request,
    (method, raw_request): (Method, Option<RawRequestKey>),
) -> Result<Response, HttpError> {
    let permit = state.concurrency.acquire().await?;
    let (prepared, left) = match state.admit(&identity, request).await {
        Ok((prepared, left)) => (prepared.bypassing_cache(response_cache::bypasses_cache(headers)), left),
        Err(AdmissionError::Invalid(response)) => return Ok(encode_rejection(&response, negotiated)),
        Err(AdmissionError::Rejected(error)) => return Err(error),
    };
    let (operation_type, info) = (prepared.operation_type(), OperationInfo::of(&prepared));
    if method == Method::GET && operation_type == OperationType::Mutation {
        return Err(HttpError::mutation_by_get());
    }
    let is_subscription = operation_type == OperationType::Subscription;
    let mut response = match (negotiated.stream, negotiated.format) {
        (StreamPreference::NotAccepted, _) if is_subscription => return Err(HttpError::stream_required()),
        (StreamPreference::NotAccepted | StreamPreference::Accepted, Some(format)) if !is_subscription => {
            let request = ResponseRequest { method: &method, headers, format, raw_request };
            state.response_cache.respond(&state.app.graphql, prepared, request).await
        }
        _ => match sse::respond(state.clone(), identity, prepared).await? {
            Ok(response) => response,
            Err(response) => encode_rejection(&response, negotiated),
        },
    };
    drop(permit);
    response.extensions_mut().insert(info);
    state.rate_limiter.add_headers(left, &mut response);
    Ok(response)
}

/// Encodes the response to an operation that was rejected before execution. The response is a stream for clients that
/// prefer or require one; others read the status.
fn encode_rejection(response: &async_graphql::Response, Negotiated { format, stream }: Negotiated) -> Response {
    match format {
        Some(format) if stream != StreamPreference::Preferred => response::encode(response, format),
        _ => sse::encode_rejection(response),
    }
}

fn body_limit(limits: &Limits, caller: &Requester) -> usize {
    let editor = caller.viewer.as_deref().and_then(Viewer::editor);
    if editor.is_some() { limits.editor_body_size } else { limits.body_size }
}
