//! What kinds of things the catalog holds, and the names they go by in addresses, ids and import files.

use std::fmt;

use crate::text::as_text;

/// The bits of an id that hold the tag of a kind.
pub const TAG_MASK: i64 = 255;
/// The number of low bits of an id that hold the tag.
pub const TAG_BITS: u32 = TAG_MASK.count_ones();
/// The bits of a tag that hold the number of the kind.
pub const NUMBER_MASK: i64 = 63;
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

    /// Returns the low byte of the ids of the kind's items and search documents: a six-bit number, [`LISTABLE`] if reading
    /// lists may recommend the item, and [`OWNS_LIST`] if it has a reading list. Tags never change, because the database
    /// checks references by them. Zero for reading lists and entries.
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
        Self::ALL.into_iter().find(|kind| kind.is_catalog_item() && kind.tag() == id & TAG_MASK)
    }

    /// Whether it has a slug and a path.
    #[must_use]
    pub const fn is_routable(self) -> bool {
        !matches!(self, Self::ReadingList | Self::ReadingListEntry)
    }

    /// Returns the name of the table with the rows of the kind.
    #[must_use]
    pub const fn table(self) -> &'static str {
        if self.is_catalog_item() { "item" } else { self.name() }
    }

    /// Returns the SQL table reference of the kind, aliased with the name of the kind: `item AS book`.
    #[must_use]
    pub const fn table_ref(self) -> &'static str {
        match self {
            Self::Career => "item AS career",
            Self::Course => "item AS course",
            Self::Book => "item AS book",
            Self::Topic => "item AS topic",
            Self::Person | Self::Organization | Self::ReadingList | Self::ReadingListEntry => self.name(),
        }
    }

    /// Returns the SQL condition that a row of the [table reference](Self::table_ref) is of the kind. The kind is a literal, so
    /// that the planner can use partial indices.
    #[must_use]
    pub const fn condition(self) -> &'static str {
        match self {
            Self::Career => "career.kind = 'career'",
            Self::Course => "course.kind = 'course'",
            Self::Book => "book.kind = 'book'",
            Self::Topic => "topic.kind = 'topic'",
            Self::Person | Self::Organization | Self::ReadingList | Self::ReadingListEntry => "TRUE",
        }
    }

    /// Returns the [table reference](Self::table_ref) followed by `WHERE` and the [condition](Self::condition) of the kind.
    #[must_use]
    pub fn filtered_table_ref(self) -> String {
        format!("{} WHERE {}", self.table_ref(), self.condition())
    }

    /// Whether its items have a reading list.
    #[must_use]
    pub const fn owns_list(self) -> bool {
        self.tag() & OWNS_LIST != 0
    }

    /// Whether reading lists may recommend its items.
    #[must_use]
    pub const fn is_listable(self) -> bool {
        self.tag() & LISTABLE != 0
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
