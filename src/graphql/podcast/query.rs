//! The root fields for podcasts.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Podcast, PodcastOrder, PodcastSearchConnection, PodcastWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a podcast: exactly one of these.
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
    /// A podcast by its id, code or slug; null where there is none.
    async fn podcast(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What names it.")] by: PodcastBy,
    ) -> Result<Option<Podcast>> {
        let podcast = match by {
            PodcastBy::Id(id) => by_id(ctx, &id).await?,
            PodcastBy::Code(code) => by_code(ctx, &code).await?,
            PodcastBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(podcast.map(Podcast))
    }

    /// Podcasts, by title unless something is searched for, or another order asked for.
    async fn podcasts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<PodcastWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<PodcastOrder>>,
    ) -> Result<PodcastSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Podcast]).await?;
        let order = PodcastOrder::order(order_by, search.is_some())?;
        Ok(PodcastSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
