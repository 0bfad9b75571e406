//! Entries of reading lists.

use std::sync::{Arc, LazyLock};

use entity::enums::EntryRole;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::item::{OWN_COLUMNS, item_columns, resource_columns};
use super::{
    Book, Course, HeapSize, Item, Podcast, ReadingList, ResourceFields, ResourceKind, Tutorial, Video, parse_enum,
};
use crate::db::Columns;

/// Defines the learning resources, with an accessor for their common columns.
macro_rules! resources {
    ($($kind:ident),+) => {
        /// A learning resource of any kind.
        #[derive(Clone, Debug)]
        pub enum Resource {
            $($kind(Arc<$kind>),)+
        }

        impl Resource {
            /// Reads a resource of a kind from [`Resource::columns`].
            ///
            /// # Errors
            /// When a column has an unexpected value.
            pub fn read(kind: ResourceKind, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
                let (item, resource) = (Item::read(kind.into(), columns)?, ResourceFields::read(columns)?);
                Ok(match kind {
                    $(ResourceKind::$kind => Self::$kind(Arc::new($kind::read_among(item, resource, columns)?)),)+
                })
            }

            /// Returns the columns that all items have.
            #[must_use]
            pub fn item(&self) -> &Item {
                match self {
                    $(Self::$kind(resource) => &resource.item,)+
                }
            }

            /// Returns the columns that all learning resources have.
            #[must_use]
            pub fn fields(&self) -> &ResourceFields {
                match self {
                    $(Self::$kind(resource) => &resource.resource,)+
                }
            }

            /// Returns the kind and the id.
            #[must_use]
            pub fn key(&self) -> ResourceRef {
                match self {
                    $(Self::$kind(resource) => ResourceRef { kind: ResourceKind::$kind, id: resource.item.id },)+
                }
            }
        }

        impl HeapSize for Resource {
            fn heap_size(&self) -> usize {
                match self {
                    $(Self::$kind(resource) => resource.heap_size(),)+
                }
            }
        }
    };
}

resources! { Course, Book, Video, Podcast, Tutorial }

impl Resource {
    /// Returns the columns of a learning resource of any kind, of the table `resource`; columns that a kind does not
    /// have are null.
    #[must_use]
    pub fn columns() -> &'static str {
        static COLUMNS: LazyLock<String> = LazyLock::new(|| {
            let own = OWN_COLUMNS.map(|column| format!("resource.{column}"));
            [item_columns!("resource"), resource_columns!("resource"), &own.join(", ")].join(", ")
        });
        &COLUMNS
    }
}

/// A reference to a learning resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceRef {
    pub kind: ResourceKind,
    pub id: i64,
}

impl ResourceRef {
    /// Returns the reference to the learning resource with this id.
    ///
    /// # Errors
    /// When reading lists cannot recommend items of its kind.
    pub fn of(id: i64) -> Result<Self, DbErr> {
        let kind =
            ResourceKind::of_item(id).ok_or_else(|| DbErr::Type(format!("item {id} cannot be on a reading list")))?;
        Ok(Self { kind, id })
    }
}

/// An entry of a reading list.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub code: String,
    pub list_id: i64,
    /// Why the list recommends the resource, in Markdown.
    pub note: Option<String>,
    pub role: Option<EntryRole>,
    pub added_at: Timestamp,
    /// The position among the visible entries, from 1; known if the list was read in order.
    pub position: Option<i64>,
    /// The list, if it was read with the entry.
    pub list: Option<Arc<ReadingList>>,
    pub target: ResourceRef,
    /// The learning resource, if it was read with the entry.
    pub resource: Option<Resource>,
}

impl Entry {
    /// The entry's own columns, which [`Entry::read`] reads.
    pub const COLUMNS: &'static str = "reading_list_entry.id, reading_list_entry.code, reading_list_entry.list_id, \
         reading_list_entry.note, reading_list_entry.role, reading_list_entry.added_at, reading_list_entry.item_id";

    /// Reads an entry without its resource.
    ///
    /// # Errors
    /// When a column has an unexpected value.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            id: columns.read_next()?,
            code: columns.read_next()?,
            list_id: columns.read_next()?,
            note: columns.read_next()?,
            role: parse_enum(columns.read_next()?, EntryRole::from_text)?,
            added_at: columns.read_next()?,
            target: ResourceRef::of(columns.read_next()?)?,
            position: None,
            list: None,
            resource: None,
        })
    }
}
