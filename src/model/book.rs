//! Books, and contributions to items.

use std::sync::Arc;

use entity::enums::ContributionRole;

use super::Person;
use super::item::resource;

resource! {
    /// A book.
    Book "book" {
        subtitle "subtitle": Option<String>,
        original_title "original_title": Option<String>,
        publisher_id "publisher_id": Option<i64>,
        publication_year "publication_year": Option<i32>,
        edition "edition": Option<String>,
        /// The ISBN-13 without hyphens.
        isbn13 "isbn13": Option<String>,
        page_count "page_count": Option<i32>,
    }
}

/// The contribution of a person to an item.
#[derive(Clone, Debug)]
pub struct Contribution {
    pub person: Arc<Person>,
    pub role: ContributionRole,
    pub position: i32,
}
