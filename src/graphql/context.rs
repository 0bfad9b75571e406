//! The data of a request, for its resolvers.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Result};
use entity::timestamp::Timestamp;
use search_index::Snapshot;
use tokio::sync::OnceCell;

use crate::auth::Viewer;
use crate::config::{Limits, Manifest, SchemaKind};
use crate::db::Database;
use crate::domain::base_url::BaseUrl;
use crate::loader::{AliasesOf, DescriptionOf, Loaders, SameAsOf};
use crate::model::Resource;
use crate::rng::RngSource;
use crate::service::search::Indexer;
use crate::service::write;

/// The settings of the GraphQL API.
#[derive(Clone, Debug)]
pub struct GraphQlSettings {
    /// The base URL of the web app, used to build and to recognize addresses of the catalog.
    pub base_url: Option<BaseUrl>,
    /// The maximum number of batches of changes that a subscriber can be behind, at least one.
    pub subscription_buffer: usize,
    /// The variant of the schema.
    pub schema: SchemaKind,
    /// The limits of requests.
    pub limits: Limits,
    /// Whether introspection is enabled.
    pub introspection: bool,
    /// The trusted documents.
    pub trusted_documents: Manifest,
    /// Whether only trusted documents are accepted. Editors can send any document.
    pub trusted_documents_only: bool,
    /// The maximum size of the object cache, in bytes.
    pub object_cache_size: u64,
    /// The maximum time that a search waits for an index that is behind the catalog.
    pub search_timeout: Duration,
}

/// The data of one request.
pub struct RequestData {
    pub loaders: Loaders,
    /// The authenticated viewer. Use [`super::guard`] to check permissions.
    pub viewer: Option<Arc<Viewer>>,
    /// The database, for the services that write.
    pub database: Database,
    /// The indexer, for searches.
    pub indexer: Arc<Indexer>,
    /// The snapshot of the search index, the same for the whole request.
    pub index: OnceCell<Snapshot>,
    pub rng: RngSource,
    pub settings: Arc<GraphQlSettings>,
}

/// Returns the data of the current request.
///
/// # Errors
/// Never: every request has data.
pub fn request_data<'a>(ctx: &Context<'a>) -> Result<&'a RequestData> {
    ctx.data::<RequestData>()
}

/// Returns the loaders of the current request.
///
/// # Errors
/// Never, see [`request_data`].
pub fn loaders<'a>(ctx: &Context<'a>) -> Result<&'a Loaders> {
    Ok(&request_data(ctx)?.loaders)
}

/// Returns the time of the current request.
///
/// # Errors
/// Never, see [`request_data`].
pub fn now(ctx: &Context<'_>) -> Result<Timestamp> {
    Ok(loaders(ctx)?.reader().scope().now)
}

/// Loads the description of a learning resource, in Markdown.
///
/// # Errors
/// When the database fails.
pub async fn description(ctx: &Context<'_>, resource: &Resource) -> Result<Option<Arc<str>>> {
    let key = resource.key();
    Ok(loaders(ctx)?.load(DescriptionOf(key.id)).await?)
}

/// Loads the aliases of a career or topic, in order.
///
/// # Errors
/// When the database fails.
pub async fn aliases(ctx: &Context<'_>, item: i64) -> Result<Arc<Vec<String>>> {
    Ok(loaders(ctx)?.load(AliasesOf(item)).await?.unwrap_or_default())
}

/// Loads the `sameAs` URLs of an item, in order.
///
/// # Errors
/// When the database fails.
pub async fn same_as(ctx: &Context<'_>, item: i64) -> Result<Arc<Vec<String>>> {
    Ok(loaders(ctx)?.load(SameAsOf(item)).await?.unwrap_or_default())
}

/// Returns the context of a write by `actor`: the time of the request, and a source of randomness.
///
/// # Errors
/// Never, see [`request_data`].
pub fn writing(ctx: &Context<'_>, actor: &str) -> Result<write::Context> {
    Ok(write::Context { now: now(ctx)?, actor: actor.to_owned(), rng: request_data(ctx)?.rng.rng() })
}
