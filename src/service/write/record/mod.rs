//! The full state of a record.
//!
//! Exports write records, imports compare them, revisions store them, and restoring reads them back. References to
//! other records are [`Ref`]s, which are compared by id, written as slugs in files, and as codes in [stored
//! revisions](state).

mod json;
mod list;
mod routable;
pub mod state;

use std::sync::Arc;

use entity::enums::Status;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

pub use list::{Entry, ReadingList};
pub use routable::Routable;

/// A reference to another record: its id, its code and its slug.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ref {
    #[serde(skip)]
    pub id: i64,
    pub code: Arc<str>,
    pub slug: Arc<str>,
    /// The name by which an import finds the person. Only loaded for instructors.
    #[serde(skip)]
    pub known_as: Option<Arc<str>>,
}

impl PartialEq for Ref {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Ref {}

impl Ref {
    #[must_use]
    pub fn new(id: i64, code: &str, slug: &str) -> Self {
        Self { id, code: code.into(), slug: slug.into(), known_as: None }
    }
}

/// The full state of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A record of a kind with pages.
    Routable(Routable),
    ReadingList(ReadingList),
}

/// A record with its id and revision.
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
            Self::Routable(record) => record.kind.node,
            Self::ReadingList(_) => NodeKind::ReadingList,
        }
    }

    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Routable(record) => &record.code,
            Self::ReadingList(list) => &list.code,
        }
    }

    /// Returns the slug. Reading lists have none.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.routable().map(|record| record.slug.as_str())
    }

    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.routable()?.external_id.as_deref()
    }

    /// Returns the record, unless it is a reading list.
    #[must_use]
    pub fn routable(&self) -> Option<&Routable> {
        match self {
            Self::Routable(record) => Some(record),
            Self::ReadingList(_) => None,
        }
    }

    /// Returns the record mutably, unless it is a reading list.
    pub fn routable_mut(&mut self) -> Option<&mut Routable> {
        match self {
            Self::Routable(record) => Some(record),
            Self::ReadingList(_) => None,
        }
    }

    /// Returns the record, if it is a reading list.
    #[must_use]
    pub fn list(&self) -> Option<&ReadingList> {
        match self {
            Self::Routable(_) => None,
            Self::ReadingList(list) => Some(list),
        }
    }

    /// Returns the record mutably, if it is a reading list.
    pub fn list_mut(&mut self) -> Option<&mut ReadingList> {
        match self {
            Self::Routable(_) => None,
            Self::ReadingList(list) => Some(list),
        }
    }

    /// Returns the status and the publication date of an item. `None` for other records.
    #[must_use]
    pub fn publication(&self) -> Option<(Status, Option<Timestamp>)> {
        self.routable()?.publication()
    }

    /// Returns the title or name. Empty for a list that uses the title of its owner.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Routable(record) => record.title(),
            Self::ReadingList(list) => list.title.as_deref().unwrap_or_default(),
        }
    }

    /// Returns whether the kind has reading lists.
    #[must_use]
    pub fn owns_list(&self) -> bool {
        self.kind().owns_list()
    }

    /// Calls `see` for each reference of the record.
    pub fn each_reference(&mut self, see: &mut dyn FnMut(NodeKind, &mut Ref)) {
        match self {
            Self::Routable(record) => {
                for (field, value) in record.values.iter_mut() {
                    if let Some(kind) = field.refers_to() {
                        value.references_mut().for_each(|reference| see(kind, reference));
                    }
                }
            }
            Self::ReadingList(list) => {
                see(list.owner_kind, &mut list.owner);
                list.entries.iter_mut().for_each(|entry| see(entry.kind, &mut entry.resource));
            }
        }
    }
}
