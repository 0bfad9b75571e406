//! A reading list, and an entry of one.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use super::ReadingListEntryConnection;
use crate::domain::node_id;
use crate::graphql::context::loaders;
use crate::graphql::enums::{EntryRole, LearningResourceKind};
use crate::graphql::error::withdrawn;
use crate::graphql::interface::{Entity, LearningResource, ReadingListOwner};
use crate::graphql::prose;
use crate::graphql::revision::RevisionConnection;
use crate::graphql::scalars::DateTime;
use crate::loader::{ById, ListOf, PositionOf};
use crate::model::{self, NodeKind, OwnerRef, Record};

/// A reading list.
#[derive(Clone, Debug)]
pub struct ReadingList(pub Arc<model::ReadingList>);

impl ReadingList {
    /// The list of an owner that the caller sees.
    ///
    /// # Errors
    /// When the database fails, or the owner was deleted in the meantime.
    pub async fn of(ctx: &Context<'_>, owner: OwnerRef) -> Result<Self> {
        loaders(ctx)?.load(ListOf(owner)).await?.map(Self).ok_or_else(withdrawn)
    }

    /// Whose list it is.
    ///
    /// # Errors
    /// When the database fails, or the owner was withdrawn in the meantime.
    pub async fn owned_by(&self, ctx: &Context<'_>) -> Result<Entity> {
        Entity::by_id(ctx, self.0.owner.kind.into(), self.0.owner.id).await?.ok_or_else(withdrawn)
    }

    /// The title that it has, or the one made from its owner's.
    ///
    /// # Errors
    /// As [`ReadingList::owned_by`].
    pub async fn heading(&self, ctx: &Context<'_>) -> Result<String> {
        match &self.0.title {
            Some(title) => Ok(title.clone()),
            None => Ok(format!("Reading list: {}", self.owned_by(ctx).await?.heading())),
        }
    }
}

/// What a career, course or topic recommends, in order, each with a reason.
#[Object]
impl ReadingList {
    /// The id by which `node` finds it again. Opaque: do not take it apart.
    async fn id(&self) -> ID {
        node_id::format(model::ReadingList::KIND, &self.0.code).into()
    }

    /// How many times it was written; grows by one with every change.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last changed in any way.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What was written of it, the newest first. For editors; null for everybody else.
    async fn revisions(&self, ctx: &Context<'_>) -> Result<Option<RevisionConnection>> {
        RevisionConnection::of(ctx, model::ReadingList::KIND, self.0.id)
    }

    /// Whose list it is.
    async fn owner(&self, ctx: &Context<'_>) -> Result<ReadingListOwner> {
        Ok(ReadingListOwner::new(self.owned_by(ctx).await?))
    }

    /// What it is called; made from its owner's title where none is given.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        self.heading(ctx).await
    }

    /// What to know before one begins, in Markdown.
    async fn introduction(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        prose::markdown(ctx, self.0.introduction.as_deref()).await
    }

    /// The introduction as sanitised HTML.
    async fn introduction_html(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        prose::sanitised(ctx, self.0.introduction.as_deref()).await
    }

    /// What it recommends, in order.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only entries that point at these kinds; all where left out.")] kinds: Option<
            Vec<LearningResourceKind>,
        >,
        #[graphql(desc = "Only entries of these roles; all where left out.")] roles: Option<Vec<EntryRole>>,
    ) -> Result<ReadingListEntryConnection> {
        ReadingListEntryConnection::of_list(ctx, self.0.id, kinds, roles)
    }
}

/// An entry of a reading list.
#[derive(Clone, Debug)]
pub struct ReadingListEntry(pub Arc<model::Entry>);

impl From<Arc<model::Entry>> for ReadingListEntry {
    fn from(entry: Arc<model::Entry>) -> Self {
        Self(entry)
    }
}

impl ReadingListEntry {
    /// What it points at.
    ///
    /// # Errors
    /// When the database fails, or it was withdrawn in the meantime.
    pub async fn points_at(&self, ctx: &Context<'_>) -> Result<Entity> {
        let id = self.0.target.id;
        let found = match &self.0.resource {
            Some(resource) => Some(resource.clone().into()),
            None => Entity::by_id(ctx, self.0.target.kind.into(), id).await?,
        };
        found.ok_or_else(withdrawn)
    }

    /// Its rank among what the caller sees of the list, from 1.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rank(&self, ctx: &Context<'_>) -> Result<i32> {
        let rank = match self.0.position {
            Some(rank) => rank,
            None => loaders(ctx)?.load(PositionOf(self.0.id)).await?.ok_or_else(withdrawn)?,
        };
        i32::try_from(rank).map_err(|_| withdrawn())
    }
}

/// What a reading list recommends, and why.
#[Object]
impl ReadingListEntry {
    /// The id by which `node` finds it again. Opaque: do not take it apart.
    async fn id(&self) -> ID {
        node_id::format(NodeKind::ReadingListEntry, &self.0.code).into()
    }

    /// The list that it is on.
    async fn list(&self, ctx: &Context<'_>) -> Result<ReadingList> {
        if let Some(list) = &self.0.list {
            return Ok(ReadingList(list.clone()));
        }
        let list = loaders(ctx)?.load(ById::<model::ReadingList>::new(self.0.list_id)).await?;
        list.map(ReadingList).ok_or_else(withdrawn)
    }

    /// Where it stands in the list: 1, 2, 3 … among what you see, whatever was moved or removed.
    async fn position(&self, ctx: &Context<'_>) -> Result<i32> {
        self.rank(ctx).await
    }

    /// Why this one, in Markdown.
    async fn note(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        prose::markdown(ctx, self.0.note.as_deref()).await
    }

    /// The note as sanitised HTML.
    async fn note_html(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        prose::sanitised(ctx, self.0.note.as_deref()).await
    }

    /// What it is for in the list.
    async fn role(&self) -> Option<EntryRole> {
        self.0.role.map(Into::into)
    }

    /// When the entry was added to the list.
    async fn added_at(&self) -> DateTime {
        DateTime(self.0.added_at)
    }

    /// The learning resource that the entry recommends.
    async fn resource(&self, ctx: &Context<'_>) -> Result<LearningResource> {
        Ok(LearningResource::new(self.points_at(ctx).await?))
    }
}
