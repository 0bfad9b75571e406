//! The root field for reading lists.

use std::borrow::Cow;

use async_graphql::{Context, Object, Result};

use super::{ReadingListConnection, ReadingListWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::loader::{Order, SortBy, SortKey};

/// The order: the lists that were updated last come first.
const RECENTLY_UPDATED: Order = Order {
    name: Cow::Borrowed("updated"),
    keys: Cow::Borrowed(&[SortKey::descending(SortBy::Number("reading_list.updated_at"))]),
    id: "reading_list.id",
};

#[derive(Default)]
pub struct ReadingListQuery;

#[Object]
impl ReadingListQuery {
    /// Lists the reading lists of visible careers, courses and topics, most recently updated first.
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
        Ok(ReadingListConnection(RootList::new(ctx, None, filter(condition)?, RECENTLY_UPDATED)?))
    }
}
