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

/// Writes the learning resources by kind.
macro_rules! resources {
    ($($kind:ident),+) => {
        /// A learning resource of any kind.
        #[derive(Clone, Debug)]
        pub enum Resource {
            $($kind(Arc<$kind>),)+
        }

        impl Resource {
            /// Reads the one that a row has in [`Resource::columns`].
            ///
            /// # Errors
            /// When a column holds what it should not.
            pub fn read(kind: ResourceKind, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
                let (item, resource) = (Item::read(kind.into(), columns)?, ResourceFields::read(columns)?);
                Ok(match kind {
                    $(ResourceKind::$kind => Self::$kind(Arc::new($kind::read_among(item, resource, columns)?)),)+
                })
            }

            /// The common columns.
            #[must_use]
            pub fn item(&self) -> &Item {
                match self {
                    $(Self::$kind(resource) => &resource.item,)+
                }
            }

            /// The columns of every learning resource.
            #[must_use]
            pub fn fields(&self) -> &ResourceFields {
                match self {
                    $(Self::$kind(resource) => &resource.resource,)+
                }
            }

            /// Which one it is.
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
    /// The columns of a learning resource of any kind, of the table `resource`; those that a kind does not have are null.
    #[must_use]
    pub fn columns() -> &'static str {
        static COLUMNS: LazyLock<String> = LazyLock::new(|| {
            let own = OWN_COLUMNS.map(|column| format!("resource.{column}"));
            [item_columns!("resource"), resource_columns!("resource"), &own.join(", ")].join(", ")
        });
        &COLUMNS
    }
}

/// What an entry points at: a learning resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceRef {
    pub kind: ResourceKind,
    pub id: i64,
}

impl ResourceRef {
    /// The learning resource with this id.
    ///
    /// # Errors
    /// When it is not an item that reading lists may recommend.
    pub fn of(id: i64) -> Result<Self, DbErr> {
        let kind =
            ResourceKind::of_item(id).ok_or_else(|| DbErr::Type(format!("item {id} cannot be on a reading list")))?;
        Ok(Self { kind, id })
    }
}

/// What a reading list recommends, and why.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub code: String,
    pub list_id: i64,
    /// Markdown: why this one.
    pub note: Option<String>,
    pub role: Option<EntryRole>,
    pub added_at: Timestamp,
    /// The rank among what the caller sees, from 1. It is known where the list was read in order.
    pub position: Option<i64>,
    /// The list, where it was read along.
    pub list: Option<Arc<ReadingList>>,
    pub target: ResourceRef,
    /// What it points at, where it was read along.
    pub resource: Option<Resource>,
}

impl Entry {
    /// The entry's own columns; [`Entry::read`] takes them.
    pub const COLUMNS: &'static str = "reading_list_entry.id, reading_list_entry.code, reading_list_entry.list_id, \
         reading_list_entry.note, reading_list_entry.role, reading_list_entry.added_at, reading_list_entry.item_id";

    /// Reads one, without what it points at.
    ///
    /// # Errors
    /// When a column holds what it should not.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            id: columns.take()?,
            code: columns.take()?,
            list_id: columns.take()?,
            note: columns.take()?,
            role: parse_enum(columns.take()?, EntryRole::from_text)?,
            added_at: columns.take()?,
            target: ResourceRef::of(columns.take()?)?,
            position: None,
            list: None,
            resource: None,
        })
    }
}
