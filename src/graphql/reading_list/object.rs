//! A reading list, and an entry of one.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use super::ReadingListEntryConnection;
use crate::domain::node_id;
use crate::graphql::context::loaders;
use crate::graphql::enums::{EntryRole, LearningResourceKind};
use crate::graphql::error::concurrent_unpublish;
use crate::graphql::interface::{Entity, LearningResource, ReadingListOwner};
use crate::graphql::markdown;
use crate::graphql::revision::RevisionConnection;
use crate::graphql::scalars::DateTime;
use crate::loader::{ById, ListOf, PositionOf};
use crate::model::{self, NodeKind, OwnerRef, Record};

/// A reading list.
#[derive(Clone, Debug)]
pub struct ReadingList(pub Arc<model::ReadingList>);

impl ReadingList {
    /// Loads the list of a visible owner.
    ///
    /// # Errors
    /// When the database fails, or the owner was hidden in the meantime.
    pub async fn of(ctx: &Context<'_>, owner: OwnerRef) -> Result<Self> {
        loaders(ctx)?.load(ListOf(owner)).await?.map(Self).ok_or_else(concurrent_unpublish)
    }

    /// Loads the owner.
    ///
    /// # Errors
    /// When the database fails, or the owner was hidden in the meantime.
    pub async fn owned_by(&self, ctx: &Context<'_>) -> Result<Entity> {
        Entity::by_id(ctx, self.0.owner.kind.into(), self.0.owner.id).await?.ok_or_else(concurrent_unpublish)
    }

    /// Returns the title, or one derived from the title of the owner.
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

impl From<Arc<model::ReadingList>> for ReadingList {
    fn from(list: Arc<model::ReadingList>) -> Self {
        Self(list)
    }
}

/// A list of learning resources that a career, course or topic recommends, in the editor's order and with a note on
/// each.
#[Object]
impl ReadingList {
    /// The global id, which `node` and the inputs of mutations accept. Opaque: clients must not parse it.
    async fn id(&self) -> ID {
        node_id::format(model::ReadingList::KIND, &self.0.code).into()
    }

    /// The number of the current revision: 1 for a new object, and one more after every change. Pass it as
    /// `expectedRevision` to detect concurrent changes.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When the object was added to the catalog.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When an editor or an import last changed the object, including its publication status.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// The change history, newest revision first. Null if the caller lacks the role `EDITOR`.
    async fn revisions(&self, ctx: &Context<'_>) -> Result<Option<RevisionConnection>> {
        RevisionConnection::of(ctx, model::ReadingList::KIND, self.0.id)
    }

    /// The career, course or topic that recommends the resources.
    async fn owner(&self, ctx: &Context<'_>) -> Result<ReadingListOwner> {
        Ok(ReadingListOwner::new(self.owned_by(ctx).await?))
    }

    /// The title that an editor set, or else "Reading list: " followed by the title of the owner.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        self.heading(ctx).await
    }

    /// An introduction for readers, in Markdown. Null if there is none.
    async fn introduction(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        markdown::visible_markdown(ctx, self.0.introduction.as_deref()).await
    }

    /// `introduction` as sanitized HTML. Null if there is no introduction.
    async fn introduction_html(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        markdown::sanitized_html(ctx, self.0.introduction.as_deref()).await
    }

    /// The entries in the editor's order, without those whose resource the caller cannot see. At most 500.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns only entries that recommend these kinds of resources. Default: all kinds.")]
        kinds: Option<Vec<LearningResourceKind>>,
        #[graphql(
            desc = "Returns only entries with one of these roles. Default: all entries, including those without a role."
        )]
        roles: Option<Vec<EntryRole>>,
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
    /// Loads the learning resource of the entry.
    ///
    /// # Errors
    /// When the database fails, or the resource was hidden in the meantime.
    pub async fn points_at(&self, ctx: &Context<'_>) -> Result<Entity> {
        let id = self.0.target.id;
        let found = match &self.0.resource {
            Some(resource) => Some(resource.clone().into()),
            None => Entity::by_id(ctx, self.0.target.kind.into(), id).await?,
        };
        found.ok_or_else(concurrent_unpublish)
    }

    /// Returns the rank among the visible entries of the list, from 1.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rank(&self, ctx: &Context<'_>) -> Result<i32> {
        let rank = match self.0.position {
            Some(rank) => rank,
            None => loaders(ctx)?.load(PositionOf(self.0.id)).await?.ok_or_else(concurrent_unpublish)?,
        };
        i32::try_from(rank).map_err(|_| concurrent_unpublish())
    }
}

/// An entry of a reading list: one learning resource, with the editor's note and the role of the resource.
#[Object]
impl ReadingListEntry {
    /// The global id, which `node` and the inputs of mutations accept. Opaque: clients must not parse it.
    async fn id(&self) -> ID {
        node_id::format(NodeKind::ReadingListEntry, &self.0.code).into()
    }

    /// The reading list to which the entry belongs; its `owner` makes the recommendation.
    async fn list(&self, ctx: &Context<'_>) -> Result<ReadingList> {
        if let Some(list) = &self.0.list {
            return Ok(ReadingList(list.clone()));
        }
        let list = loaders(ctx)?.load(ById::<model::ReadingList>::new(self.0.list_id)).await?;
        list.map(ReadingList).ok_or_else(concurrent_unpublish)
    }

    /// The rank on the list, starting at 1, among the entries that the caller can see.
    async fn position(&self, ctx: &Context<'_>) -> Result<i32> {
        self.rank(ctx).await
    }

    /// The editor's reason for the recommendation, in Markdown. Null if there is none.
    async fn note(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        markdown::visible_markdown(ctx, self.0.note.as_deref()).await
    }

    /// `note` as sanitized HTML. Null if there is no note.
    async fn note_html(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        markdown::sanitized_html(ctx, self.0.note.as_deref()).await
    }

    /// The purpose of the resource on the list. Null if no editor has set one; learning paths then treat it as `CORE`.
    async fn role(&self) -> Option<EntryRole> {
        self.0.role.map(Into::into)
    }

    /// When the entry was added to the list; later edits and moves do not change it.
    async fn added_at(&self) -> DateTime {
        DateTime(self.0.added_at)
    }

    /// The recommended course, book, video, podcast or tutorial.
    async fn resource(&self, ctx: &Context<'_>) -> Result<LearningResource> {
        Ok(LearningResource::new(self.points_at(ctx).await?))
    }
}
