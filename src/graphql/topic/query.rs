//! The root fields for topics.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Topic, TopicOrder, TopicSearchConnection, TopicWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a topic: exactly one of these.
#[derive(OneofObject, Debug)]
pub enum TopicBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct TopicQuery;

#[Object]
impl TopicQuery {
    /// A topic by its id, code or slug; null where there is none.
    async fn topic(&self, ctx: &Context<'_>, #[graphql(desc = "What names it.")] by: TopicBy) -> Result<Option<Topic>> {
        let topic = match by {
            TopicBy::Id(id) => by_id(ctx, &id).await?,
            TopicBy::Code(code) => by_code(ctx, &code).await?,
            TopicBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(topic.map(Topic))
    }

    /// Topics, by title unless something is searched for, or another order asked for.
    async fn topics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<TopicWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<TopicOrder>>,
    ) -> Result<TopicSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Topic]).await?;
        let order = TopicOrder::order(order_by, search.is_some())?;
        Ok(TopicSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
