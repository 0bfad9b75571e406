//! Reading lists.

use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{NodeKind, OwnerKind, Record};
use crate::db::Columns;

/// Whose list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OwnerRef {
    pub kind: OwnerKind,
    pub id: i64,
}

/// A reading list.
#[derive(Debug)]
pub struct ReadingList {
    pub id: i64,
    pub code: String,
    pub owner: OwnerRef,
    pub title: Option<String>,
    /// Markdown.
    pub introduction: Option<String>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Record for ReadingList {
    const KIND: NodeKind = NodeKind::ReadingList;
    const COLUMNS: &'static str = "reading_list.id, reading_list.code, reading_list.career_id, reading_list.course_id, \
         reading_list.topic_id, reading_list.title, reading_list.introduction, reading_list.revision, \
         reading_list.created_at, reading_list.updated_at";

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            id: columns.take()?,
            code: columns.take()?,
            owner: owner(columns.take()?, columns.take()?, columns.take()?)?,
            title: columns.take()?,
            introduction: columns.take()?,
            revision: columns.take()?,
            created_at: columns.take()?,
            updated_at: columns.take()?,
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

fn owner(career: Option<i64>, course: Option<i64>, topic: Option<i64>) -> Result<OwnerRef, DbErr> {
    let (kind, id) = match (career, course, topic) {
        (Some(id), None, None) => (OwnerKind::Career, id),
        (None, Some(id), None) => (OwnerKind::Course, id),
        (None, None, Some(id)) => (OwnerKind::Topic, id),
        _ => return Err(DbErr::Type("a reading list has one owner".to_owned())),
    };
    Ok(OwnerRef { kind, id })
}
