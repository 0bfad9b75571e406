//! The GraphQL API: types, arguments and errors. The rules are in `loader`, `service` and `domain`.

mod access;
mod book;
mod career;
mod catalog;
mod catalog_import;
mod change;
mod connection;
mod context;
mod contribution;
mod course;
mod description;
mod document;
mod enums;
mod error;
mod federation;
mod filter;
pub mod guard;
mod interface;
mod introspection;
mod json_ld;
mod learning_path;
mod limits;
mod list;
mod lookup;
mod markdown;
mod mutation;
mod naming;
mod node;
mod object;
mod operation;
mod order;
mod paging;
mod party;
mod persisted;
mod podcast;

mod reading_list;
mod registry;
mod representation;
mod resource;
mod revision;
mod scalars;
mod schema;
mod search;
mod subscription;
mod topic;
mod tutorial;
pub mod user_error;
mod video;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use async_graphql::parser::types::OperationType;
use async_graphql::{Error, Name, Pos, Request, Response, ServerError, ValidationMode, Value};

pub use context::GraphQlSettings;
use context::RequestData;
use document::{Document, DocumentCache, DocumentError, ErrorReporter};
pub use error::{ErrorCode, INTERNAL_SERVER_ERROR, limit_exceeded, request_error};
use introspection::{IntrospectionExecutor, IntrospectionResult};
pub use limits::BatchBudget;
use limits::RequestLimiter;
pub use naming::{party_prefix, prefix_parties};
pub use persisted::DOCUMENT_ID;
use persisted::PersistedDocuments;
use schema::{CatalogSchema, CatalogSchemaBuilder};
pub use schema::{sdl, subgraph_sdl};
pub use subscription::OperationOutput;
use subscription::{EventSchema, event_schema};

use entity::timestamp::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::auth::Viewer;
use crate::clock::Clock;
use crate::config::SchemaKind;
pub use crate::db::CatalogVersion;
use crate::db::Database;
pub use crate::domain::base_url::BaseUrl;
use crate::loader::{
    BatchQueue, ChangeTracker, Loaders, ObjectCache, QueryCoalescer, ReadError, Reader, RequestCacheView, Scope,
    run_with_batches,
};
pub use crate::loader::{CacheEntryVersion, CacheTags, DependencyRecorder, FeedSnapshot, Reach};
use crate::request_context;
use crate::rng::RngSource;
use crate::service::feed::Hub;
use crate::service::search::Indexer;

/// The maximum size of the document cache, in bytes.
const DOCUMENT_BYTES: usize = 16 * 1024 * 1024;

/// Returns whether a response comes from an execution. The errors of an execution have a path; the error of a request
/// that was rejected before has none.
#[must_use]
pub fn was_executed(answer: &Response) -> bool {
    answer.errors.is_empty() || answer.data != Value::Null || answer.errors.iter().any(|error| !error.path.is_empty())
}

/// What the response depends on besides the request: the viewer, and whether drafts are visible.
#[derive(Clone, Debug, Default)]
pub struct Requester {
    /// The authenticated viewer.
    pub viewer: Option<Arc<Viewer>>,
    /// Whether drafts are visible.
    pub preview: bool,
}

impl Requester {
    /// Creates the requester for a viewer. `wants_drafts` has no effect if the viewer is not allowed to see drafts.
    #[must_use]
    pub fn new(viewer: Option<Arc<Viewer>>, wants_drafts: bool) -> Self {
        let preview = wants_drafts && viewer.as_ref().is_some_and(|viewer| viewer.may_preview());
        Self { viewer, preview }
    }

    fn is_editor(&self) -> bool {
        self.viewer.as_deref().and_then(Viewer::editor).is_some()
    }
}

/// Executes GraphQL requests. Cheap to clone.
#[derive(Clone)]
pub struct GraphQlService {
    /// Executes validated documents.
    schema: CatalogSchema,
    /// The schema in the schema definition language.
    sdl: Arc<str>,
    /// Created for the first invalid document.
    error_reporter: Arc<OnceLock<ErrorReporter>>,
    event_schema: EventSchema,
    hub: Arc<Hub>,
    change_tracker: Arc<ChangeTracker>,
    /// `None` if the object cache is disabled.
    object_cache: Option<Arc<ObjectCache>>,
    /// `None` for SQLite: it executes short statements inline, so there is nothing to coalesce.
    query_coalescer: Option<Arc<QueryCoalescer>>,
    introspection: Arc<IntrospectionExecutor>,
    documents: Arc<DocumentCache>,
    persisted: Arc<PersistedDocuments>,
    limiter: Arc<RequestLimiter>,
    database: Database,
    indexer: Arc<Indexer>,
    clock: Clock,
    rng: RngSource,
    settings: Arc<GraphQlSettings>,
}

