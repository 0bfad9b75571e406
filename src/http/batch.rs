//! Batches: a list of requests in one body, executed in sequence.
//!
//! All requests of a batch together can cost as much as one.

use async_graphql::Request;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::error::HttpError;
use super::negotiation::ResponseFormat;
use super::request_identity::RequestIdentity;
use super::response::{self, VARY_VALUE};
use super::response_cache::bypasses_cache;
use super::state::{AdmissionError, AppState};
use crate::graphql::{BatchBudget, OperationType};

/// Executes the requests of a batch.
///
/// # Errors
/// Returns an error if no response format is acceptable, the server is overloaded, or the first request exceeds the rate
/// limit. A later one fails alone, so that the results of executed mutations are not lost.
pub async fn respond(
    state: &AppState,
    identity: &RequestIdentity,
    (headers, format): (&HeaderMap, Option<ResponseFormat>),
    requests: Vec<Request>,
) -> Result<Response, HttpError> {
    let format = format.ok_or_else(|| state.charge_rejection(identity, HttpError::not_acceptable()))?;
    let _permit = state.concurrency.acquire().await?;
    let app = &state.app;
    let (mut budget, mut responses) = (BatchBudget::new(&app.settings.limits), Vec::with_capacity(requests.len()));
    for request in requests {
        let response = match state.admit(identity, request).await {
            Err(AdmissionError::Invalid(response)) => response,
            Err(AdmissionError::Rejected(error)) if responses.is_empty() => return Err(error),
            Err(AdmissionError::Rejected(error)) => async_graphql::Response::from_errors(vec![error.error()]),
            Ok((prepared, _)) if prepared.operation_type() == OperationType::Subscription => {
                async_graphql::Response::from_errors(vec![HttpError::stream_required().error()])
            }
            Ok((prepared, _)) => match budget.spend(prepared.cost()) {
                Ok(()) => app.graphql.execute(prepared.bypassing_cache(bypasses_cache(headers))).await,
                Err(error) => async_graphql::Response::from_errors(vec![error]),
            },
        };
        responses.push(response::to_json(&response).map_err(|_| HttpError::internal())?);
    }
    let text = format!("[{}]", responses.join(","));
    Ok((StatusCode::OK, [(CONTENT_TYPE, format.content_type())], [(VARY, VARY_VALUE)], text).into_response())
}
