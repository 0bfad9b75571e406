//! Connections of reading lists, and of their entries: of a list, of a resource, and of the courses and books of an
//! owner.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::enums;

use super::{ReadingList, ReadingListEntry};
use crate::domain::limits;
use crate::graphql::book::Book;
use crate::graphql::connection::{ConnectionArgs, RelationList, RootList, connection};
use crate::graphql::context::loaders;
use crate::graphql::course::Course;
use crate::graphql::enums::{EntryRole, LearningResourceKind, ReadingListOwnerKind};
use crate::graphql::filter::distinct;
use crate::graphql::list::List;
use crate::graphql::markdown;
use crate::loader::{BookEntry, CourseEntry, Edge, ListEntry, ListedEntry, Page, PageOf, Relation, Window};
use crate::model::{self, OwnerRef, Resource, ResourceKind};

/// The entries of a list or of a resource.
#[derive(Debug)]
pub enum Entries {
    OfList(RelationList<ListEntry>),
    OfResource { entries: RelationList<ListedEntry>, resource: Resource },
}

impl Entries {
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<model::Entry>>> {
        let page = match self {
            Self::OfList(entries) => as_entries(&*entries.page(ctx).await?),
            Self::OfResource { entries, resource } => {
                let page = entries.page(ctx).await?;
                let with_resource = |edge: &Edge<ListedEntry>| {
                    let entry = model::Entry { resource: Some(resource.clone()), ..model::Entry::clone(&edge.node.0) };
                    as_entry(edge, Arc::new(entry))
                };
                Page { edges: page.edges.iter().map(with_resource).collect(), more: page.more }
            }
        };
        Ok(Arc::new(page))
    }

    /// # Errors
    /// When the database fails.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        match self {
            Self::OfList(entries) => entries.count(ctx).await,
            Self::OfResource { entries, .. } => entries.count(ctx).await,
        }
    }

    pub fn args(&self) -> &ConnectionArgs {
        match self {
            Self::OfList(entries) => entries.args(),
            Self::OfResource { entries, .. } => entries.args(),
        }
    }
}

fn as_entries(page: &Page<ListEntry>) -> Page<model::Entry> {
    Page { edges: page.edges.iter().map(|edge| as_entry(edge, edge.node.0.clone())).collect(), more: page.more }
}

fn as_entry<T>(edge: &Edge<T>, entry: Arc<model::Entry>) -> Edge<model::Entry> {
    Edge { node: entry, cursor: edge.cursor.clone() }
}

fn roles(roles: Option<Vec<EntryRole>>) -> Option<Vec<enums::EntryRole>> {
    roles.map(|roles| distinct(roles.into_iter().map(Into::into)))
}

impl ReadingListEntryConnection {
    /// The entries of a list.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn of_list(
        ctx: &Context<'_>,
        list: i64,
        kinds: Option<Vec<LearningResourceKind>>,
        of_roles: Option<Vec<EntryRole>>,
    ) -> Result<Self> {
        let kinds = kinds.map(|kinds| distinct(kinds.into_iter().map(Into::into)));
        let relation = Relation::Entries { kinds, roles: roles(of_roles) };
        Ok(Self(Entries::OfList(RelationList::new(ctx, relation, list)?)))
    }

    /// The entries that recommend a resource.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn of_resource(
        ctx: &Context<'_>,
        resource: Resource,
        owner_kinds: Option<Vec<ReadingListOwnerKind>>,
    ) -> Result<Self> {
        let owners = owner_kinds.map(|kinds| distinct(kinds.into_iter().map(Into::into)));
        let key = resource.key();
        let entries = RelationList::new(ctx, Relation::ListedIn { resource: key.kind, owners }, key.id)?;
        Ok(Self(Entries::OfResource { entries, resource }))
    }
}

impl RecommendedBookConnection {
    /// The books that an owner's list recommends.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn of(ctx: &Context<'_>, owner: OwnerRef, of_roles: Option<Vec<EntryRole>>) -> Result<Self> {
        let relation = Relation::Recommended {
            owner: owner.kind,
            resource: ResourceKind::Book,
            roles: roles(of_roles),
            is_ranked: selects_positions(ctx),
        };
        Ok(Self(RelationList::new(ctx, relation, owner.id)?))
    }
}

