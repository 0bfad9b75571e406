//! Careers, courses, books and topics.

use entity::choice::ContributionRole;
use serde::{Deserialize, Serialize};

use super::parts::add_former;
use super::state::seconds;
use super::{Item, Price, Ref, Resource};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Career {
    #[serde(flatten)]
    pub item: Item,
    pub occupation_code: Option<String>,
    pub article: Option<String>,
    #[serde(default)]
    pub topics: Vec<Ref>,
    #[serde(default, rename = "relatedCareers")]
    pub related: Vec<Ref>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    #[serde(flatten)]
    pub item: Item,
    #[serde(flatten)]
    pub resource: Resource,
    pub provider: Option<Ref>,
    pub institution: Option<Ref>,
    #[serde(default)]
    pub instructors: Vec<Instructor>,
    /// In seconds.
    #[serde(default, with = "seconds")]
    pub weekly_effort: Option<i64>,
    pub is_free: Option<bool>,
    pub price: Option<Price>,
    #[serde(default)]
    pub syllabus: Vec<Section>,
    #[serde(default)]
    pub topics: Vec<Ref>,
    #[serde(default)]
    pub prerequisites: Vec<Ref>,
}

/// Somebody who teaches a course.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Ref", into = "Ref")]
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

impl From<Ref> for Instructor {
    fn from(person: Ref) -> Self {
        Self { person, known_as: None }
    }
}

impl From<Instructor> for Ref {
    fn from(instructor: Instructor) -> Self {
        instructor.person
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    pub title: String,
    pub summary: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Book {
    #[serde(flatten)]
    pub item: Item,
    #[serde(flatten)]
    pub resource: Resource,
    pub subtitle: Option<String>,
    #[serde(default)]
    pub contributors: Vec<Contributor>,
    pub publisher: Option<Ref>,
    pub publication_year: Option<i32>,
    pub edition: Option<String>,
    /// Thirteen digits.
    pub isbn13: Option<String>,
    /// Further ISBNs that lead here, sorted: those of books that were merged into this one.
    #[serde(default)]
    pub old_isbns: Vec<String>,
    /// The codes of books that were merged into this one, sorted.
    #[serde(default)]
    pub old_codes: Vec<String>,
    pub page_count: Option<i32>,
    pub cover_url: Option<String>,
    #[serde(default)]
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contributor {
    pub person: Ref,
    pub role: ContributionRole,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Topic {
    #[serde(flatten)]
    pub item: Item,
    pub parent: Option<Ref>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default, rename = "relatedTopics")]
    pub related: Vec<Ref>,
}