/// A validated request and its cost.
pub struct PreparedRequest {
    request: Request,
    requester: Requester,
    document: Arc<Document>,
    operation_type: OperationType,
    cost: usize,
    bypass_cache: bool,
    /// Whether the request registers its document as an automatic persisted query.
    registers_apq: bool,
}

impl PreparedRequest {
    /// The type of the operation.
    #[must_use]
    pub fn operation_type(&self) -> OperationType {
        self.operation_type
    }

    /// Returns a hash of the request. Requests with the same hash from the same requester have the same response in the
    /// same state of the catalog.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let name = self.request.operation_name.as_deref().unwrap_or_default();
        hash.update(self.document.hash());
        hash.update(name.len().to_le_bytes());
        hash.update(name);
        // Variables come from JSON, so serializing them cannot fail.
        hash.update(serde_json::to_vec(&self.request.variables).unwrap_or_default());
        hash.finalize().into()
    }

    /// Sets whether the request bypasses the caches and reads the database.
    #[must_use]
    pub fn bypassing_cache(self, bypass_cache: bool) -> Self {
        Self { bypass_cache, ..self }
    }

    /// Whether the request bypasses the caches.
    #[must_use]
    pub fn bypass_cache(&self) -> bool {
        self.bypass_cache
    }

    /// Whether the request registers its document as an automatic persisted query.
    #[must_use]
    pub fn registers_apq(&self) -> bool {
        self.registers_apq
    }

    /// Whether the request reads only what every requester sees, so that caches can serve it.
    fn is_shareable(&self) -> bool {
        self.operation_type == OperationType::Query && !self.requester.preview
    }

    /// Whether the response is the same for everybody: a query without a viewer and without drafts.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.is_shareable() && self.requester.viewer.is_none()
    }

    /// The name of the operation, if it has one.
    #[must_use]
    pub fn operation_name(&self) -> Option<&str> {
        let requested = self.request.operation_name.as_deref();
        requested.or_else(|| self.document.parsed().operations.iter().next()?.0.map(Name::as_str))
    }

    /// The cost of the operation.
    #[must_use]
    pub fn cost(&self) -> usize {
        self.cost
    }
}

/// Returns how long HTTP caches can reuse a response without revalidation: until the next scheduled publication changes
/// the catalog.
fn valid_for(snapshot: FeedSnapshot, now: Timestamp) -> Option<Duration> {
    // It may lack a write that was already purged.
    if !snapshot.is_of_primary {
        return Some(Duration::ZERO);
    }
    let left = snapshot.state.valid_until().map(|end| u64::try_from(end.0 - now.0).unwrap_or(0));
    left.map(Duration::from_micros)
}

/// The extension of a response with the version of the catalog that contains the writes of a mutation.
pub const CATALOG_VERSION: &str = "catalogVersion";

/// Returns the response to a request whose state of the catalog could not be read.
fn error_response(failure: ReadError, document: &Document) -> Response {
    let mut errors = vec![Error::new_with_source(failure).into_server_error(Pos::default())];
    error::finish(&mut errors, document.parsed());
    errors.iter_mut().for_each(|error| error.locations.clear());
    Response::from_errors(errors)
}

/// Returns the response to a request that is rejected for one error.
fn rejection(error: ServerError) -> Response {
    rejections(vec![error])
}

/// Returns the response to a request that is rejected.
fn rejections(errors: Vec<ServerError>) -> Response {
    Response::from_errors(error::deduplicated(errors))
}

