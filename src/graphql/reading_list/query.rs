//! The root field for reading lists.

use std::borrow::Cow;

use async_graphql::{Context, Object, Result};

use super::{ReadingListConnection, ReadingListWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::loader::{Order, SortBy, SortKey};

/// The order: the lists that changed last come first.
const NEWEST_CHANGE: Order = Order {
    name: Cow::Borrowed("changed"),
    keys: Cow::Borrowed(&[SortKey::descending(SortBy::Number("reading_list.updated_at"))]),
    id: "reading_list.id",
};

#[derive(Default)]
pub struct ReadingListQuery;

#[Object]
impl ReadingListQuery {
    /// Lists the reading lists of visible careers, courses and topics, the one that changed last first. Use it to show
    /// what is new.
    async fn reading_lists(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "where",
            desc = "Returns only reading lists that match. Default: all. Maximum: 200 conditions, nested eight levels \
                    deep."
        )]
        condition: Option<ReadingListWhere>,
    ) -> Result<ReadingListConnection> {
        Ok(ReadingListConnection(RootList::new(ctx, None, filter(condition)?, NEWEST_CHANGE)?))
    }
}
