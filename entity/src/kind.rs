//! What kinds of things the catalog holds, and the names they go by in addresses, ids and import files.

use std::fmt;

use crate::text::as_text;

/// Everything that has a code, and so a `Node.id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    Career,
    Course,
    Book,
    Topic,
    Person,
    Organization,
    ReadingList,
    ReadingListEntry,
}

impl NodeKind {
    /// All kinds, in the order in which the contract names them.
    pub const ALL: [Self; 8] = [
        Self::Career,
        Self::Course,
        Self::Book,
        Self::Topic,
        Self::Person,
        Self::Organization,
        Self::ReadingList,
        Self::ReadingListEntry,
    ];

    /// Those with a slug and a page of their own.
    pub const ROUTABLE: [Self; 6] =
        [Self::Career, Self::Course, Self::Book, Self::Topic, Self::Person, Self::Organization];

    /// The name of the kind in ids (`career_ci4tzd`), in paths (`/career/…`) and of its table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Career => "career",
            Self::Course => "course",
            Self::Book => "book",
            Self::Topic => "topic",
            Self::Person => "person",
            Self::Organization => "organization",
            Self::ReadingList => "reading_list",
            Self::ReadingListEntry => "reading_list_entry",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it has a slug and a path.
    #[must_use]
    pub const fn is_routable(self) -> bool {
        !matches!(self, Self::ReadingList | Self::ReadingListEntry)
    }

    /// Whether it is a catalog item: drafted, published, archived.
    #[must_use]
    pub const fn is_catalog_item(self) -> bool {
        matches!(self, Self::Career | Self::Course | Self::Book | Self::Topic)
    }
}

as_text!(NodeKind, NodeKind::name, NodeKind::from_name);

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What can have a reading list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OwnerKind {
    Career,
    Course,
    Topic,
}

impl From<OwnerKind> for NodeKind {
    fn from(kind: OwnerKind) -> Self {
        match kind {
            OwnerKind::Career => Self::Career,
            OwnerKind::Course => Self::Course,
            OwnerKind::Topic => Self::Topic,
        }
    }
}

/// What a reading list can recommend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    Course,
    Book,
}

impl From<ResourceKind> for NodeKind {
    fn from(kind: ResourceKind) -> Self {
        match kind {
            ResourceKind::Course => Self::Course,
            ResourceKind::Book => Self::Book,
        }
    }
}
