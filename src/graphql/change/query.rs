//! The root field for the change feed.

use async_graphql::{Context, Object, Result};

use super::object::{ChangeConnection, Feed};
use crate::graphql::enums::ChangeKind;
use crate::graphql::filter::distinct;

#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// The change feed, oldest change first, for clients that maintain a copy of the catalog. Pass the last cursor as
    /// `after` to get what is new. Fails with `CURSOR_EXPIRED` if changes after the cursor were purged.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns only changes to objects of these kinds. Default: all kinds.")] kinds: Option<
            Vec<ChangeKind>,
        >,
    ) -> Result<ChangeConnection> {
        let kinds = kinds.map(|kinds| distinct(kinds.into_iter().map(Into::into)));
        Feed::read(ctx, kinds).await.map(ChangeConnection)
    }
}
