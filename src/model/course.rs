//! Courses, and the sections of their syllabus.

use super::item::resource;

resource! {
    /// A course.
    Course "course" {
        provider_id "provider_id": Option<i64>,
        institution_id "institution_id": Option<i64>,
        /// In seconds per week.
        weekly_effort "weekly_effort": Option<i64>,
        is_free "is_free": Option<bool>,
        /// The price in the smallest unit of the currency.
        price_minor "price_minor": Option<i64>,
        price_currency "price_currency": Option<String>,
    }
}

/// A section of a syllabus.
#[derive(Clone, Debug)]
pub struct SyllabusSection {
    pub position: i32,
    pub title: String,
    pub summary: Option<String>,
}
