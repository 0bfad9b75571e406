//! Operations whose answers come one after the other.
//!
//! async-graphql runs all events of a subscription in one long execution, with one set of data. Ours need a moment and
//! loaders of their own for each event, as a query has ([`drive`]). So the events are executed as queries: a second schema has
//! the type `Subscription` as its root, and an operation is told from a query by its [`Phase`] alone.
//!
//! 1. The document is validated by the schema that is served, and its one root field found ([`document`]).
//! 2. It is executed once to begin with: its field reads its arguments, and leaves what the caller wants to hear of.
//! 3. It is executed for each change that the [hub](crate::service::feed::Hub) tells of.

mod document;
mod object;

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{EmptyMutation, EmptySubscription, Pos, Request, Response, Schema, ValidationMode, Variables};
use futures_util::stream::{BoxStream, StreamExt};

use super::error::{self, cursor_expired, subscription_lagged};
use super::{GraphQlService, PreparedRequest, Requester, registry, was_executed};
use crate::loader::drive;
use crate::model::Change;
use crate::service::feed::{ChangeFilter, FeedError};
pub use object::Subscription;
use object::{ArgumentProbe, Phase};

/// The schema in which a subscription's events are executed.
pub type EventSchema = Schema<Subscription, EmptyMutation, EmptySubscription>;

pub fn event_schema() -> EventSchema {
    Schema::build(Subscription, EmptyMutation, EmptySubscription)
        .register_output_type::<registry::RegistryHook<registry::Standalone>>()
        // The schema that is served has validated the document already.
        .validation_mode(ValidationMode::Fast)
        .finish()
}

/// What comes of a request that was found good.
pub enum OperationOutput {
    /// It was refused before anything was executed after all.
    Rejected(Response),
    /// A query or a mutation has one answer.
    Single(Response),
    /// A subscription has one for each event. An error is what ended it.
    Stream(BoxStream<'static, Result<Response, Response>>),
}

/// A subscription that was found good, to be executed for each event.
struct ActiveSubscription {
    graphql: GraphQlService,
    requester: Requester,
    /// As it was sent.
    query: String,
    /// Its operation alone, as a query.
    document: ExecutableDocument,
    variables: Variables,
}

impl GraphQlService {
    /// Executes one request of any type.
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

    /// Validates a subscription with its variables.
    async fn validate_subscription(&self, prepared: PreparedRequest) -> Result<ActiveSubscription, Response> {
        let PreparedRequest { mut request, requester, document, .. } = prepared;
        let (query, variables) = (request.query.clone(), request.variables.clone());
        let operation_name = request.operation_name.clone();
        let refused = |mut errors| {
            error::finish(&mut errors, document.parsed());
            Response::from_errors(errors)
        };
        request.set_parsed_query(document.parsed().clone());
        // In the schema that is served its stream is empty, so what comes out of it can only be what is wrong.
        if let Some(invalid) = self.schema.execute_stream(request).next().await {
            return Err(refused(invalid.errors));
        }
        let document = document::as_query(document.parsed().clone(), operation_name.as_deref())
            .map_err(|error| refused(vec![error]))?;
        Ok(ActiveSubscription { graphql: self.clone(), requester, document, variables, query })
    }
}

impl ActiveSubscription {
    /// Asks the field what the caller wants to hear of.
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
        // There will be no answer, so nothing has a place in one.
        errors.iter_mut().for_each(|error| error.path.clear());
        Err(Response::from_errors(errors))
    }

    /// The answer for one event.
    async fn execute_event(&self, change: Arc<ChangeEvent>) -> Response {
        let mut answer = self.execute(Phase::Event(change)).await;
        if !answer.errors.is_empty() {
            error::finish(&mut answer.errors, &self.document);
        }
        answer
    }

    async fn execute(&self, phase: Phase) -> Response {
        let (queue, data) = self.graphql.request_data(self.requester.clone(), false);
        let mut request = Request::new(&self.query).variables(self.variables.clone()).data(data).data(phase);
        request.set_parsed_query(self.document.clone());
        run_with_batches(&queue, self.graphql.event_schema.execute(request)).await
    }

    /// Says why nothing more will come.
    fn ended(&self, lost: FeedError) -> Response {
        let error = match lost {
            FeedError::Expired => cursor_expired(),
            FeedError::Lagged => subscription_lagged(),
            FeedError::Read(error) => error.into(),
        };
        let mut error = error.into_server_error(Pos::default());
        // It is nobody's fault, so it has no place in the document.
        error.locations.clear();
        let mut errors = vec![error];
        error::finish(&mut errors, &self.document);
        Response::from_errors(errors)
    }
}
