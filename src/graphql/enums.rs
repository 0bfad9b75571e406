//! The enumerations of the contract, and what they stand for inside.

use async_graphql::Enum;
use entity::choice;
use entity::kind::{NodeKind, OwnerKind, ResourceKind};

use crate::domain::publishing;

/// The kinds of catalog items.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogKind {
    /// A career: what a job is and how to get there.
    Career,
    /// A course.
    Course,
    /// A book.
    Book,
    /// A topic: a subject in the tree of subjects.
    Topic,
}

impl CatalogKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Career, Self::Course, Self::Book, Self::Topic];

    /// The kind of catalog items that a kind of things is, if it is one.
    pub fn of(kind: NodeKind) -> Option<Self> {
        Self::ALL.into_iter().find(|one| NodeKind::from(*one) == kind)
    }
}

impl From<CatalogKind> for NodeKind {
    fn from(kind: CatalogKind) -> Self {
        match kind {
            CatalogKind::Career => Self::Career,
            CatalogKind::Course => Self::Course,
            CatalogKind::Book => Self::Book,
            CatalogKind::Topic => Self::Topic,
        }
    }
}

/// The kinds of items that can have a reading list.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingListOwnerKind {
    /// A career.
    Career,
    /// A course.
    Course,
    /// A topic.
    Topic,
}

impl From<ReadingListOwnerKind> for OwnerKind {
    fn from(kind: ReadingListOwnerKind) -> Self {
        match kind {
            ReadingListOwnerKind::Career => Self::Career,
            ReadingListOwnerKind::Course => Self::Course,
            ReadingListOwnerKind::Topic => Self::Topic,
        }
    }
}

/// The kinds of things to learn from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LearningResourceKind {
    /// A course.
    Course,
    /// A book.
    Book,
}

impl From<LearningResourceKind> for ResourceKind {
    fn from(kind: LearningResourceKind) -> Self {
        match kind {
            LearningResourceKind::Course => Self::Course,
            LearningResourceKind::Book => Self::Book,
        }
    }
}

/// Where an item is between being written and being withdrawn.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "publishing::PublicationStatus")]
pub enum PublicationStatus {
    /// Being written; there for editors only.
    Draft,
    /// Published from a moment on that is still to come.
    Scheduled,
    /// There for everybody.
    Published,
    /// Withdrawn; kept for editors.
    Archived,
}

/// How much a learning resource expects one to know.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "choice::Level")]
pub enum Level {
    /// For those who begin.
    Introductory,
    /// For those who know the basics.
    Intermediate,
    /// For those who know the subject.
    Advanced,
}

/// What an entry is for in its reading list.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "choice::EntryRole")]
pub enum EntryRole {
    /// Where to begin.
    Introductory,
    /// What everybody should take.
    Core,
    /// To look things up in.
    Reference,
    /// For going deeper.
    Advanced,
}

/// What a person did for a book.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "choice::ContributionRole")]
pub enum ContributionRole {
    /// Wrote it.
    Author,
    /// Edited it.
    Editor,
    /// Translated it.
    Translator,
    /// Drew or photographed for it.
    Illustrator,
    /// Wrote a foreword.
    Foreword,
}

/// What happened to something in the catalog.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "choice::ChangeAction")]
pub enum ChangeAction {
    /// It was made.
    Created,
    /// Something about it was changed.
    Updated,
    /// It appeared for everybody.
    Published,
    /// It became a draft again.
    Unpublished,
    /// It was withdrawn, and kept for editors.
    Archived,
    /// It was deleted.
    Deleted,
    /// It became a part of another one.
    Merged,
}

/// What somebody may do. Each role may do what those before it may as well.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "choice::Role")]
pub enum Role {
    /// See drafts, when the request asks for them.
    Reader,
    /// Write content.
    Editor,
    /// Make and revoke tokens.
    Admin,
}

/// Which end of an order comes first.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderDirection {
    /// Smallest, earliest or first in the alphabet first. What is not known comes last.
    #[default]
    Asc,
    /// Greatest, latest or last in the alphabet first. What is not known comes last here, too.
    Desc,
}

/// The kinds of things that the feed of changes tells of.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A career.
    Career,
    /// A course.
    Course,
    /// A book.
    Book,
    /// A topic.
    Topic,
    /// A reading list, its entries included.
    ReadingList,
    /// A person.
    Person,
    /// An organization.
    Organization,
}

impl From<ChangeKind> for NodeKind {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Career => Self::Career,
            ChangeKind::Course => Self::Course,
            ChangeKind::Book => Self::Book,
            ChangeKind::Topic => Self::Topic,
            ChangeKind::ReadingList => Self::ReadingList,
            ChangeKind::Person => Self::Person,
            ChangeKind::Organization => Self::Organization,
        }
    }
}

impl From<NodeKind> for ChangeKind {
    /// An entry changes with its list.
    fn from(kind: NodeKind) -> Self {
        match kind {
            NodeKind::Career => Self::Career,
            NodeKind::Course => Self::Course,
            NodeKind::Book => Self::Book,
            NodeKind::Topic => Self::Topic,
            NodeKind::ReadingList | NodeKind::ReadingListEntry => Self::ReadingList,
            NodeKind::Person => Self::Person,
            NodeKind::Organization => Self::Organization,
        }
    }
}
