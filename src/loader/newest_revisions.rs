//! Remembers the latest revisions at which objects were read.
//!
//! A write of another server can be read before its notification arrives. Once the later revision of an object was
//! read, values with an earlier one are no longer valid, neither cached ones nor those that are still on their way from
//! the database (ADR 32).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entity::kind::NodeKind;

use super::Dependency;

/// The maximum number of objects to remember.
const MAX_OBJECTS: usize = 200_000;

/// An object as it was read: its kind, its primary key and its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRevision(pub NodeKind, pub i64, pub i32);

/// How the revisions of a value compare with those that were read before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RevisionComparison {
    /// An object had been read at an earlier revision.
    pub has_later: bool,
    /// An object had been read at a later revision.
    pub has_earlier: bool,
}

/// The latest known revision of each object that was read since its last known change.
#[derive(Default)]
pub struct NewestRevisions(Mutex<HashMap<(NodeKind, i64), i32>>);

impl NewestRevisions {
    fn revisions(&self) -> MutexGuard<'_, HashMap<(NodeKind, i64), i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records revisions, and compares them with those that were read before.
    pub fn record(&self, read: &[ReadRevision]) -> RevisionComparison {
        let mut comparison = RevisionComparison::default();
        if read.is_empty() {
            return comparison;
        }
        let mut newest = self.revisions();
        if newest.len() > MAX_OBJECTS {
            newest.clear();
        }
        for ReadRevision(kind, id, revision) in read {
            let known = newest.entry((*kind, *id)).or_insert(*revision);
            comparison.has_later |= *known < *revision;
            comparison.has_earlier |= *known > *revision;
            *known = (*revision).max(*known);
        }
        comparison
    }

    /// Removes objects that are known to have changed: earlier reads of them are no longer valid anyway.
    pub fn forget<'a>(&self, changed: impl IntoIterator<Item = &'a Dependency>) {
        let mut newest = self.revisions();
        for dependency in changed {
            if let Dependency::Object(kind, id) = dependency {
                newest.remove(&(*kind, *id));
            }
        }
    }

    /// Removes everything.
    pub fn clear(&self) {
        self.revisions().clear();
    }
}
