//! Remembers the latest revisions at which objects were read.
//!
//! A write of another server can be read before its notification arrives. Once the later revision of an object was
//! read, cached values with an earlier one are no longer valid (ADR 32).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entity::kind::NodeKind;

use super::Dependency;

/// The maximum number of objects to remember.
const MAX_OBJECTS: usize = 200_000;

/// An object as it was read: its kind, its primary key and its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRevision(pub NodeKind, pub i64, pub i32);

/// The latest known revision of each object that was read since its last known change.
#[derive(Default)]
pub struct NewestRevisions(Mutex<HashMap<(NodeKind, i64), i32>>);

impl NewestRevisions {
    fn revisions(&self) -> MutexGuard<'_, HashMap<(NodeKind, i64), i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records revisions. Returns whether any object had been read at an earlier revision.
    pub fn record(&self, read: &[ReadRevision]) -> bool {
        if read.is_empty() {
            return false;
        }
        let mut newest = self.revisions();
        if newest.len() > MAX_OBJECTS {
            newest.clear();
        }
        let mut is_newer = false;
        for ReadRevision(kind, id, revision) in read {
            let known = newest.entry((*kind, *id)).or_insert(*revision);
            is_newer |= *known < *revision;
            *known = (*revision).max(*known);
        }
        is_newer
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
