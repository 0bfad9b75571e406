//! The root fields for tutorials.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Tutorial, TutorialOrder, TutorialSearchConnection, TutorialWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a tutorial: exactly one of these.
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
    /// A tutorial by its id, code or slug; null where there is none.
    async fn tutorial(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What names it.")] by: TutorialBy,
    ) -> Result<Option<Tutorial>> {
        let tutorial = match by {
            TutorialBy::Id(id) => by_id(ctx, &id).await?,
            TutorialBy::Code(code) => by_code(ctx, &code).await?,
            TutorialBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(tutorial.map(Tutorial))
    }

    /// Tutorials, by title unless something is searched for, or another order asked for.
    async fn tutorials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<TutorialWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<TutorialOrder>>,
    ) -> Result<TutorialSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Tutorial]).await?;
        let order = TutorialOrder::order(order_by, search.is_some())?;
        Ok(TutorialSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
