//! The root fields for tutorials.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Tutorial, TutorialOrder, TutorialSearchConnection, TutorialWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Identifies a tutorial by exactly one of these fields.
#[derive(OneofObject, Debug)]
pub enum TutorialBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
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
        #[graphql(desc = "Selects the tutorial by exactly one of its identifiers.")] by: TutorialBy,
    ) -> Result<Option<Tutorial>> {
        let tutorial = match by {
            TutorialBy::Id(id) => by_id(ctx, &id).await?,
            TutorialBy::Code(code) => by_code(ctx, &code).await?,
            TutorialBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(tutorial.map(Tutorial))
    }

    /// Lists tutorials, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn tutorials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All tutorials if omitted.")] condition: Option<TutorialWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<TutorialOrder>>,
    ) -> Result<TutorialSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Tutorial]).await?;
        let order = TutorialOrder::order(order_by, search.is_some())?;
        Ok(TutorialSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
