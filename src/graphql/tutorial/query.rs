//! The root fields for tutorials.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Tutorial, TutorialOrder, TutorialSearchConnection, TutorialWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one tutorial. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum TutorialBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
    Slug(String),
}

#[derive(Default)]
pub struct TutorialQuery;

#[Object]
impl TutorialQuery {
    /// Fetches a tutorial by its id, code or slug. Null if no visible tutorial matches.
    async fn tutorial(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifier of the tutorial. Exactly one of its fields must be set.")] by: TutorialBy,
    ) -> Result<Option<Tutorial>> {
        let tutorial = match by {
            TutorialBy::Id(id) => by_id(ctx, &id).await?,
            TutorialBy::Code(code) => by_code(ctx, &code).await?,
            TutorialBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(tutorial.map(Tutorial))
    }

    /// Lists the visible tutorials, by relevance if `query` is given, otherwise by title. `orderBy` overrides the
    /// order.
    async fn tutorials(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only tutorials that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<TutorialWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<TutorialOrder>>,
    ) -> Result<TutorialSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Tutorial]).await?;
        let order = TutorialOrder::order(order_by, search.is_some())?;
        Ok(TutorialSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
