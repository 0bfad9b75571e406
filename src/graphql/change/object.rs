//! A change, and pages of changes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::kind::NodeKind;

use crate::domain::node_id;
use crate::graphql::connection::{ConnectionArgs, connection, page_args};
use crate::graphql::context::{loaders, now, request_data};
use crate::graphql::enums::{ChangeAction, ChangeKind};
use crate::graphql::error::cursor_expired;
use crate::graphql::interface::Node;
use crate::graphql::node::entity_by_code;
use crate::graphql::scalars::DateTime;
use crate::loader::{CountOfChanges, Page, PageOfChanges, ReadError, feed_cursor, feed_order};
use crate::model;
use crate::service::feed;

/// A change of something in the catalog.
#[derive(Clone, Debug)]
pub struct Change(pub Arc<model::ChangeEvent>);

impl From<Arc<model::ChangeEvent>> for Change {
    fn from(change: Arc<model::ChangeEvent>) -> Self {
        Self(change)
    }
}

/// A change to one object, as an event of the change feed. Select `node` for the current state of the object.
#[Object]
impl Change {
    /// The position in the change feed. Pass it as `after` to `changes` or `catalogChanged` to get later changes.
    async fn cursor(&self) -> String {
        feed_cursor(self.0.id)
    }

    /// When the change took effect. The publication of a scheduled item takes effect at its `publishedAt`.
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.0.occurred_at)
    }

    /// The effect of the change on the object, such as `UPDATED`.
    async fn action(&self) -> ChangeAction {
        self.0.action.into()
    }

    /// The kind of the object that changed, known even if `node` is null.
    async fn kind(&self) -> ChangeKind {
        self.0.kind.into()
    }

    /// The global id of the object that changed, even if it no longer exists.
    async fn node_id(&self) -> ID {
        node_id::format(self.0.kind, &self.0.code).into()
    }

    /// The path of the object after the change or, if it was deleted, its last path. Null for reading lists.
    async fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// The revision number of the object after the change.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The current state of the object, which can be newer than the change. Null if it was deleted, or if the caller
    /// cannot see it.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        Ok(entity_by_code(ctx, self.0.kind, &self.0.code).await?.map(Node::new))
    }

    /// The global id of the book into which this one was merged. Null for other kinds of changes, or if the caller
    /// cannot see that book.
    async fn merged_into_id(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        let Some(code) = &self.0.merged_into else { return Ok(None) };
        let survivor = entity_by_code(ctx, self.0.kind, code).await?;
        Ok(survivor.map(|_| node_id::format(self.0.kind, code).into()))
    }
}

/// A loaded page of the change feed.
#[derive(Debug)]
pub struct Feed {
    args: ConnectionArgs,
    page: Arc<Page<model::ChangeEvent>>,
    kinds: Option<Vec<NodeKind>>,
}

impl Feed {
    /// Loads the page for the arguments of the current field.
    ///
    /// # Errors
    /// When an argument is invalid, the cursor has expired, or the database fails.
    pub async fn read(ctx: &Context<'_>, kinds: Option<Vec<NodeKind>>) -> Result<Self> {
        let args = page_args(ctx, feed_order())?;
        feed::apply_due_publications(&request_data(ctx)?.database, now(ctx)?).await.map_err(ReadError::from)?;
        let after = args.window.after.as_ref().map(|cursor| cursor.id);
        let key = PageOfChanges { after, limit: args.window.limit, kinds: kinds.clone(), subject: None };
        match loaders(ctx)?.load(key).await? {
            Some(slice) if slice.is_expired => Err(cursor_expired()),
            slice => Ok(Self { args, page: slice.map(|slice| slice.page).unwrap_or_default(), kinds }),
        }
    }

    /// # Errors
    /// Never: the page is already loaded.
    #[expect(clippy::unused_async, reason = "connections ask all their lists alike")]
    pub async fn page(&self, _: &Context<'_>) -> Result<Arc<Page<model::ChangeEvent>>> {
        Ok(self.page.clone())
    }

    /// # Errors
    /// When the database fails.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = loaders(ctx)?.load(CountOfChanges(self.kinds.clone())).await?;
        Ok(i32::try_from(count.unwrap_or(0)).unwrap_or(i32::MAX))
    }

    pub fn args(&self) -> &ConnectionArgs {
        &self.args
    }
}

connection! {
    /// A page of the change feed, oldest change first.
    ChangeConnection(Feed) {}
    /// A change of the change feed, with its `cursor`, which is also a field of the change.
    ChangeEdge(model::ChangeEvent => Change) {}
}
