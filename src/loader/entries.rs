//! Entries in pages: with the learning resource that they recommend, or with their list.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::DbErr;

use super::page::PageRow;
use super::relation::RESOURCE;
use super::{BatchLoader, ReadError};
use crate::db::{Columns, Sql};
use crate::model::{Book, Course, Entry, ReadingList, Record, Resource, ResourceRef};

/// An entry of a reading list, with a resource of any kind.
#[derive(Debug)]
pub struct ListEntry(pub Arc<Entry>);

/// An entry that recommends a book.
#[derive(Debug)]
pub struct BookEntry {
    pub entry: Arc<Entry>,
    pub book: Arc<Book>,
}

/// An entry that recommends a course.
#[derive(Debug)]
pub struct CourseEntry {
    pub entry: Arc<Entry>,
    pub course: Arc<Course>,
}

/// An entry that was reached from its resource, with its list.
#[derive(Debug)]
pub struct ListedEntry(pub Arc<Entry>);

/// Reads an entry and its learning resource from [`Entry::COLUMNS`] and [`Resource::columns`].
pub(super) fn read_with_resource(columns: &mut Columns<'_>) -> Result<Entry, DbErr> {
    let mut entry = Entry::read(columns)?;
    entry.resource = Some(Resource::read(entry.target.kind, columns)?);
    Ok(entry)
}

/// A learning resource of any kind, without an entry.
impl PageRow for Resource {
    fn write_columns(sql: &mut Sql, _: &str) {
        sql.push("resource.id, ").push(Self::columns());
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Self::read(ResourceRef::of(columns.read_next()?)?.kind, columns)
    }
}

impl PageRow for ListEntry {
    fn write_columns(sql: &mut Sql, position: &str) {
        sql.push(Entry::COLUMNS).push(", ").push(Resource::columns()).push(", ").push(position);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let mut entry = read_with_resource(columns)?;
        entry.position = columns.read_next()?;
        Ok(Self(Arc::new(entry)))
    }

    fn set_position(&mut self, position: i64) {
        // The entry is not shared yet.
        if let Some(entry) = Arc::get_mut(&mut self.0) {
            entry.position = Some(position);
        }
    }
}

impl PageRow for BookEntry {
    fn write_columns(sql: &mut Sql, position: &str) {
        sql.push(Entry::COLUMNS).push(", ").push(Book::COLUMNS).push(", ").push(position);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let mut entry = Entry::read(columns)?;
        let book = Arc::new(Book::read(columns)?);
        entry.resource = Some(Resource::Book(book.clone()));
        entry.position = columns.read_next()?;
        Ok(Self { entry: Arc::new(entry), book })
    }
}

impl PageRow for CourseEntry {
    fn write_columns(sql: &mut Sql, position: &str) {
        sql.push(Entry::COLUMNS).push(", ").push(Course::COLUMNS).push(", ").push(position);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let mut entry = Entry::read(columns)?;
        let course = Arc::new(Course::read(columns)?);
        entry.resource = Some(Resource::Course(course.clone()));
        entry.position = columns.read_next()?;
        Ok(Self { entry: Arc::new(entry), course })
    }
}

/// The resource is the parent of the page, so it is not read again for each list.
impl PageRow for ListedEntry {
    fn write_columns(sql: &mut Sql, _: &str) {
        sql.push(Entry::COLUMNS).push(", ").push(ReadingList::COLUMNS);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let mut entry = Entry::read(columns)?;
        entry.list = Some(Arc::new(ReadingList::read(columns)?));
        Ok(Self(Arc::new(entry)))
    }
}

/// The key of the position of an entry among the visible entries of its list, if the list was not read in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PositionOf(pub i64);

impl Loader<PositionOf> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[PositionOf]) -> Result<HashMap<PositionOf, i64>, ReadError> {
        let scope = self.reader.scope();
        let mut sql = self.reader.sql(
            "SELECT asked.id, COUNT(*) FROM reading_list_entry AS asked JOIN reading_list_entry \
             ON reading_list_entry.list_id = asked.list_id AND reading_list_entry.position <= asked.position",
        );
        sql.push(RESOURCE).push(" WHERE asked.id").is_any_id(keys.iter().map(|key| key.0));
        sql.push(" AND ");
        scope.published(&mut sql, "resource");
        sql.push(" GROUP BY asked.id");
        let mut positions = HashMap::with_capacity(keys.len());
        for row in self.reader.query_short(sql).await? {
            let mut columns = row.columns();
            positions.insert(PositionOf(columns.read_next()?), columns.read_next()?);
        }
        Ok(positions)
    }
}
