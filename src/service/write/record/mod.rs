//! The full state of one thing in the catalog.
//!
//! A record is at once what an export writes, what an import compares with, what a revision keeps and what restoring
//! one brings back. It names other things by [`Ref`], which compares by row, is written as the slug, and is [kept](state)
//! as the code.

mod json;
mod list;
mod routable;
pub mod state;

use std::sync::Arc;

use entity::choice::Status;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

pub use list::{Entry, ReadingList};
pub use routable::Routable;

/// Another thing, by its row; with the code it is kept under, and the slug it is written as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ref {
    #[serde(skip)]
    pub id: i64,
    pub code: Arc<str>,
    pub slug: Arc<str>,
    /// The name of a person whom an import finds by this name. Only loaded for instructors, whom an export names.
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

/// The full state of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A record of a kind with a page of its own.
    Routable(Routable),
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

    /// The slug; a reading list has none.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.routable().map(|record| record.slug.as_str())
    }

    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.routable()?.external_id.as_deref()
    }

    /// The record, unless it is a reading list.
    #[must_use]
    pub fn routable(&self) -> Option<&Routable> {
        match self {
            Self::Routable(record) => Some(record),
            Self::ReadingList(_) => None,
        }
    }

    /// The record, unless it is a reading list, to be changed.
    pub fn routable_mut(&mut self) -> Option<&mut Routable> {
        match self {
            Self::Routable(record) => Some(record),
            Self::ReadingList(_) => None,
        }
    }

    /// The record, if it is a reading list.
    #[must_use]
    pub fn list(&self) -> Option<&ReadingList> {
        match self {
            Self::Routable(_) => None,
            Self::ReadingList(list) => Some(list),
        }
    }

    /// The record, if it is a reading list, to be changed.
    pub fn list_mut(&mut self) -> Option<&mut ReadingList> {
        match self {
            Self::Routable(_) => None,
            Self::ReadingList(list) => Some(list),
        }
    }

    /// The status and the time of publication of an item. `None` for everything else.
    #[must_use]
    pub fn publication(&self) -> Option<(Status, Option<Timestamp>)> {
        self.routable()?.publication()
    }

    /// The title or name; empty for a list that takes its owner's.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Routable(record) => record.title(),
            Self::ReadingList(list) => list.title.as_deref().unwrap_or_default(),
        }
    }

    /// Whether it has a reading list: items of some kinds do, always.
    #[must_use]
    pub fn owns_list(&self) -> bool {
        self.kind().owns_list()
    }

    /// Calls `see` with everything the record refers to.
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
