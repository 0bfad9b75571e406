//! What kinds of things the catalog holds, and the names they go by in addresses, ids and import files.

use std::fmt;

use crate::text::as_text;

/// The bits of an item's id that are the tag of its kind.
pub const TAG: i64 = 255;
/// The bit of a tag that says that reading lists may recommend the item.
pub const LISTABLE: i64 = 64;
/// The bit of a tag that says that the item has a reading list.
pub const OWNS_LIST: i64 = 128;

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

    /// The name of the kind in ids (`career_ci4tzd`), in paths (`/career/…`) and in tables.
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

    /// The low byte of the ids of its items and search documents: six bits with a number of its own, [`LISTABLE`] if reading
    /// lists may recommend it, and [`OWNS_LIST`] if it has a reading list. It never changes: the database checks references
    /// by it. Reading lists and entries have none.
    #[must_use]
    pub const fn tag(self) -> i64 {
        match self {
            Self::Career => 1 | OWNS_LIST,
            Self::Course => 2 | LISTABLE | OWNS_LIST,
            Self::Book => 3 | LISTABLE,
            Self::Topic => 4 | OWNS_LIST,
            Self::Person => 32,
            Self::Organization => 33,
            Self::ReadingList | Self::ReadingListEntry => 0,
        }
    }

    /// The kind of the item with this id.
    #[must_use]
    pub fn of_item(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.is_catalog_item() && kind.tag() == id & TAG)
    }

    /// Whether it has a slug and a path.
    #[must_use]
    pub const fn is_routable(self) -> bool {
        !matches!(self, Self::ReadingList | Self::ReadingListEntry)
    }

    /// The table that has its rows.
    #[must_use]
    pub const fn table(self) -> &'static str {
        if self.is_catalog_item() { "item" } else { self.name() }
    }

    /// What follows `FROM` or `JOIN` in a statement about rows of the kind, which are called as the kind.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Career => "item AS career",
            Self::Course => "item AS course",
            Self::Book => "item AS book",
            Self::Topic => "item AS topic",
            Self::Person | Self::Organization | Self::ReadingList | Self::ReadingListEntry => self.name(),
        }
    }

    /// The [source](Self::source) of all rows of the kind, with the condition that they are of it. The kind is a literal, so
    /// that the planner uses the partial indices of the kind.
    #[must_use]
    pub const fn rows(self) -> &'static str {
        match self {
            Self::Career => "item AS career WHERE career.kind = 'career'",
            Self::Course => "item AS course WHERE course.kind = 'course'",
            Self::Book => "item AS book WHERE book.kind = 'book'",
            Self::Topic => "item AS topic WHERE topic.kind = 'topic'",
            Self::Person => "person WHERE TRUE",
            Self::Organization => "organization WHERE TRUE",
            Self::ReadingList => "reading_list WHERE TRUE",
            Self::ReadingListEntry => "reading_list_entry WHERE TRUE",
        }
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

impl OwnerKind {
    /// The kind of the item with this id, if it can have a reading list.
    #[must_use]
    pub fn of_item(id: i64) -> Option<Self> {
        match NodeKind::of_item(id)? {
            NodeKind::Career => Some(Self::Career),
            NodeKind::Course => Some(Self::Course),
            NodeKind::Topic => Some(Self::Topic),
            _ => None,
        }
    }
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

impl ResourceKind {
    /// The kind of the item with this id, if reading lists may recommend it.
    #[must_use]
    pub fn of_item(id: i64) -> Option<Self> {
        match NodeKind::of_item(id)? {
            NodeKind::Course => Some(Self::Course),
            NodeKind::Book => Some(Self::Book),
            _ => None,
        }
    }
}

impl From<ResourceKind> for NodeKind {
    fn from(kind: ResourceKind) -> Self {
        match kind {
            ResourceKind::Course => Self::Course,
            ResourceKind::Book => Self::Book,
        }
    }
}
