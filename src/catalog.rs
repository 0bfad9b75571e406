//! The kinds of records that have a page of their own, each described once by a table of [fields](Field).
//!
//! Import and export, revisions, the inputs of mutations, checks, merging, loading and saving are loops over these tables.
//! So a new field is a line in the table of its kind, and a new kind is a file here.

mod book;
mod career;
mod course;
mod field;
mod party;
mod podcast;
mod shared;
mod topic;
mod tutorial;
mod value;
mod video;

use entity::kind::NodeKind;

pub use field::{At, Field, Former, Link, LongText, Place, Rule};
pub use value::{Contributor, Section, Value, Values};

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    pub node: NodeKind,
    /// Other names of the kind in import files.
    pub aliases: &'static [&'static str],
    /// The fields in groups, in the order in which an export writes them.
    groups: &'static [&'static [Field]],
}

/// All kinds, in the order in which an export writes them: what is referred to comes before what refers to it.
pub static KINDS: [&Kind; 9] = [
    &topic::TOPIC,
    &party::ORGANIZATION,
    &party::PERSON,
    &book::BOOK,
    &course::COURSE,
    &video::VIDEO,
    &podcast::PODCAST,
    &tutorial::TUTORIAL,
    &career::CAREER,
];

impl Kind {
    /// Returns the description of a kind. `None` for reading lists and their entries.
    #[must_use]
    pub fn of(node: NodeKind) -> Option<&'static Self> {
        KINDS.into_iter().find(|kind| kind.node == node)
    }

    /// Returns the fields of the kind, in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// Returns the field that is stored at a place.
    pub fn field(&self, at: impl Into<At>) -> Option<&'static Field> {
        let at = at.into();
        self.fields().find(|field| field.at == at)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Kind {}
