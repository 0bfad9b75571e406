//! The root fields for podcasts.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Podcast, PodcastOrder, PodcastSearchConnection, PodcastWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one podcast. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum PodcastBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
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
        #[graphql(desc = "The identifier of the podcast. Exactly one of its fields must be set.")] by: PodcastBy,
    ) -> Result<Option<Podcast>> {
        let podcast = match by {
            PodcastBy::Id(id) => by_id(ctx, &id).await?,
            PodcastBy::Code(code) => by_code(ctx, &code).await?,
            PodcastBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(podcast.map(Podcast))
    }

    /// Lists the visible podcasts, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn podcasts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only podcasts that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<PodcastWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<PodcastOrder>>,
    ) -> Result<PodcastSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Podcast]).await?;
        let order = PodcastOrder::order(order_by, search.is_some())?;
        Ok(PodcastSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
