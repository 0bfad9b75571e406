//! A change, and pages of changes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::kind::NodeKind;

use crate::domain::node_id;
use crate::graphql::connection::{Asked, connection, page_args};
use crate::graphql::context::{loaders, now, request_data};
use crate::graphql::enums::{ChangeAction, ChangeKind};
use crate::graphql::error::cursor_expired;
use crate::graphql::interface::Node;
use crate::graphql::node::with_code;
use crate::graphql::scalars::DateTime;
use crate::loader::{CountOfChanges, Page, PageOfChanges, ReadError, feed_cursor, feed_order};
use crate::model;
use crate::service::feed;

/// A change of something in the catalog.
#[derive(Clone, Debug)]
pub struct Change(pub Arc<model::Change>);

impl From<Arc<model::Change>> for Change {
    fn from(change: Arc<model::Change>) -> Self {
        Self(change)
    }
}

/// A change of something in the catalog. What it is now is in `node`.
#[Object]
impl Change {
    /// Where it stands in the feed; pass it as `after` for what came later.
    async fn cursor(&self) -> String {
        feed_cursor(self.0.id)
    }

    /// When it happened. What was scheduled is published at its time.
    async fn at(&self) -> DateTime {
        DateTime(self.0.occurred_at)
    }

    /// What happened.
    async fn action(&self) -> ChangeAction {
        self.0.action.into()
    }

    /// The kind of what changed.
    async fn kind(&self) -> ChangeKind {
        self.0.kind.into()
    }

    /// The id of what changed, also where it is there no more.
    async fn node_id(&self) -> ID {
        node_id::format(self.0.kind, &self.0.code).into()
    }

    /// Where it lived after the change, or last; null for reading lists.
    async fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Its revision after the change.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// What changed, as it is now; null where it is not there any more, or not for you.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        Ok(with_code(ctx, self.0.kind, &self.0.code).await?.map(Node::new))
    }

    /// The id of what it became a part of, where it was merged into something that is there for you.
    async fn merged_into_id(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        let Some(code) = &self.0.merged_into else { return Ok(None) };
        let survivor = with_code(ctx, self.0.kind, code).await?;
        Ok(survivor.map(|_| node_id::format(self.0.kind, code).into()))
    }
}

/// A page of the feed, already read.
#[derive(Debug)]
pub struct Feed {
    asked: Asked,
    page: Arc<Page<model::Change>>,
    kinds: Option<Vec<NodeKind>>,
}

impl Feed {
    /// Reads the page that the current field asks for.
    ///
    /// # Errors
    /// When its arguments cannot be taken, when what comes after its cursor is kept no more, or the database fails.
    pub async fn read(ctx: &Context<'_>, kinds: Option<Vec<NodeKind>>) -> Result<Self> {
        let asked = page_args(ctx, feed_order())?;
        feed::publish_due(&request_data(ctx)?.database, now(ctx)?).await.map_err(ReadError::from)?;
        let after = asked.window.after.as_ref().map(|cursor| cursor.id);
        let key = PageOfChanges { after, limit: asked.window.limit, kinds: kinds.clone(), subject: None };
        match loaders(ctx)?.load(key).await? {
            Some(stretch) if stretch.expired => Err(cursor_expired()),
            stretch => Ok(Self { asked, page: stretch.map(|stretch| stretch.page).unwrap_or_default(), kinds }),
        }
    }

    /// # Errors
    /// Never: it is read already.
    #[expect(clippy::unused_async, reason = "connections ask all their lists alike")]
    pub async fn page(&self, _: &Context<'_>) -> Result<Arc<Page<model::Change>>> {
        Ok(self.page.clone())
    }

    /// # Errors
    /// When the database fails.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = loaders(ctx)?.load(CountOfChanges(self.kinds.clone())).await?;
        Ok(i32::try_from(count.unwrap_or(0)).unwrap_or(i32::MAX))
    }

    pub fn asked(&self) -> &Asked {
        &self.asked
    }
}

connection! {
    /// A page of changes.
    ChangeConnection(Feed) {}
    /// A change in a page.
    ChangeEdge(model::Change => Change) {}
}
