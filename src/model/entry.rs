//! Entries of reading lists.

use std::sync::Arc;

use entity::choice::EntryRole;
use sea_orm::DbErr;

use super::book::book_columns;
use super::course::course_columns;
use super::item::{item_columns, resource_columns};
use super::{Book, Course, Item, ReadingList, ResourceFields, ResourceKind, choice};
use crate::db::Columns;

/// A course or a book.
#[derive(Clone, Debug)]
pub enum Resource {
    Course(Arc<Course>),
    Book(Arc<Book>),
}

impl Resource {
    /// The columns of every kind of learning resource; those that a kind does not have are null.
    pub const COLUMNS: &'static str = concat!(
        item_columns!("resource"),
        ", ",
        resource_columns!("resource"),
        ", ",
        book_columns!("resource"),
        ", ",
        course_columns!("resource")
    );

    /// Reads the one that a row has.
    ///
    /// # Errors
    /// When a column holds what it should not.
    pub fn read(kind: ResourceKind, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let (item, resource) = (Item::read(kind.into(), columns)?, ResourceFields::read(columns)?);
        match kind {
            ResourceKind::Book => {
                let book = Book::read_own(item, resource, columns)?;
                columns.skip(Course::OWN_COLUMNS);
                Ok(Self::Book(Arc::new(book)))
            }
            ResourceKind::Course => {
                columns.skip(Book::OWN_COLUMNS);
                Ok(Self::Course(Arc::new(Course::read_own(item, resource, columns)?)))
            }
        }
    }

    /// Which one it is.
    #[must_use]
    pub fn key(&self) -> ResourceRef {
        match self {
            Self::Course(course) => ResourceRef { kind: ResourceKind::Course, id: course.item.id },
            Self::Book(book) => ResourceRef { kind: ResourceKind::Book, id: book.item.id },
        }
    }
}

/// What an entry points at: a course or a book.
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
         reading_list_entry.note, reading_list_entry.role, reading_list_entry.item_id";

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
            role: choice(columns.take()?, EntryRole::from_text)?,
            target: ResourceRef::of(columns.take()?)?,
            position: None,
            list: None,
            resource: None,
        })
    }
}