impl RecommendedCourseConnection {
    /// The courses that an owner's list recommends.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn of(ctx: &Context<'_>, owner: OwnerRef, of_roles: Option<Vec<EntryRole>>) -> Result<Self> {
        let relation = Relation::Recommended {
            owner: owner.kind,
            resource: ResourceKind::Course,
            roles: roles(of_roles),
            is_ranked: selects_positions(ctx),
        };
        Ok(Self(RelationList::new(ctx, relation, owner.id)?))
    }
}

connection! {
    /// A page of reading lists.
    ReadingListConnection(RootList<model::ReadingList>) {
        /// Whether `totalCount` is exact. False if there are more than 50,000 items.
        async fn total_count_is_exact(&self, ctx: &Context<'_>) -> Result<bool> {
            Ok(self.0.counted(ctx).await?.is_exact())
        }
    }
    /// A reading list, with the cursor from which to continue.
    ReadingListEdge(model::ReadingList => ReadingList) {}
}

connection! {
    /// A page of reading list entries: those of one list, or those that recommend one resource.
    ReadingListEntryConnection(Entries) {}
    /// A reading list entry, with the cursor from which to continue.
    ReadingListEntryEdge(model::Entry => ReadingListEntry) {}
}

impl ReadingListEntryEdge {
    /// Returns the edges of the entries of a list with these codes, in list order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_list(ctx: &Context<'_>, list: i64, codes: &[String]) -> Result<List<Self>> {
        let relation = Relation::Entries { kinds: None, roles: None };
        let whole = u32::try_from(limits::ENTRIES).unwrap_or(u32::MAX);
        let args = ConnectionArgs::without_arguments(Window::first(whole, relation.order()));
        let page = loaders(ctx)?.load(PageOf::<ListEntry>::new(relation, list, args.window.clone())).await?;
        let page = Arc::new(page.map_or_else(Page::default, |page| as_entries(&page)));
        let codes: HashSet<&str> = codes.iter().map(String::as_str).collect();
        let edges = page.edges.iter().enumerate().filter(|(_, edge)| codes.contains(edge.node.code.as_str()));
        Ok(edges.map(|(index, _)| Self { page: page.clone(), index, args: args.clone() }).collect())
    }
}

/// Defines a connection whose edges have the entry that recommends their node.
macro_rules! recommended_connection {
    (
        $(#[$connection_meta:meta])* $connection:ident
        $(#[$edge_meta:meta])* $edge:ident($row:ty => $node:ty)
    ) => {
        connection! {
            $(#[$connection_meta])*
            $connection(RelationList<$row>) {}
            $(#[$edge_meta])*
            $edge($row => $node) {
                /// The reading list entry that recommends `node`.
                async fn entry(&self) -> ReadingListEntry {
                    ReadingListEntry(self.row().node.entry.clone())
                }

                /// The editor's reason for the recommendation, in Markdown. Null if there is none.
                async fn note(&self, ctx: &Context<'_>) -> Result<Option<String>> {
                    markdown::visible_markdown(ctx, self.row().node.entry.note.as_deref()).await
                }

                /// The purpose of the resource on the list. Null if no editor has set one; learning paths then treat it
                /// as `CORE`.
                async fn role(&self) -> Option<EntryRole> {
                    self.row().node.entry.role.map(Into::into)
                }

                /// The rank on the whole list, starting at 1, among the entries of all kinds that the caller can see.
                async fn position(&self, ctx: &Context<'_>) -> Result<i32> {
                    ReadingListEntry(self.row().node.entry.clone()).rank(ctx).await
                }
            }
        }
    };
}

/// Whether the field selects the positions of its entries.
fn selects_positions(ctx: &Context<'_>) -> bool {
    let edges = ctx.look_ahead().field("edges");
    edges.field("position").exists() || edges.field("entry").field("position").exists()
}

recommended_connection! {
    /// A page of the books on one reading list, in list order.
    RecommendedBookConnection
    /// A book on a reading list, with the editor's note, the role, and the position on the list.
    RecommendedBookEdge(BookEntry => Book)
}

recommended_connection! {
    /// A page of the courses on one reading list, in list order.
    RecommendedCourseConnection
    /// A course on a reading list, with the editor's note, the role, and the position on the list.
    RecommendedCourseEdge(CourseEntry => Course)
}
