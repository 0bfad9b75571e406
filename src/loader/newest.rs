//! The revisions at which things were read lately.
//!
//! Another server's write can be read before anybody tells of it. It shows in the revision of what it wrote: once that was
//! read, nothing that holds an older one is good any more (ADR 32).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entity::kind::NodeKind;

use super::Ground;

/// Of how many things it is remembered.
const MOST: usize = 200_000;

/// A thing, as it was read: its kind, its primary key and its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRevision(pub NodeKind, pub i64, pub i32);

/// The latest revision of each thing that was read since it last changed, as far as that is known.
#[derive(Default)]
pub struct NewestRevisions(Mutex<HashMap<(NodeKind, i64), i32>>);

impl NewestRevisions {
    fn revisions(&self) -> MutexGuard<'_, HashMap<(NodeKind, i64), i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was read. Returns whether any of it had been read at an earlier revision.
    pub fn note(&self, read: &[ReadRevision]) -> bool {
        if read.is_empty() {
            return false;
        }
        let mut newest = self.revisions();
        if newest.len() > MOST {
            newest.clear();
        }
        let mut is_news = false;
        for ReadRevision(kind, id, revision) in read {
            let known = newest.entry((*kind, *id)).or_insert(*revision);
            is_news |= *known < *revision;
            *known = (*revision).max(*known);
        }
        is_news
    }

    /// Forgets what is known to have changed: nothing that was read before is good any more.
    pub fn forget<'a>(&self, changed: impl IntoIterator<Item = &'a Ground>) {
        let mut newest = self.revisions();
        for ground in changed {
            if let Ground::Thing(kind, id) = ground {
                newest.remove(&(*kind, *id));
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.revisions().clear();
    }
}
