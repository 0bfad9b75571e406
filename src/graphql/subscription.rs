//! Subscriptions.
//!
//! async-graphql executes all events of a subscription with the same request data. Here each event needs its own time
//! and its own loaders, as a query does ([`run_with_batches`]). So each event is executed as a query: a second schema has the type
//! `Subscription` as its query root, and the [`Phase`] distinguishes an event from the start of the subscription.
//!
//! 1. The main schema validates the document, which must have one root field ([`document`]).
//! 2. A first execution reads the arguments of the field into an [`ArgumentProbe`].
//! 3. The document is executed for each change that the [hub](crate::service::feed::Hub) publishes.

mod document;
mod object;

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{EmptyMutation, EmptySubscription, Pos, Request, Response, Schema, ValidationMode, Variables};
use futures_util::stream::{BoxStream, StreamExt};

use super::error::{self, cursor_expired, subscription_lagged};
use super::{GraphQlService, PreparedRequest, Requester, registry, was_executed};
use crate::loader::run_with_batches;
use crate::model::ChangeEvent;
use crate::service::feed::{ChangeFilter, FeedError};
pub use object::Subscription;
use object::{ArgumentProbe, Phase};

/// The schema that executes the events of subscriptions.
pub type EventSchema = Schema<Subscription, EmptyMutation, EmptySubscription>;

pub fn event_schema() -> EventSchema {
    Schema::build(Subscription, EmptyMutation, EmptySubscription)
        .register_output_type::<registry::RegistryHook<registry::Standalone>>()
        // The main schema has already validated the document.
        .validation_mode(ValidationMode::Fast)
        .finish()
}

/// The output of a valid request.
pub enum OperationOutput {
    /// The request was rejected before its execution.
    Rejected(Response),
    /// The response of a query or a mutation.
    Single(Response),
    /// The responses of a subscription, one for each event. An `Err` is the response that ends it.
    Stream(BoxStream<'static, Result<Response, Response>>),
}

/// A valid subscription, to be executed for each event.
struct ActiveSubscription {
    graphql: GraphQlService,
    requester: Requester,
    /// The document as it was sent.
    query: String,
    /// The operation of the subscription as a query.
    document: ExecutableDocument,
    variables: Variables,
}

impl GraphQlService {
    /// Executes an operation of any type.
    pub async fn execute_any(&self, prepared: PreparedRequest) -> OperationOutput {
        if prepared.operation_type() == OperationType::Subscription {
            return match self.subscribe(prepared).await {
                Ok(events) => OperationOutput::Stream(events),
                Err(refused) => OperationOutput::Rejected(refused),
            };
        }
        let answer = self.execute(prepared).await;
        if was_executed(&answer) { OperationOutput::Single(answer) } else { OperationOutput::Rejected(answer) }
    }

    async fn subscribe(
        &self,
        prepared: PreparedRequest,
    ) -> Result<BoxStream<'static, Result<Response, Response>>, Response> {
        let subscription = Arc::new(self.validate_subscription(prepared).await?);
        let filter = subscription.read_filter().await?;
        let changes = self.hub.subscribe(filter).await.map_err(|lost| subscription.ended(lost))?;
        let events = changes.then(move |change| {
            let subscription = subscription.clone();
            async move {
                match change {
                    Ok(change) => Ok(subscription.execute_event(change).await),
                    Err(lost) => Err(subscription.ended(lost)),
                }
            }
        });
        Ok(events.boxed())
    }

    /// Validates a subscription and its variables.
    async fn validate_subscription(&self, prepared: PreparedRequest) -> Result<ActiveSubscription, Response> {
        let PreparedRequest { mut request, requester, document, .. } = prepared;
        let (query, variables) = (request.query.clone(), request.variables.clone());
        let operation_name = request.operation_name.clone();
        let refused = |mut errors| {
            error::finish(&mut errors, document.parsed());
            Response::from_errors(errors)
        };
        request.set_parsed_query(document.parsed().clone());
        // The stream of the main schema is empty, so any response that it yields is an error.
        if let Some(invalid) = self.schema.execute_stream(request).next().await {
            return Err(refused(invalid.errors));
        }
        let document = document::as_query(document.parsed().clone(), operation_name.as_deref())
            .map_err(|error| refused(vec![error]))?;
        Ok(ActiveSubscription { graphql: self.clone(), requester, document, variables, query })
    }
}

impl ActiveSubscription {
    /// Executes the field once to read its arguments.
    async fn read_filter(&self) -> Result<ChangeFilter, Response> {
        let probe = ArgumentProbe::default();
        let mut errors = self.execute(Phase::Start(probe.clone())).await.errors;
        if let Some(filter) = probe.take() {
            return Ok(filter);
        }
        if errors.is_empty() {
            errors.push(document::no_field());
        }
        error::finish(&mut errors, &self.document);
        // There will be no data, so the errors have no path.
        errors.iter_mut().for_each(|error| error.path.clear());
        Err(Response::from_errors(errors))
    }

    /// Returns the response for one event.
    async fn execute_event(&self, change: Arc<ChangeEvent>) -> Response {
        let mut answer = self.execute(Phase::Event(change)).await;
        if !answer.errors.is_empty() {
            error::finish(&mut answer.errors, &self.document);
        }
        answer
    }

    async fn execute(&self, phase: Phase) -> Response {
        let (queue, data) = self.graphql.request_data(self.requester.clone(), false, self.graphql.database.clone());
        let mut request = Request::new(&self.query).variables(self.variables.clone()).data(data).data(phase);
        request.set_parsed_query(self.document.clone());
        run_with_batches(&queue, self.graphql.event_schema.execute(request)).await
    }

    /// Returns the response that ends the subscription.
    fn ended(&self, lost: FeedError) -> Response {
        let error = match lost {
            FeedError::Expired => cursor_expired(),
            FeedError::Lagged => subscription_lagged(),
            FeedError::Read(error) => error.into(),
        };
        let mut error = error.into_server_error(Pos::default());
        // The error is not caused by the document, so it has no location.
        error.locations.clear();
        let mut errors = vec![error];
        error::finish(&mut errors, &self.document);
        Response::from_errors(errors)
    }
}
