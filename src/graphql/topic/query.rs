//! The root fields for topics.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Topic, TopicOrder, TopicSearchConnection, TopicWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one topic. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum TopicBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
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
        #[graphql(desc = "The identifier of the topic. Exactly one of its fields must be set.")] by: TopicBy,
    ) -> Result<Option<Topic>> {
        let topic = match by {
            TopicBy::Id(id) => by_id(ctx, &id).await?,
            TopicBy::Code(code) => by_code(ctx, &code).await?,
            TopicBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(topic.map(Topic))
    }

    /// Lists the visible topics, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn topics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only topics that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<TopicWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<TopicOrder>>,
    ) -> Result<TopicSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Topic]).await?;
        let order = TopicOrder::order(order_by, search.is_some())?;
        Ok(TopicSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
