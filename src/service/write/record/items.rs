//! Careers, courses, books and topics.

use entity::choice::ContributionRole;

use super::parts::add_former;
use super::{Item, Price, Ref, Resource};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Career {
    pub item: Item,
    pub occupation_code: Option<String>,
    pub article: Option<String>,
    pub topics: Vec<Ref>,
    pub related: Vec<Ref>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub item: Item,
    pub resource: Resource,
    pub provider: Option<Ref>,
    pub institution: Option<Ref>,
    pub instructors: Vec<Instructor>,
    /// In seconds.
    pub weekly_effort: Option<i64>,
    pub is_free: Option<bool>,
    pub price: Option<Price>,
    pub syllabus: Vec<Section>,
    pub topics: Vec<Ref>,
    pub prerequisites: Vec<Ref>,
}

/// Somebody who teaches a course.
#[derive(Clone, Debug)]
pub struct Instructor {
    pub person: Ref,
    /// The person's name, where it is known that the name alone leads to exactly this person: then that is what an export
    /// writes.
    pub known_as: Option<String>,
}

impl PartialEq for Instructor {
    fn eq(&self, other: &Self) -> bool {
        self.person == other.person
    }
}

impl Eq for Instructor {}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    pub summary: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    pub item: Item,
    pub resource: Resource,
    pub subtitle: Option<String>,
    pub contributors: Vec<Contributor>,
    pub publisher: Option<Ref>,
    pub publication_year: Option<i32>,
    pub edition: Option<String>,
    /// Thirteen digits.
    pub isbn13: Option<String>,
    /// Further ISBNs that lead here, sorted: those of books that were merged into this one.
    pub old_isbns: Vec<String>,
    /// The codes of books that were merged into this one, sorted.
    pub old_codes: Vec<String>,
    pub page_count: Option<i32>,
    pub cover_url: Option<String>,
    pub topics: Vec<Ref>,
}

impl Book {
    /// Lets further ISBNs lead here.
    pub fn add_old_isbns(&mut self, isbns: impl IntoIterator<Item = String>) {
        add_former(&mut self.old_isbns, isbns, self.isbn13.as_deref());
    }

    /// Lets further codes lead here.
    pub fn add_old_codes(&mut self, codes: impl IntoIterator<Item = String>) {
        add_former(&mut self.old_codes, codes, Some(&self.item.code));
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    pub person: Ref,
    pub role: ContributionRole,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub item: Item,
    pub parent: Option<Ref>,
    pub aliases: Vec<String>,
    pub related: Vec<Ref>,
}
