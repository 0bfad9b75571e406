//! What a request carries for its resolvers.

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

/// The settings that answers depend on.
#[derive(Clone, Debug)]
pub struct GraphQlSettings {
    /// The base URL of the web app, used to build and to recognize addresses of the catalog.
    pub base_url: Option<BaseUrl>,
    /// How many batches of changes a subscriber may be behind, one at least.
    pub backlog: usize,
    /// Whom the schema is for.
    pub schema: SchemaKind,
    /// What a request may ask at most.
    pub limits: Limits,
    /// Whether the schema is told of.
    pub introspection: bool,
    /// The documents that a request may name.
    pub trusted: Manifest,
    /// Whether these are the only ones, but for editors.
    pub trusted_only: bool,
    /// How many bytes of rows are kept.
    pub rows: u64,
    /// How long a search waits for an index that is behind the catalog.
    pub search_patience: Duration,
}

/// One request's data.
pub struct RequestData {
    pub loaders: Loaders,
    /// Whoever signed in: ask [`super::guard`].
    pub viewer: Option<Arc<Viewer>>,
    /// For the services that write.
    pub database: Database,
    /// What searches are answered from.
    pub indexer: Arc<Indexer>,
    /// The state of the index that the whole request is answered from.
    pub index: OnceCell<Snapshot>,
    pub rng: RngSource,
    pub settings: Arc<GraphQlSettings>,
}

/// The data of the current request.
///
/// # Errors
/// Never: every request is given its data before it is executed.
pub fn request_data<'a>(ctx: &Context<'a>) -> Result<&'a RequestData> {
    ctx.data::<RequestData>()
}

/// The loaders of the current request.
///
/// # Errors
/// Never, see [`request_data`].
pub fn loaders<'a>(ctx: &Context<'a>) -> Result<&'a Loaders> {
    Ok(&request_data(ctx)?.loaders)
}

/// The moment of the request.
///
/// # Errors
/// Never, see [`request_data`].
pub fn now(ctx: &Context<'_>) -> Result<Timestamp> {
    Ok(loaders(ctx)?.reader().scope().now)
}

/// The description of a learning resource, in Markdown.
///
/// # Errors
/// When the database fails.
pub async fn description(ctx: &Context<'_>, resource: &Resource) -> Result<Option<Arc<str>>> {
    let key = resource.key();
    Ok(loaders(ctx)?.load(DescriptionOf(key.id)).await?)
}

/// The other names of a career or topic, in order.
///
/// # Errors
/// When the database fails.
pub async fn aliases(ctx: &Context<'_>, item: i64) -> Result<Arc<Vec<String>>> {
    Ok(loaders(ctx)?.load(AliasesOf(item)).await?.unwrap_or_default())
}

/// Other addresses on the web of an item, in order.
///
/// # Errors
/// When the database fails.
pub async fn same_as(ctx: &Context<'_>, item: i64) -> Result<Arc<Vec<String>>> {
    Ok(loaders(ctx)?.load(SameAsOf(item)).await?.unwrap_or_default())
}

/// What a service needs to write in the name of `actor`: the moment of the request, and chance.
///
/// # Errors
/// Never, see [`request_data`].
pub fn writing(ctx: &Context<'_>, actor: &str) -> Result<write::Context> {
    Ok(write::Context { now: now(ctx)?, actor: actor.to_owned(), rng: request_data(ctx)?.rng.rng() })
}