impl GraphQlService {
    /// Creates the service.
    ///
    /// # Panics
    /// When the schema is invalid, which the tests rule out.
    #[must_use]
    pub fn new(database: Database, clock: Clock, rng: RngSource, settings: GraphQlSettings) -> Self {
        let suggests = settings.introspection;
        let schema = schema::builder(settings.schema, suggests).validation_mode(ValidationMode::Fast).finish();
        let sdl = schema::sdl_of(&schema);
        let introspection = Arc::new(IntrospectionExecutor::new(&sdl));
        let sdl_bytes = if settings.schema == SchemaKind::Subgraph { subgraph_sdl().len() } else { 0 };
        let limiter = Arc::new(RequestLimiter::new(settings.limits, introspection.schema(), sdl_bytes));
        let documents =
            Arc::new(DocumentCache::new(DOCUMENT_BYTES, introspection.schema().clone(), suggests, limiter.clone()));
        let change_tracker = Arc::new(ChangeTracker::new(database.clone()));
        let object_cache =
            (settings.object_cache_size > 0).then(|| Arc::new(ObjectCache::new(settings.object_cache_size)));
        let query_coalescer = QueryCoalescer::new(&database).map(Arc::new);
        let hub = Hub::new(database.clone(), clock.clone(), settings.subscription_buffer);
        let indexer = Indexer::new(database.strictly_primary(), clock.clone(), settings.search_timeout);
        let persisted =
            Arc::new(PersistedDocuments::new(settings.trusted_documents.clone(), settings.trusted_documents_only));
        let (event_schema, settings) = (event_schema(), Arc::new(settings));
        Self {
            schema,
            sdl: sdl.into(),
            error_reporter: Arc::default(),
            event_schema,
            hub,
            change_tracker,
            object_cache,
            query_coalescer,
            introspection,
            documents,
            persisted,
            limiter,
            database,
            indexer,
            clock,
            rng,
            settings,
        }
    }

    fn builder(&self) -> CatalogSchemaBuilder {
        schema::builder(self.settings.schema, self.settings.introspection)
    }

    /// The indexer that keeps the search index up to date.
    #[must_use]
    pub fn indexer(&self) -> &Arc<Indexer> {
        &self.indexer
    }

    /// The clock of the service.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The schema in the schema definition language.
    #[must_use]
    pub fn sdl(&self) -> &Arc<str> {
        &self.sdl
    }

    /// Returns the current public state of the catalog, and the time until the next scheduled publication changes it.
    ///
    /// # Errors
    /// Returns the error response when the database fails.
    pub async fn snapshot(&self, prepared: &PreparedRequest) -> Result<(FeedSnapshot, Option<Duration>), Response> {
        let now = self.clock.now();
        let snapshot = self.change_tracker.snapshot(now).await;
        let snapshot = snapshot.map_err(|failure| error_response(failure, &prepared.document))?;
        Ok((snapshot, valid_for(snapshot, now)))
    }

    /// Whether a cached response is still valid in the state `present`.
    #[must_use]
    pub fn is_fresh(&self, version: &CacheEntryVersion, present: FeedSnapshot) -> bool {
        self.change_tracker.is_fresh(version, present, self.clock.now())
    }

    /// Whether a cached response is known to be still valid without a statement to the database.
    #[must_use]
    pub fn is_fresh_now(&self, version: &CacheEntryVersion) -> bool {
        self.current_snapshot().is_some_and(|(present, _)| self.is_fresh(version, present))
    }

    /// Returns what [`snapshot`](Self::snapshot) returns if it is known without a statement to the database.
    #[must_use]
    pub fn current_snapshot(&self) -> Option<(FeedSnapshot, Option<Duration>)> {
        let now = self.clock.now();
        self.change_tracker.current(now).map(|present| (present, valid_for(present, now)))
    }

    /// The hits and the misses of the document cache.
    #[must_use]
    pub fn document_cache_counts(&self) -> (u64, u64) {
        self.documents.hits_and_misses()
    }

    /// The hits and the misses of the object cache.
    #[must_use]
    pub fn object_cache_counts(&self) -> (u64, u64) {
        self.object_cache.as_ref().map_or((0, 0), |cache| cache.hits_and_misses())
    }

    /// Validates a request and checks it against the limits.
    ///
    /// # Errors
    /// Returns the error response when the request is invalid or exceeds a limit.
    pub async fn prepare(&self, mut request: Request, requester: Requester) -> Result<PreparedRequest, Response> {
        let registered_as = self.persisted.resolve(&mut request, &requester).map_err(rejection)?;
        let document = match self.documents.get(&request.query, requester.is_editor()) {
            Ok(document) => document,
            Err(error) => return Err(Response::from_errors(self.explain(request, &error).await)),
        };
        if !self.settings.introspection && introspection::is_requested(&document, &request) {
            return Err(rejection(introspection::disabled_error()));
        }
        let registers_apq = registered_as.is_some();
        if let Some(hash) = registered_as {
            self.persisted.register(hash, &request.query);
        }
        let prepared = self.check(document, request, requester).map_err(rejections)?;
        let cost = self.limiter.check_cost(prepared.cost).map_err(rejection)?;
        Ok(PreparedRequest { cost, registers_apq, ..prepared })
    }

    /// Validates an anonymous request of the server itself. Its document is trusted, and its cost is not limited.
    ///
    /// # Errors
    /// Returns the error response when the request is invalid.
    pub async fn prepare_own(&self, request: Request) -> Result<PreparedRequest, Response> {
        match self.documents.get(&request.query, true) {
            Ok(document) => self.check(document, request, Requester::default()).map_err(rejections),
            Err(error) => Err(Response::from_errors(self.explain(request, &error).await)),
        }
    }

