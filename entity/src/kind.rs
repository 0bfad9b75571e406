//! The kinds of objects, and their names in URLs, ids and import files.

use std::fmt;

use crate::enum_text::serde_as_text;

/// The bits of an id that hold the tag of a kind.
pub const TAG_MASK: i64 = 255;
/// The number of low bits of an id that hold the tag.
pub const TAG_BITS: u32 = TAG_MASK.count_ones();
/// The bits of a tag that hold the number of the kind.
pub const NUMBER_MASK: i64 = 63;
/// The bit of a tag that marks the kinds that reading lists can recommend.
pub const LISTABLE: i64 = 64;
/// The bit of a tag that marks the kinds that have a reading list.
pub const OWNS_LIST: i64 = 128;

/// Defines the kinds. Items are rows of the table `item`, people and organizations have tables of their own, and lists
/// have no page.
macro_rules! kinds {
    (
        items { $($item:ident $item_name:literal $item_tag:expr;)+ }
        parties { $($party:ident $party_name:literal $party_tag:expr;)+ }
        lists { $($list:ident $list_name:literal;)+ }
    ) => {
        /// The kind of an object with a code, and so with a `Node.id`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum NodeKind {
            $($item,)+
            $($party,)+
            $($list,)+
        }

        impl NodeKind {
            /// All kinds, in the order of the API.
            pub const ALL: [Self; [$(Self::$item,)+ $(Self::$party,)+ $(Self::$list,)+].len()] =
                [$(Self::$item,)+ $(Self::$party,)+ $(Self::$list,)+];

            /// The kinds of items, which have a publication status.
            pub const ITEMS: [Self; [$(Self::$item,)+].len()] = [$(Self::$item,)+];

            /// The kinds with a slug and a page of their own.
            pub const ROUTABLE: [Self; [$(Self::$item,)+ $(Self::$party,)+].len()] =
                [$(Self::$item,)+ $(Self::$party,)+];

            /// Returns the name of the kind in ids (`career_ci4tzd`), paths (`/career/…`) and tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$item => $item_name,)+
                    $(Self::$party => $party_name,)+
                    $(Self::$list => $list_name,)+
                }
            }

            /// Returns the name of the object type in the API.
            #[must_use]
            pub const fn type_name(self) -> &'static str {
                match self {
                    $(Self::$item => stringify!($item),)+
                    $(Self::$party => stringify!($party),)+
                    $(Self::$list => stringify!($list),)+
                }
            }

            /// Returns the low byte of the ids of the kind's items and search documents: a six-bit number, [`LISTABLE`]
            /// if reading lists can recommend the item, and [`OWNS_LIST`] if it has a reading list. Tags never change,
            /// because the database checks references by them. Zero for reading lists and entries.
            #[must_use]
            pub const fn tag(self) -> i64 {
                match self {
                    $(Self::$item => $item_tag,)+
                    $(Self::$party => $party_tag,)+
                    $(Self::$list => 0,)+
                }
            }

            /// Returns the SQL table reference of the kind, aliased with the name of the kind: `item AS book`.
            #[must_use]
            pub const fn table_ref(self) -> &'static str {
                match self {
                    $(Self::$item => concat!("item AS ", $item_name),)+
                    $(Self::$party => $party_name,)+
                    $(Self::$list => $list_name,)+
                }
            }

            /// Returns the SQL condition that a row of the [table reference](Self::table_ref) is of the kind. The kind is a
            /// literal, so that the planner can use partial indices.
            #[must_use]
            pub const fn condition(self) -> &'static str {
                match self {
                    $(Self::$item => concat!($item_name, ".kind = '", $item_name, "'"),)+
                    $(Self::$party)|+ | $(Self::$list)|+ => "TRUE",
                }
            }

            /// Returns the name of the primary key: `book.id`.
            #[must_use]
            pub const fn primary_key(self) -> &'static str {
                match self {
                    $(Self::$item => concat!($item_name, ".id"),)+
                    $(Self::$party => concat!($party_name, ".id"),)+
                    $(Self::$list => concat!($list_name, ".id"),)+
                }
            }

            /// Returns the name of the column that the kind sorts by: `book.title_sort_key`. Empty for lists.
            #[must_use]
            pub const fn title_sort_key(self) -> &'static str {
                match self {
                    $(Self::$item => concat!($item_name, ".title_sort_key"),)+
                    $(Self::$party => concat!($party_name, ".name_sort_key"),)+
                    $(Self::$list)|+ => "",
                }
            }

            /// Returns whether it is a kind of item.
            #[must_use]
            pub const fn is_catalog_item(self) -> bool {
                matches!(self, $(Self::$item)|+)
            }

            /// Returns whether the kind has a slug and a page.
            #[must_use]
            pub const fn is_routable(self) -> bool {
                matches!(self, $(Self::$item)|+ | $(Self::$party)|+)
            }
        }
    };
}

