//! The root fields for topics.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Topic, TopicOrder, TopicSearchConnection, TopicWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Identifies a topic by exactly one of these fields.
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
    /// Fetches a topic by its id, code or slug. Null if no visible topic matches.
    async fn topic(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Selects the topic by exactly one of its identifiers.")] by: TopicBy,
    ) -> Result<Option<Topic>> {
        let topic = match by {
            TopicBy::Id(id) => by_id(ctx, &id).await?,
            TopicBy::Code(code) => by_code(ctx, &code).await?,
            TopicBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(topic.map(Topic))
    }

    /// Lists topics, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn topics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All topics if omitted.")] condition: Option<TopicWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<TopicOrder>>,
    ) -> Result<TopicSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Topic]).await?;
        let order = TopicOrder::order(order_by, search.is_some())?;
        Ok(TopicSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
