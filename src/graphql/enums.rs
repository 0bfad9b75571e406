//! The enumerations of the contract, and what they stand for inside.

use async_graphql::Enum;
use entity::choice;
use entity::kind::{NodeKind, OwnerKind, ResourceKind};

use crate::domain::publishing;

/// Writes an enumeration of kinds.
macro_rules! kinds {
    ($(#[$meta:meta])* $name:ident of $inner:ident { $($(#[$kind_meta:meta])* $kind:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$kind_meta])* $kind,)+
        }

        impl From<$name> for $inner {
            fn from(kind: $name) -> Self {
                match kind {
                    $($name::$kind => Self::$kind,)+
                }
            }
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];
        }
    };
}

kinds! {
    /// The kinds of catalog items.
    CatalogKind of NodeKind {
        /// A career: what a job is and how to get there.
        Career,
        /// A course.
        Course,
        /// A book.
        Book,
        /// A topic: a subject in the tree of subjects.
        Topic,
        /// A video, such as a talk, a lecture, or a documentary.
        Video,
        /// A podcast: a series of audio episodes.
        Podcast,
        /// A tutorial, such as an article or a guide on the web.
        Tutorial,
    }
}

impl CatalogKind {
    /// The kind of catalog items that a kind of things is, if it is one.
    pub fn of(kind: NodeKind) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| NodeKind::from(*one) == kind)
    }
}

kinds! {
    /// The kinds of items that can have a reading list.
    ReadingListOwnerKind of OwnerKind {
        /// A career.
        Career,
        /// A course.
        Course,
        /// A topic.
        Topic,
    }
}

kinds! {
    /// The kinds of things to learn from.
    LearningResourceKind of ResourceKind {
        /// A course.
        Course,
        /// A book.
        Book,
        /// A video, such as a talk, a lecture, or a documentary.
        Video,
        /// A podcast: a series of audio episodes.
        Podcast,
        /// A tutorial, such as an article or a guide on the web.
        Tutorial,
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

/// The role of a contributor.
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
    /// Made a video, or speaks in it.
    Creator,
    /// Presents a podcast.
    Host,
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
    /// A video, such as a talk, a lecture, or a documentary.
    Video,
    /// A podcast: a series of audio episodes.
    Podcast,
    /// A tutorial, such as an article or a guide on the web.
    Tutorial,
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
            ChangeKind::Tutorial => Self::Tutorial,
            ChangeKind::Podcast => Self::Podcast,
            ChangeKind::Video => Self::Video,
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
            NodeKind::Tutorial => Self::Tutorial,
            NodeKind::Podcast => Self::Podcast,
            NodeKind::Video => Self::Video,
        }
    }
}
