//! A list of requests in one body, where the operator takes such: one after the other, answered by a list.
//!
//! Together they may cost what one may, so that a list is no way around the limit.

use async_graphql::Request;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::access::Access;
use super::answer::{self, VARIES};
use super::cache::reads_through;
use super::front::{Front, NotTaken};
use super::negotiation::Form;
use super::refusal::Refusal;
use crate::graphql::{BatchBudget, OperationType};

/// Executes each request of a list.
///
/// # Errors
/// When no form of answer suits the client, there is no room for the list just now, or they ask too much.
pub async fn respond(
    front: &Front,
    access: &Access,
    (headers, form): (&HeaderMap, Option<Form>),
    requests: Vec<Request>,
) -> Result<Response, Refusal> {
    let form = form.ok_or_else(Refusal::not_acceptable)?;
    let _turn = front.turns.take().await?;
    let app = &front.app;
    let (mut budget, mut answers) = (BatchBudget::new(&app.settings.limits), Vec::with_capacity(requests.len()));
    for request in requests {
        let answer = match front.admit(access, request).await {
            Err(NotTaken::Answer(answer)) => answer,
            Err(NotTaken::Refused(refusal)) => return Err(refusal),
            Ok((prepared, _)) if prepared.operation_type() == OperationType::Subscription => {
                async_graphql::Response::from_errors(vec![Refusal::needs_stream().error()])
            }
            Ok((prepared, _)) => match budget.spend(prepared.cost()) {
                Ok(()) => app.graphql.execute(prepared.reading_through(reads_through(headers))).await,
                Err(refused) => async_graphql::Response::from_errors(vec![refused]),
            },
        };
        answers.push(answer::json(&answer).map_err(|_| Refusal::internal())?);
    }
    let text = format!("[{}]", answers.join(","));
    Ok((StatusCode::OK, [(CONTENT_TYPE, form.content_type())], [(VARY, VARIES)], text).into_response())
}