kinds! {
    items {
        Career "career" 1 | OWNS_LIST;
        Course "course" 2 | LISTABLE | OWNS_LIST;
        Book "book" 3 | LISTABLE;
        Topic "topic" 4 | OWNS_LIST;
        Video "video" 5 | LISTABLE;
        Podcast "podcast" 6 | LISTABLE;
        Tutorial "tutorial" 7 | LISTABLE;
    }
    parties {
        Person "person" 32;
        Organization "organization" 33;
    }
    lists {
        ReadingList "reading_list";
        ReadingListEntry "reading_list_entry";
    }
}

impl NodeKind {
    /// Returns the kind with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the kind of the item with this id.
    #[must_use]
    pub fn of_item(id: i64) -> Option<Self> {
        Self::ITEMS.into_iter().find(|kind| kind.tag() == id & TAG_MASK)
    }

    /// Returns the name of the table with the rows of the kind.
    #[must_use]
    pub const fn table(self) -> &'static str {
        if self.is_catalog_item() { "item" } else { self.name() }
    }

    /// Returns the [table reference](Self::table_ref) followed by `WHERE` and the [condition](Self::condition) of the kind.
    #[must_use]
    pub fn filtered_table_ref(self) -> String {
        format!("{} WHERE {}", self.table_ref(), self.condition())
    }

    /// Returns whether items of the kind have a reading list.
    #[must_use]
    pub const fn owns_list(self) -> bool {
        self.tag() & OWNS_LIST != 0
    }

    /// Returns whether reading lists can recommend items of the kind.
    #[must_use]
    pub const fn is_listable(self) -> bool {
        self.tag() & LISTABLE != 0
    }
}

serde_as_text!(NodeKind, NodeKind::name, NodeKind::from_name);

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Defines a subset of the kinds of items.
macro_rules! item_kinds {
    ($(#[$meta:meta])* $name:ident { $($kind:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($kind,)+
        }

        impl $name {
            /// All kinds of the subset.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// Returns the kind of the item with this id, if the subset has it.
            #[must_use]
            pub fn of_item(id: i64) -> Option<Self> {
                match NodeKind::of_item(id)? {
                    $(NodeKind::$kind => Some(Self::$kind),)+
                    _ => None,
                }
            }
        }

        impl From<$name> for NodeKind {
            fn from(kind: $name) -> Self {
                match kind {
                    $($name::$kind => Self::$kind,)+
                }
            }
        }
    };
}

item_kinds! {
    /// The kinds of items that have a reading list.
    OwnerKind { Career, Course, Topic }
}

item_kinds! {
    /// The kinds of items that a reading list can recommend.
    ResourceKind { Course, Book, Video, Podcast, Tutorial }
}

#[cfg(test)]
mod tests {
    use super::{NodeKind, OwnerKind, ResourceKind};

    #[test]
    fn the_sets_of_kinds_agree_with_the_tags() {
        let of = |has: fn(NodeKind) -> bool| NodeKind::ITEMS.into_iter().filter(|kind| has(*kind)).collect::<Vec<_>>();
        let owners: Vec<NodeKind> = OwnerKind::ALL.iter().copied().map(NodeKind::from).collect();
        let resources: Vec<NodeKind> = ResourceKind::ALL.iter().copied().map(NodeKind::from).collect();
        assert_eq!(of(NodeKind::owns_list), owners);
        assert_eq!(of(NodeKind::is_listable), resources);
        let mut numbers: Vec<i64> = NodeKind::ROUTABLE.iter().map(|kind| kind.tag() & super::NUMBER_MASK).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), NodeKind::ROUTABLE.len());
    }
}
