//! Books, and who contributed to them.

use std::sync::Arc;

use entity::choice::ContributionRole;
use sea_orm::DbErr;

use super::item::{item_columns, resource_columns};
use super::{Item, NodeKind, Person, Record, ResourceFields};
use crate::db::Columns;

/// A book.
#[derive(Debug)]
pub struct Book {
    pub item: Item,
    pub resource: ResourceFields,
    pub subtitle: Option<String>,
    pub publisher_id: Option<i64>,
    pub publication_year: Option<i32>,
    pub edition: Option<String>,
    /// Thirteen digits.
    pub isbn13: Option<String>,
    pub page_count: Option<i32>,
    pub cover_url: Option<String>,
}

impl Record for Book {
    const KIND: NodeKind = NodeKind::Book;
    const COLUMNS: &'static str = concat!(
        item_columns!("book"),
        ", ",
        resource_columns!("book"),
        ", book.subtitle, book.publisher_id, book.publication_year, book.edition, book.isbn13, book.page_count, \
         book.cover_url"
    );

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            item: Item::read(Self::KIND, columns)?,
            resource: ResourceFields::read(columns)?,
            subtitle: columns.take()?,
            publisher_id: columns.take()?,
            publication_year: columns.take()?,
            edition: columns.take()?,
            isbn13: columns.take()?,
            page_count: columns.take()?,
            cover_url: columns.take()?,
        })
    }

    fn id(&self) -> i64 {
        self.item.id
    }

    fn code(&self) -> &str {
        &self.item.code
    }
}

/// What a person did for a book.
#[derive(Clone, Debug)]
pub struct Contribution {
    pub person: Arc<Person>,
    pub role: ContributionRole,
    pub position: i32,
}
