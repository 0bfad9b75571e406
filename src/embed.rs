//! Embeds the catalog in another axum application: [`App`] executes requests for async-graphql's integrations, such as
//! `async_graphql_axum::GraphQL::new(app)`.
//!
//! An operation passes the same checks as at the endpoint of the server: trusted documents, the limits on documents,
//! cost, time, SQL statements and batches, and the roles of its caller. The application is responsible for HTTP:
//! authentication, rate limits, the size of bodies, and the number of concurrent requests. See
//! `docs/guides/embedding.md`.

use std::any::TypeId;
use std::sync::Arc;

use async_graphql::{BatchRequest, BatchResponse, Data, Executor, Request, Response};
pub use async_graphql_axum;
use futures_util::stream::{self, BoxStream, StreamExt};

use crate::app::App;
use crate::graphql::{BatchBudget, ErrorCode, OperationOutput, OperationType, Requester, request_error};
use crate::request_context::{RequestContext, generate_id};

impl Executor for App {
    /// Executes a query or a mutation for the [`Requester`] in the request's data, or for an anonymous caller.
    async fn execute(&self, request: Request) -> Response {
        self.execute_within(request, &mut BatchBudget::new(&self.settings.limits)).await
    }

    /// Executes up to `limits.batch-size` requests in sequence, which together can cost as much as one.
    async fn execute_batch(&self, batch: BatchRequest) -> BatchResponse {
        let requests = match batch {
            BatchRequest::Single(request) => return BatchResponse::Single(self.execute(request).await),
            BatchRequest::Batch(requests) => requests,
        };
        let mut budget = BatchBudget::new(&self.settings.limits);
        if let Err(error) = budget.check_length(requests.len()) {
            return BatchResponse::Single(Response::from_errors(vec![error]));
        }
        let mut responses = Vec::with_capacity(requests.len());
        for request in requests {
            responses.push(self.execute_within(request, &mut budget).await);
        }
        BatchResponse::Batch(responses)
    }

    /// Executes an operation of any type, for the [`Requester`] in the data of the request or of the session, or for an
    /// anonymous caller.
    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let app = self.clone();
        let caller = caller(&request.data).or_else(|| caller(session.as_deref()?)).unwrap_or_default();
        let answers = async move {
            let context = app.request_context();
            let begun = async {
                match app.graphql.prepare(request, caller).await {
                    Ok(prepared) => app.graphql.execute_any(prepared).await,
                    Err(error) => OperationOutput::Rejected(error),
                }
            };
            match context.scope(begun).await {
                OperationOutput::Rejected(response) | OperationOutput::Single(response) => {
                    stream::iter([response]).boxed()
                }
                OperationOutput::Stream(events) => events.map(|event| event.unwrap_or_else(|ended| ended)).boxed(),
            }
        };
        stream::once(answers).flatten().boxed()
    }
}

impl App {
    async fn execute_within(&self, request: Request, budget: &mut BatchBudget) -> Response {
        let caller = caller(&request.data).unwrap_or_default();
        let executed = async {
            let prepared = match self.graphql.prepare(request, caller).await {
                Ok(prepared) if prepared.operation_type() == OperationType::Subscription => return stream_required(),
                Ok(prepared) => prepared,
                Err(error) => return error,
            };
            match budget.spend(prepared.cost()) {
                Ok(()) => self.graphql.execute(prepared).await,
                Err(error) => Response::from_errors(vec![error]),
            }
        };
        self.request_context().scope(executed).await
    }

    /// Creates the context of one operation, which limits its SQL statements.
    fn request_context(&self) -> Arc<RequestContext> {
        let (slow_threshold, limit) =
            (self.settings.log.slow_query_threshold, self.settings.limits.sql_statements as u64);
        Arc::new(RequestContext::new(generate_id(), slow_threshold, limit))
    }
}

fn stream_required() -> Response {
    let message = "Subscriptions require a stream: use a WebSocket.";
    Response::from_errors(vec![request_error(ErrorCode::BadUserInput, message)])
}

/// Returns the caller that the application added to the data.
fn caller(data: &Data) -> Option<Requester> {
    data.get(&TypeId::of::<Requester>())?.downcast_ref().cloned()
}
