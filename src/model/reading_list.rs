//! Reading lists.

use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{NodeKind, OwnerKind, Record};
use crate::db::Columns;

/// A reference to the owner of a reading list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OwnerRef {
    pub kind: OwnerKind,
    pub id: i64,
}

impl OwnerRef {
    /// Returns the reference to the owner with this id.
    ///
    /// # Errors
    /// When items of its kind cannot have a reading list.
    pub fn of(id: i64) -> Result<Self, DbErr> {
        let kind =
            OwnerKind::of_item(id).ok_or_else(|| DbErr::Type(format!("item {id} cannot have a reading list")))?;
        Ok(Self { kind, id })
    }
}

/// A reading list.
#[derive(Debug)]
pub struct ReadingList {
    pub id: i64,
    pub code: String,
    pub owner: OwnerRef,
    pub title: Option<String>,
    /// In Markdown.
    pub introduction: Option<String>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Record for ReadingList {
    const KIND: NodeKind = NodeKind::ReadingList;
    const COLUMNS: &'static str = "reading_list.id, reading_list.code, reading_list.owner_id, reading_list.title, reading_list.introduction, reading_list.revision, \
         reading_list.created_at, reading_list.updated_at";

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            id: columns.read_next()?,
            code: columns.read_next()?,
            owner: OwnerRef::of(columns.read_next()?)?,
            title: columns.read_next()?,
            introduction: columns.read_next()?,
            revision: columns.read_next()?,
            created_at: columns.read_next()?,
            updated_at: columns.read_next()?,
        })
    }

    fn id(&self) -> i64 {
        self.id
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn revision(&self) -> i32 {
        self.revision
    }
}
