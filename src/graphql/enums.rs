//! The enums of the schema, and their conversion to internal types.

use async_graphql::Enum;
use entity::enums;
use entity::kind::{NodeKind, OwnerKind, ResourceKind};

use crate::domain::publishing;

/// Defines an enum of kinds.
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
    /// The kinds of catalog items, one for each type that implements `CatalogItem`.
    CatalogKind of NodeKind {
        /// A career: an occupation with an article and a reading list.
        Career,
        /// A course, such as a MOOC or a university course.
        Course,
        /// A book: one edition of a written work.
        Book,
        /// A topic: a subject in the tree of topics.
        Topic,
        /// A video, such as a talk, a lecture or a documentary.
        Video,
        /// A podcast: a series of audio episodes.
        Podcast,
        /// A tutorial, such as an article or a guide on the web.
        Tutorial,
    }
}

impl CatalogKind {
    /// Converts a kind of objects; `None` if it is not a kind of catalog items.
    pub fn of(kind: NodeKind) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| NodeKind::from(*one) == kind)
    }
}

kinds! {
    /// The kinds of items that have a reading list, one for each type that implements `ReadingListOwner`.
    ReadingListOwnerKind of OwnerKind {
        /// A career: an occupation with an article and a reading list.
        Career,
        /// A course, such as a MOOC or a university course.
        Course,
        /// A topic: a subject in the tree of topics.
        Topic,
    }
}

kinds! {
    /// The kinds of learning resources, one for each type that implements `LearningResource`.
    LearningResourceKind of ResourceKind {
        /// A course, such as a MOOC or a university course.
        Course,
        /// A book: one edition of a written work.
        Book,
        /// A video, such as a talk, a lecture or a documentary.
        Video,
        /// A podcast: a series of audio episodes.
        Podcast,
        /// A tutorial, such as an article or a guide on the web.
        Tutorial,
    }
}

/// The publication status of an item. Callers without a preview of drafts see only items that are `PUBLISHED`.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "publishing::PublicationStatus")]
pub enum PublicationStatus {
    /// Not public: visible only with a preview of drafts.
    Draft,
    /// Not public yet: the item becomes public at `publishedAt`.
    Scheduled,
    /// Public since `publishedAt`, and visible to everybody.
    Published,
    /// Withdrawn, but not deleted: visible only with a preview of drafts.
    Archived,
}

/// The prior knowledge that a learning resource expects.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Level")]
pub enum Level {
    /// For beginners, who need no prior knowledge of the subject.
    Introductory,
    /// For learners who know the basics of the subject.
    Intermediate,
    /// For learners who already know the subject well.
    Advanced,
}

/// The purpose of a resource on a reading list. A learning path has a stage for each role.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EntryRole")]
pub enum EntryRole {
    /// A starting point, to take before everything else.
    Introductory,
    /// An essential resource, which everybody should take.
    Core,
    /// A reference to consult when needed.
    Reference,
    /// Further study, for after the essential resources.
    Advanced,
}

/// The capacity in which a person contributes to an item. Books have the first five roles, tutorials `AUTHOR`, videos
/// `CREATOR`, and podcasts `HOST`.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ContributionRole")]
pub enum ContributionRole {
    /// An author of a book or a tutorial.
    Author,
    /// An editor of a book, for instance of a collection.
    Editor,
    /// A person who translated the book into the language of this edition.
    Translator,
    /// A person who contributed drawings or photographs to a book.
    Illustrator,
    /// A person who wrote a foreword, but not necessarily the book itself.
    Foreword,
    /// A creator of a video, or a speaker in it.
    Creator,
    /// A presenter of a podcast.
    Host,
}

/// The effect of a change on its object, as the change feed and change histories report it.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ChangeAction")]
pub enum ChangeAction {
    /// An editor or an import added the object to the catalog.
    Created,
    /// A field of the object changed or, of a reading list, an entry.
    Updated,
    /// The item became public, at once or at its scheduled time.
    Published,
    /// The item became a draft again and is no longer public.
    Unpublished,
    /// The item was archived: withdrawn, but not deleted.
    Archived,
    /// The object was deleted. `revisionRestore` can bring it back.
    Deleted,
    /// The book was merged into another one, to which its code, slugs and ISBN now lead.
    Merged,
}

/// A role of a caller. Each role includes the permissions of the roles before it.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Role")]
pub enum Role {
    /// Reads drafts, scheduled and archived items in requests with the header `Catalog-Preview: drafts`.
    Reader,
    /// Changes the catalog with all mutations except those of API tokens, and reads revisions.
    Editor,
    /// Creates, lists and revokes API tokens.
    Admin,
}

/// The direction in which a list is sorted. Unknown values come last in both directions.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderDirection {
    /// From the smallest to the greatest, from the earliest to the latest, or in alphabetical order.
    #[default]
    Asc,
    /// From the greatest to the smallest, from the latest to the earliest, or in reverse alphabetical order.
    Desc,
}

/// The kinds of objects whose changes the change feed reports.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A career: an occupation with an article and a reading list.
    Career,
    /// A course, such as a MOOC or a university course.
    Course,
    /// A book: one edition of a written work.
    Book,
    /// A topic: a subject in the tree of topics.
    Topic,
    /// A reading list. A change of an entry is a change of its list.
    ReadingList,
    /// A person, such as an author or an instructor.
    Person,
    /// An organization, such as a publisher or a university.
    Organization,
    /// A video, such as a talk, a lecture or a documentary.
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
