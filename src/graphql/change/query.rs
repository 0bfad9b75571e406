//! The root field for the feed of changes.

use async_graphql::{Context, Object, Result};

use super::object::{ChangeConnection, Feed};
use crate::graphql::enums::ChangeKind;
use crate::graphql::filter::distinct;

#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// What changed, oldest first, for clients that keep a copy: poll with the last cursor.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only changes of these kinds.")] kinds: Option<Vec<ChangeKind>>,
    ) -> Result<ChangeConnection> {
        let kinds = kinds.map(|kinds| distinct(kinds.into_iter().map(Into::into)));
        Feed::read(ctx, kinds).await.map(ChangeConnection)
    }
}
