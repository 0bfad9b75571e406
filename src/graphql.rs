//! The shape of the API: types, arguments and errors. What they mean is decided in the rooms beneath.

mod access;
mod book;
mod career;
mod catalog;
mod catalog_import;
mod change;
mod connection;
mod context;
mod course;
mod document;
mod enums;
mod error;
mod filter;
pub mod guard;
mod interface;
mod introspection;
mod json_ld;
mod learning_path;
mod limits;
mod list;
mod lookup;
mod mutation;
mod node;
mod object;
mod operation;
mod order;
mod party;
mod prose;
mod reading_list;
mod registry;
mod revision;
mod scalars;
mod search;
mod subscription;
mod topic;
pub mod user_error;

use std::sync::Arc;

pub use async_graphql::parser::types::OperationType;
use async_graphql::{
    MergedObject, Request, Response, SDLExportOptions, Schema, SchemaBuilder, ServerError, ValidationMode, Value,
};

pub use context::GraphQlSettings;
use context::RequestData;
use document::{Document, Documents, Flaw, Judge};
pub use error::{ErrorCode, limit_exceeded};
use introspection::{Introspection, Partial};
use limits::Gate;
pub use limits::Limits;
pub use subscription::Answers;
use subscription::{EventSchema, Subscription, event_schema};

use crate::auth::Viewer;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::db::Database;
use crate::loader::{Loaders, Queue, Reader, Scope, drive};
use crate::service::feed::Hub;

/// Where all reading begins.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    career::CareerQuery,
    course::CourseQuery,
    book::BookQuery,
    topic::TopicQuery,
    party::PersonQuery,
    party::OrganizationQuery,
    search::SearchQuery,
    search::SuggestQuery,
    change::ChangeQuery,
    catalog::CatalogQuery,
    access::AccessQuery,
);

/// Where all writing begins. Every field needs a role; its description says which.
#[derive(MergedObject, Default)]
pub struct Mutation(
    career::CareerMutation,
    course::CourseMutation,
    book::BookMutation,
    book::BookMergeMutation,
    topic::TopicMutation,
    party::PersonMutation,
    party::OrganizationMutation,
    mutation::PublishingMutation,
    reading_list::ReadingListMutation,
    revision::RevisionMutation,
    catalog_import::CatalogImportMutation,
    access::ApiTokenMutation,
);

/// How many bytes of documents are kept, parsed and found good.
const DOCUMENT_BYTES: usize = 16 * 1024 * 1024;

type CatalogSchema = Schema<Query, Mutation, Subscription>;

fn schema_builder(suggests: bool) -> SchemaBuilder<Query, Mutation, Subscription> {
    let builder = Schema::build(Query::default(), Mutation::default(), Subscription)
        .register_output_type::<registry::Completed>();
    if suggests { builder } else { builder.disable_suggestions() }
}

/// What an explorer shows of the schema as a whole.
const DESCRIPTION: &str = "A catalog of learning resources: careers, courses, books and topics, tied together by reading \
lists in which editors say why each thing is there.";

/// The schema in the schema definition language. Fields, arguments and values stand in the order in which they are
/// written in the code, which is the one to read them in: what matters most first, levels from low to high.
#[must_use]
pub fn sdl() -> String {
    sdl_of(&schema_builder(false).finish())
}

fn sdl_of(schema: &CatalogSchema) -> String {
    let options = SDLExportOptions::new().include_specified_by().use_space_ident().indent_width(2);
    let sdl = schema.sdl_with_options(options);
    // async-graphql has no place for the description of the schema itself.
    format!("{}\n", sdl.trim().replacen("\nschema {", &format!("\n\"\"\"\n{DESCRIPTION}\n\"\"\"\nschema {{"), 1))
}

/// Whether an answer comes from an execution: its errors stand at a path, what is refused before has none.
#[must_use]
pub fn was_executed(answer: &Response) -> bool {
    answer.errors.is_empty() || answer.data != Value::Null || answer.errors.iter().any(|error| !error.path.is_empty())
}

/// Who asks, as far as it changes the answer.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Whoever signed in.
    pub viewer: Option<Arc<Viewer>>,
    /// Whether drafts are there as well.
    pub preview: bool,
}

impl Caller {
    /// Whoever signed in, and whether they asked for drafts: which has no effect for those who may not see any.
    #[must_use]
    pub fn new(viewer: Option<Arc<Viewer>>, wants_drafts: bool) -> Self {
        let preview = wants_drafts && viewer.as_ref().is_some_and(|viewer| viewer.may_preview());
        Self { viewer, preview }
    }

    fn is_editor(&self) -> bool {
        self.viewer.as_deref().and_then(Viewer::editor).is_some()
    }
}

