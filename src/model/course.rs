//! Courses, and the sections of their syllabus.

use sea_orm::DbErr;

use super::item::{count_columns, item_columns, resource_columns};
use super::{Item, NodeKind, Record, ResourceFields};
use crate::db::Columns;

/// A course.
#[derive(Debug)]
pub struct Course {
    pub item: Item,
    pub resource: ResourceFields,
    pub provider_id: Option<i64>,
    pub institution_id: Option<i64>,
    /// Seconds a week.
    pub weekly_effort: Option<i64>,
    pub is_free: Option<bool>,
    /// The price in the currency's smallest unit.
    pub price_minor: Option<i64>,
    pub price_currency: Option<String>,
}

/// The columns that courses have beyond those of every learning resource.
macro_rules! course_columns {
    ($table:literal) => {
        $crate::model::item::columns_of!(
            $table: "provider_id", "institution_id", "weekly_effort", "is_free", "price_minor", "price_currency"
        )
    };
}
pub(super) use course_columns;

impl Record for Course {
    const KIND: NodeKind = NodeKind::Course;
    const COLUMNS: &'static str =
        concat!(item_columns!("course"), ", ", resource_columns!("course"), ", ", course_columns!("course"));

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

impl Course {
    /// How many columns [`Course::read_own`] takes.
    pub(super) const OWN_COLUMNS: usize = count_columns(course_columns!("course"));

    /// Reads what courses alone have.
    pub(super) fn read_own(item: Item, resource: ResourceFields, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            item,
            resource,
            provider_id: columns.take()?,
            institution_id: columns.take()?,
            weekly_effort: columns.take()?,
            is_free: columns.take()?,
            price_minor: columns.take()?,
            price_currency: columns.take()?,
        })
    }
}

/// A section of what a course covers.
#[derive(Clone, Debug)]
pub struct SyllabusSection {
    pub position: i32,
    pub title: String,
    pub summary: Option<String>,
}
