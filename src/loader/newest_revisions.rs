//! Remembers the latest revisions at which objects were read.
//!
//! A write of another server can be read before its notification arrives. Once the later revision of an object was
//! read, values with an earlier one are no longer valid, whether they are cached or have not arrived from the database
//! yet (ADR 32).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entity::kind::NodeKind;

use super::Dependency;

/// The maximum number of objects to remember.
const MAX_OBJECTS: usize = 200_000;

/// An object as it was read: its kind, its primary key and its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRevision(pub NodeKind, pub i64, pub i32);

/// The result of comparing the revisions in several values with the recorded ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RevisionComparison {
    /// Whether a revision differs from the recorded one, or the recorded ones were discarded.
    pub is_different: bool,
    /// For each value, whether no object is at an earlier revision than the recorded one.
    pub are_current: Vec<bool>,
}

/// The latest known revision of each object that was read since its last known change.
#[derive(Default)]
pub struct NewestRevisions(Mutex<HashMap<(NodeKind, i64), i32>>);

impl NewestRevisions {
    fn revisions(&self) -> MutexGuard<'_, HashMap<(NodeKind, i64), i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the revisions in each of several values, and compares them with those that were read before.
    pub fn record<'a>(&self, values: impl IntoIterator<Item = &'a [ReadRevision]>) -> RevisionComparison {
        let mut newest = self.revisions();
        let mut is_different = newest.len() > MAX_OBJECTS;
        if is_different {
            newest.clear();
        }
        let mut record = |ReadRevision(kind, id, revision): &ReadRevision| {
            let known = newest.entry((*kind, *id)).or_insert(*revision);
            is_different |= *known != *revision;
            *known = (*revision).max(*known);
            *known == *revision
        };
        // `&` instead of `&&`: all of them are recorded.
        let are_current =
            values.into_iter().map(|value| value.iter().fold(true, |is_current, read| record(read) & is_current));
        let are_current = are_current.collect();
        RevisionComparison { is_different, are_current }
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