    /// Checks the variables of a request with a valid document, and computes its cost.
    fn check(
        &self,
        document: Arc<Document>,
        mut request: Request,
        requester: Requester,
    ) -> Result<PreparedRequest, Vec<ServerError>> {
        document.apply_variable_defaults(&mut request);
        let operation_type = document.operation_type(request.operation_name.as_deref()).map_err(|error| vec![error])?;
        self.documents.check_variables(&document, &request)?;
        let cost = self.limiter.cost(document.parsed(), &request);
        let (bypass_cache, registers_apq) = (false, false);
        let prepared =
            PreparedRequest { request, requester, document, operation_type, cost, bypass_cache, registers_apq };
        request_context::begin_operation(prepared.operation_name());
        Ok(prepared)
    }

    /// Validates the trusted documents.
    ///
    /// # Errors
    /// Returns the errors of the invalid documents, each with the id of its document.
    pub async fn validate_trusted_documents(&self) -> Result<(), Vec<(String, String)>> {
        let mut wrong = Vec::new();
        for (id, text) in self.persisted.trusted().documents() {
            if let Err(error) = self.documents.get(text, true) {
                let errors = self.explain(Request::new(text), &error).await;
                wrong.extend(errors.into_iter().map(|error| (id.to_owned(), error.message)));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Returns the errors of a request with an invalid document.
    async fn explain(&self, mut request: Request, error: &DocumentError) -> Vec<ServerError> {
        let errors = match error {
            DocumentError::Limit(error) => vec![error.clone()],
            DocumentError::Syntax(errors) => errors.clone(),
            DocumentError::Invalid(parsed, found) => {
                request.set_parsed_query((**parsed).clone());
                let mut errors =
                    self.error_reporter.get_or_init(|| ErrorReporter::new(self.builder())).errors(request).await;
                error::finish(&mut errors, parsed);
                if errors.is_empty() { found.clone() } else { errors }
            }
        };
        error::deduplicated(errors)
    }

    /// Executes a public query in the current state, and returns the dependencies of its response as well.
    pub async fn execute_tracked(
        &self,
        prepared: PreparedRequest,
        snapshot: FeedSnapshot,
    ) -> (Response, CacheEntryVersion) {
        let recorder = Arc::<DependencyRecorder>::default();
        let response = self.execute_recorded(prepared, snapshot, recorder.clone()).await;
        (response, CacheEntryVersion::new(snapshot, recorder.dependencies()))
    }

    /// Executes a public query in the current state, and records the dependencies of its response.
    pub async fn execute_recorded(
        &self,
        prepared: PreparedRequest,
        snapshot: FeedSnapshot,
        recorder: Arc<DependencyRecorder>,
    ) -> Response {
        self.execute_recording(prepared, Some((recorder, snapshot))).await
    }

    /// Executes a query or a mutation.
    pub async fn execute(&self, prepared: PreparedRequest) -> Response {
        self.execute_recording(prepared, None).await
    }

    /// Executes an operation, and records the dependencies of its response if `recording` is given.
    async fn execute_recording(
        &self,
        prepared: PreparedRequest,
        recording: Option<(Arc<DependencyRecorder>, FeedSnapshot)>,
    ) -> Response {
        let (document, operation_type, cost) = (prepared.document.clone(), prepared.operation_type, prepared.cost);
        let has_one_field = document.has_one_field(prepared.request.operation_name.as_deref());
        let mut response = match self.introspection.answer(&document, &prepared.request) {
            IntrospectionResult::None => self.execute_operation(prepared, recording).await,
            IntrospectionResult::Whole(response) => response,
            IntrospectionResult::Fields(fields) => {
                let mut response = self.execute_operation(prepared, recording).await;
                if let Value::Object(data) = &mut response.data {
                    data.extend(fields);
                }
                response
            }
        };
        if !response.errors.is_empty() {
            if let Some(error) = error::statement_limit_exceeded() {
                return Response::from_errors(vec![error]);
            }
            error::finish(&mut response.errors, document.parsed());
            if operation_type == OperationType::Mutation {
                error::report_execution(&mut response.errors);
            }
            // A query with partial data is answered by the error alone. A mutation is only if its single field failed:
            // otherwise something may have been written, which the response must show.
            let has_failed = |error: &ServerError| error.path.len() == 1 && !error::is_executed(error);
            let has_no_result = has_one_field && response.data == Value::Null && response.errors.iter().all(has_failed);
            if (operation_type == OperationType::Query || has_no_result)
                && let Some(unavailable) = error::take_unavailable(&mut response.errors)
            {
                return Response::from_errors(vec![unavailable]);
            }
        }
        if operation_type == OperationType::Mutation
            && let Some(version) = self.database.notifier().committed_version()
        {
            response.extensions.insert(CATALOG_VERSION.to_owned(), version.to_string().into());
        }
        // Operations without a cost report none.
        if cost > 0 && was_executed(&response) {
            response.extensions.insert("cost".to_owned(), self.limiter.cost_extension(cost));
        }
        response
    }

    async fn execute_operation(
        &self,
        prepared: PreparedRequest,
        recording: Option<(Arc<DependencyRecorder>, FeedSnapshot)>,
    ) -> Response {
        let (recorder, snapshot) = recording.unzip();
        let is_shareable = prepared.is_shareable();
        let snapshot = match snapshot {
            None if self.needs_snapshot(&prepared) => match self.snapshot(&prepared).await {
                Ok((snapshot, _)) => Some(snapshot),
                Err(response) => return response,
            },
            snapshot => snapshot,
        };
        let view = snapshot.and_then(|snapshot| self.cache_view(&prepared, snapshot));
        // Drafts, and requests that bypass caches, are read from the primary.
        let database = match snapshot {
            Some(snapshot) if is_shareable && !prepared.bypass_cache => self.database.at(snapshot.position()),
            _ => self.database.clone(),
        };
        let PreparedRequest { mut request, requester, document, operation_type, .. } = prepared;
        // The payload of a mutation shows what was written, which can be a draft.
        let sees_drafts = requester.viewer.as_ref().is_some_and(|viewer| viewer.may_preview());
        let writes = operation_type == OperationType::Mutation;
        let (queue, mut data) = self.request_data(requester, sees_drafts && writes, database);
        if writes {
            data.loaders = Loaders::new(data.loaders.reader().clone().unbounded(), self.change_tracker.clone(), &queue);
        }
        if is_shareable {
            data.loaders = data.loaders.public(view, self.query_coalescer.clone(), &queue);
        }
        data.loaders = data.loaders.recording(recorder);
        let reader = data.loaders.reader().clone();
        request.set_parsed_query(document.parsed().clone());
        let execution = run_with_batches(&queue, self.schema.execute(request.data(data)));
        if writes {
            // Mutations have no timeout: after one, the client would not know whether the write was committed.
            return execution.await;
        }
        let limit = self.settings.limits.query_timeout;
        let executed = timeout(limit, execution).await;
        // The replicas may not have what the primary has shown: the next request polls.
        if self.database.has_replicas() && reader.database().replica_index().is_none() {
            self.database.notifier().advance_generation();
        }
        executed.unwrap_or_else(|_| Response::from_errors(vec![error::timed_out(limit)]))
    }

    /// Returns whether a query needs the present snapshot: for the object cache, or to select a replica.
    fn needs_snapshot(&self, prepared: &PreparedRequest) -> bool {
        prepared.is_shareable() && (self.object_cache.is_some() || self.database.has_replicas())
    }

    /// Returns a view of the object cache for a shareable query.
    fn cache_view(&self, prepared: &PreparedRequest, snapshot: FeedSnapshot) -> Option<RequestCacheView> {
        let object_cache = self.object_cache.as_ref().filter(|_| prepared.is_shareable())?.clone();
        let change_tracker = self.change_tracker.clone();
        Some(RequestCacheView::new(object_cache, change_tracker, snapshot, self.clock.now(), prepared.bypass_cache))
    }

    /// Returns whether the catalog has reached a version.
    ///
    /// # Errors
    /// Database errors.
    pub async fn reach(&self, required: CatalogVersion) -> Result<Reach, ReadError> {
        self.change_tracker.reach(self.clock.now(), required).await
    }

    /// Creates the data of one execution at the current time, and the queue of its batches. It reads `database`.
    fn request_data(&self, requester: Requester, sees_drafts: bool, database: Database) -> (BatchQueue, RequestData) {
        let queue = BatchQueue::default();
        let scope = Scope { now: self.clock.now(), drafts: requester.preview || sees_drafts };
        let data = RequestData {
            loaders: Loaders::new(Reader::new(database, scope), self.change_tracker.clone(), &queue),
            viewer: requester.viewer,
            database: self.database.clone(),
            indexer: self.indexer.clone(),
            index: OnceCell::new(),
            rng: self.rng.clone(),
            settings: self.settings.clone(),
        };
        (queue, data)
    }
}
