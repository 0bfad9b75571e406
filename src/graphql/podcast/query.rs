//! The root fields for podcasts.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Podcast, PodcastOrder, PodcastSearchConnection, PodcastWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Identifies a podcast by exactly one of these fields.
#[derive(OneofObject, Debug)]
pub enum PodcastBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct PodcastQuery;

#[Object]
impl PodcastQuery {
    /// Fetches a podcast by its id, code or slug. Null if no visible podcast matches.
    async fn podcast(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Selects the podcast by exactly one of its identifiers.")] by: PodcastBy,
    ) -> Result<Option<Podcast>> {
        let podcast = match by {
            PodcastBy::Id(id) => by_id(ctx, &id).await?,
            PodcastBy::Code(code) => by_code(ctx, &code).await?,
            PodcastBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(podcast.map(Podcast))
    }

    /// Lists podcasts, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn podcasts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All podcasts if omitted.")] condition: Option<PodcastWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<PodcastOrder>>,
    ) -> Result<PodcastSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Podcast]).await?;
        let order = PodcastOrder::order(order_by, search.is_some())?;
        Ok(PodcastSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
