//! The full state of one thing in the catalog.
//!
//! A record is at once what an export writes, what an import compares with, what a revision keeps and what restoring
//! one brings back. It names other things by [`Ref`], which compares by row, is written as the slug, and is [kept](state)
//! as the code.

mod items;
mod json;
mod list;
mod parts;
mod references;
pub mod state;

use std::sync::Arc;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

pub use items::{Book, Career, Contributor, Course, Instructor, Section, Topic};
pub use list::{Entry, ReadingList};
pub use parts::{Item, Party, Price, Resource, add_former};

/// Another thing, by its row; with the code it is kept under, and the slug it is written as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ref {
    #[serde(skip)]
    pub id: i64,
    pub code: Arc<str>,
    pub slug: Arc<str>,
}

impl PartialEq for Ref {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Ref {}

/// The full state of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Record {
    Career(Career),
    Course(Course),
    Book(Book),
    Topic(Topic),
    Person(Party),
    Organization(Party),
    ReadingList(ReadingList),
}

/// The record of something that has a row already.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: i64,
    pub revision: i32,
    pub created_at: Timestamp,
    pub record: Record,
}

impl Record {
    #[must_use]
    pub fn kind(&self) -> NodeKind {
        match self {
            Self::Career(_) => NodeKind::Career,
            Self::Course(_) => NodeKind::Course,
            Self::Book(_) => NodeKind::Book,
            Self::Topic(_) => NodeKind::Topic,
            Self::Person(_) => NodeKind::Person,
            Self::Organization(_) => NodeKind::Organization,
            Self::ReadingList(_) => NodeKind::ReadingList,
        }
    }

    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Person(party) | Self::Organization(party) => &party.code,
            Self::ReadingList(list) => &list.code,
            Self::Career(_) | Self::Course(_) | Self::Book(_) | Self::Topic(_) => {
                self.item().map_or("", |item| &item.code)
            }
        }
    }

    /// The slug; a reading list has none.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Person(party) | Self::Organization(party) => Some(&party.slug),
            Self::ReadingList(_) => None,
            Self::Career(_) | Self::Course(_) | Self::Book(_) | Self::Topic(_) => {
                self.item().map(|item| item.slug.as_str())
            }
        }
    }

    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        match self {
            Self::Person(party) | Self::Organization(party) => party.external_id.as_deref(),
            _ => self.item()?.external_id.as_deref(),
        }
    }

    /// The codes of books that were merged into this one, sorted; only books are.
    #[must_use]
    pub fn old_codes(&self) -> &[String] {
        match self {
            Self::Book(book) => &book.old_codes,
            _ => &[],
        }
    }

    /// The slugs that were given up and still lead here, sorted.
    #[must_use]
    pub fn old_slugs(&self) -> &[String] {
        match self {
            Self::Person(party) | Self::Organization(party) => &party.old_slugs,
            _ => self.item().map_or(&[], |item| &item.old_slugs),
        }
    }

    /// What all catalog items have, if it is one.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        match self {
            Self::Career(career) => Some(&career.item),
            Self::Course(course) => Some(&course.item),
            Self::Book(book) => Some(&book.item),
            Self::Topic(topic) => Some(&topic.item),
            Self::Person(_) | Self::Organization(_) | Self::ReadingList(_) => None,
        }
    }

    /// What all catalog items have, if it is one, to be changed.
    pub fn item_mut(&mut self) -> Option<&mut Item> {
        match self {
            Self::Career(career) => Some(&mut career.item),
            Self::Course(course) => Some(&mut course.item),
            Self::Book(book) => Some(&mut book.item),
            Self::Topic(topic) => Some(&mut topic.item),
            Self::Person(_) | Self::Organization(_) | Self::ReadingList(_) => None,
        }
    }

    /// The title or name; empty for a list that takes its owner's.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Person(party) | Self::Organization(party) => &party.name,
            Self::ReadingList(list) => list.title.as_deref().unwrap_or_default(),
            _ => self.item().map_or("", |item| &item.title),
        }
    }

    /// Whether it has a reading list: careers, courses and topics do, always.
    #[must_use]
    pub fn owns_list(&self) -> bool {
        matches!(self, Self::Career(_) | Self::Course(_) | Self::Topic(_))
    }

    /// The names of the fields in which it differs from `other`. What is referred to is compared
    /// by what it is, not by how it is written: a topic that has got another slug is the same topic.
    #[must_use]
    pub fn differing_fields(&self, other: &Self) -> Vec<String> {
        let (ours, theirs) = (self.by_rows().to_json(), other.by_rows().to_json());
        let mut fields: Vec<String> = ours
            .iter()
            .filter(|(name, value)| theirs.get(*name) != Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        fields.extend(theirs.keys().filter(|name| !ours.contains_key(*name)).cloned());
        fields
    }

    /// The same record, with row ids for the slugs of what it refers to.
    fn by_rows(&self) -> Self {
        let mut record = self.clone();
        record.each_reference(&mut |_, reference| reference.slug = reference.id.to_string().into());
        record
    }
}

/// A kind of record, so that code can ask for all changed books.
pub trait RecordOf: Sized {
    fn of(record: &Record) -> Option<&Self>;
    fn of_mut(record: &mut Record) -> Option<&mut Self>;
}

macro_rules! record_of {
    ($($kind:ident),+) => {
        $(impl RecordOf for $kind {
            fn of(record: &Record) -> Option<&Self> {
                match record {
                    Record::$kind(record) => Some(record),
                    _ => None,
                }
            }

            fn of_mut(record: &mut Record) -> Option<&mut Self> {
                match record {
                    Record::$kind(record) => Some(record),
                    _ => None,
                }
            }
        })+
    };
}

record_of!(Career, Course, Book, Topic, ReadingList);
