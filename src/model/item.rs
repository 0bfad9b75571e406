//! What all catalog items have in common, and what courses and books do.

use entity::choice::{Level, Status};
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{NodeKind, choice};
use crate::db::Columns;

/// The common part of a career, course, book or topic.
#[derive(Debug)]
pub struct Item {
    pub kind: NodeKind,
    pub id: i64,
    pub code: String,
    pub slug: String,
    pub external_id: Option<String>,
    pub title: String,
    pub summary: Option<String>,
    pub status: Status,
    pub published_at: Option<Timestamp>,
    pub revised_at: Option<Timestamp>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Writes a list of columns of a table.
macro_rules! columns_of {
    ($table:literal: $first:literal $(, $column:literal)*) => {
        concat!($table, ".", $first $(, ", ", $table, ".", $column)*)
    };
}
pub(super) use columns_of;

/// How many columns there are in such a list.
pub(super) const fn count_columns(columns: &str) -> usize {
    let (columns, mut count, mut place) = (columns.as_bytes(), 1, 0);
    while place < columns.len() {
        if columns[place] == b',' {
            count += 1;
        }
        place += 1;
    }
    count
}

/// The columns of [`Item`] in the given table.
macro_rules! item_columns {
    ($table:literal) => {
        $crate::model::item::columns_of!(
            $table: "id", "code", "slug", "external_id", "title", "summary", "status", "published_at", "revised_at",
            "revision", "created_at", "updated_at"
        )
    };
}
pub(super) use item_columns;

impl Item {
    pub(super) fn read(kind: NodeKind, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            kind,
            id: columns.take()?,
            code: columns.take()?,
            slug: columns.take()?,
            external_id: columns.take()?,
            title: columns.take()?,
            summary: columns.take()?,
            status: columns.take()?,
            published_at: columns.take()?,
            revised_at: columns.take()?,
            revision: columns.take()?,
            created_at: columns.take()?,
            updated_at: columns.take()?,
        })
    }
}

/// What courses and books have beyond other items. Their description, which may be long, is read by itself.
#[derive(Debug)]
pub struct ResourceFields {
    pub level: Option<Level>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    pub url: Option<String>,
    /// Total effort in seconds.
    pub time_required: Option<i64>,
}

/// The columns of [`ResourceFields`] in the given table.
macro_rules! resource_columns {
    ($table:literal) => {
        $crate::model::item::columns_of!($table: "level", "language", "url", "time_required")
    };
}
pub(super) use resource_columns;

impl ResourceFields {
    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            level: choice(columns.take()?, Level::from_text)?,
            language: columns.take()?,
            url: columns.take()?,
            time_required: columns.take()?,
        })
    }
}
