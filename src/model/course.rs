//! Courses, and the sections of their syllabus.

use sea_orm::DbErr;

use super::item::{item_columns, resource_columns};
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

impl Record for Course {
    const KIND: NodeKind = NodeKind::Course;
    const COLUMNS: &'static str = concat!(
        item_columns!("course"),
        ", ",
        resource_columns!("course"),
        ", course.provider_id, course.institution_id, course.weekly_effort, course.is_free, course.price_minor, \
         course.price_currency"
    );

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            item: Item::read(Self::KIND, columns)?,
            resource: ResourceFields::read(columns)?,
            provider_id: columns.take()?,
            institution_id: columns.take()?,
            weekly_effort: columns.take()?,
            is_free: columns.take()?,
            price_minor: columns.take()?,
            price_currency: columns.take()?,
        })
    }

    fn id(&self) -> i64 {
        self.item.id
    }

    fn code(&self) -> &str {
        &self.item.code
    }
}

/// A section of what a course covers.
#[derive(Clone, Debug)]
pub struct SyllabusSection {
    pub position: i32,
    pub title: String,
    pub summary: Option<String>,
}