/// Answers requests. Cheap to clone.
#[derive(Clone)]
pub struct GraphQl {
    schema: CatalogSchema,
    /// The same, where apollo-compiler's validation has to do.
    lenient: CatalogSchema,
    judge: Judge,
    events: EventSchema,
    hub: Arc<Hub>,
    introspection: Arc<Introspection>,
    documents: Arc<Documents>,
    gate: Arc<Gate>,
    database: Database,
    clock: Clock,
    chance: Chance,
    settings: Arc<GraphQlSettings>,
}

/// A request that was found good, and what it costs.
pub struct Prepared {
    request: Request,
    caller: Caller,
    document: Arc<Document>,
    operation_type: OperationType,
    cost: usize,
}

impl Prepared {
    /// The type of the operation that it runs.
    #[must_use]
    pub fn operation_type(&self) -> OperationType {
        self.operation_type
    }
}

impl GraphQl {
    /// # Panics
    /// When the schema that was built does not pass validation: the tests see to it that it does.
    #[must_use]
    pub fn new(database: Database, clock: Clock, chance: Chance, settings: GraphQlSettings) -> Self {
        let schema = schema_builder(true).finish();
        let lenient = schema_builder(true).validation_mode(ValidationMode::Fast).finish();
        let introspection = Arc::new(Introspection::new(sdl_of(&schema)));
        let gate = Arc::new(Gate::new(settings.limits, introspection.schema()));
        let documents = Arc::new(Documents::new(DOCUMENT_BYTES, introspection.schema().clone(), gate.clone()));
        let hub = Hub::new(database.clone(), clock.clone(), settings.backlog);
        let (judge, events, settings) = (Judge::new(true), event_schema(), Arc::new(settings));
        Self { schema, lenient, judge, events, hub, introspection, documents, gate, database, clock, chance, settings }
    }

    /// Looks at a request before anything of it is done.
    ///
    /// # Errors
    /// The answer to one that is not good.
    pub async fn prepare(&self, mut request: Request, caller: Caller) -> Result<Prepared, Response> {
        let document = match self.documents.get(&request.query, caller.is_editor()) {
            Ok(document) => document,
            Err(flaw) => return Err(Response::from_errors(self.tell(request, &flaw).await)),
        };
        document.complete(&mut request);
        let refused = |error| Response::from_errors(vec![error]);
        let operation_type = document.operation_type(request.operation_name.as_deref()).map_err(refused)?;
        let cost = self.gate.weigh(document.parsed(), &request).map_err(refused)?;
        Ok(Prepared { request, caller, document, operation_type, cost })
    }

    /// What is wrong with a request whose document is not good.
    async fn tell(&self, mut request: Request, flaw: &Flaw) -> Vec<ServerError> {
        match flaw {
            Flaw::Limit(error) => vec![error.clone()],
            Flaw::Syntax(errors) => errors.clone(),
            Flaw::Invalid(parsed, found) => {
                request.set_parsed_query((**parsed).clone());
                let mut errors = self.judge.errors(request).await;
                if errors.is_empty() {
                    return found.clone();
                }
                error::finish(&mut errors, parsed);
                errors
            }
        }
    }

    /// Executes a query or a mutation.
    pub async fn execute(&self, prepared: Prepared) -> Response {
        let (document, cost) = (prepared.document.clone(), prepared.cost);
        let mut response = match self.introspection.answer(&document, &prepared.request) {
            Partial::NotAsked => self.run(prepared).await,
            Partial::Whole(response) => response,
            Partial::Beside(fields) => {
                let mut response = self.run(prepared).await;
                if let Value::Object(data) = &mut response.data {
                    data.extend(fields);
                }
                response
            }
        };
        if !response.errors.is_empty() {
            error::finish(&mut response.errors, document.parsed());
        }
        // Of what costs nothing there is nothing to tell.
        if cost > 0 && was_executed(&response) {
            response.extensions.insert("cost".to_owned(), self.gate.tell(cost));
        }
        response
    }

    async fn run(&self, prepared: Prepared) -> Response {
        let Prepared { mut request, caller, document, operation_type, .. } = prepared;
        // A mutation's payload shows what was written, and only those who may see drafts get to see one.
        let sees_drafts = caller.viewer.as_ref().is_some_and(|viewer| viewer.may_preview());
        let (queue, data) = self.request_data(caller, sees_drafts && operation_type == OperationType::Mutation);
        request.set_parsed_query(document.parsed().clone());
        let schema = if document.directs_typename() { &self.lenient } else { &self.schema };
        drive(&queue, schema.execute(request.data(data))).await
    }

    /// What one execution is given, and the queue to drive it with. It happens now.
    fn request_data(&self, caller: Caller, sees_drafts: bool) -> (Queue, RequestData) {
        let queue = Queue::default();
        let scope = Scope { now: self.clock.now(), drafts: caller.preview || sees_drafts };
        let data = RequestData {
            loaders: Loaders::new(Reader::new(self.database.clone(), scope), &queue),
            viewer: caller.viewer,
            database: self.database.clone(),
            chance: self.chance.clone(),
            settings: self.settings.clone(),
        };
        (queue, data)
    }
}
