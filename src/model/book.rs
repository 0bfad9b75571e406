//! Books, and who contributed to them.

use std::sync::Arc;

use entity::choice::ContributionRole;
use sea_orm::DbErr;

use super::item::{count_columns, item_columns, resource_columns};
use super::{Item, NodeKind, Person, Record, ResourceFields};
use crate::db::Columns;

/// A book.
#[derive(Debug)]
pub struct Book {
    pub item: Item,
    pub resource: ResourceFields,
    pub subtitle: Option<String>,
    pub original_title: Option<String>,
    pub publisher_id: Option<i64>,
    pub publication_year: Option<i32>,
    pub edition: Option<String>,
    /// Thirteen digits.
    pub isbn13: Option<String>,
    pub page_count: Option<i32>,
    pub cover_url: Option<String>,
}

/// The columns that books have beyond those of every learning resource.
macro_rules! book_columns {
    ($table:literal) => {
        $crate::model::item::columns_of!(
            $table: "subtitle", "original_title", "publisher_id", "publication_year", "edition", "isbn13", "page_count", "cover_url"
        )
    };
}
pub(super) use book_columns;

impl Record for Book {
    const KIND: NodeKind = NodeKind::Book;
    const COLUMNS: &'static str =
        concat!(item_columns!("book"), ", ", resource_columns!("book"), ", ", book_columns!("book"));

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let (item, resource) = (Item::read(Self::KIND, columns)?, ResourceFields::read(columns)?);
        Self::read_own(item, resource, columns)
    }

    fn id(&self) -> i64 {
        self.item.id
    }

    fn code(&self) -> &str {
        &self.item.code
    }

    fn revision(&self) -> i32 {
        self.item.revision
    }
}

impl Book {
    /// How many columns [`Book::read_own`] takes.
    pub(super) const OWN_COLUMNS: usize = count_columns(book_columns!("book"));

    /// Reads what books alone have.
    pub(super) fn read_own(item: Item, resource: ResourceFields, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            item,
            resource,
            subtitle: columns.take()?,
            original_title: columns.take()?,
            publisher_id: columns.take()?,
            publication_year: columns.take()?,
            edition: columns.take()?,
            isbn13: columns.take()?,
            page_count: columns.take()?,
            cover_url: columns.take()?,
        })
    }
}

/// What a person did for a book.
#[derive(Clone, Debug)]
pub struct Contribution {
    pub person: Arc<Person>,
    pub role: ContributionRole,
    pub position: i32,
}
