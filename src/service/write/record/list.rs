//! Records of reading lists.

use entity::enums::EntryRole;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ref;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadingList {
    pub code: String,
    /// The kind of the owner.
    pub owner_kind: NodeKind,
    pub owner: Ref,
    /// The visibility of the owner, updated with the owner.
    #[serde(skip)]
    pub visible_from: Option<Timestamp>,
    pub title: Option<String>,
    pub introduction: Option<String>,
    #[serde(default)]
    pub entries: Vec<Entry>,
}

/// A learning resource on a reading list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// 0 until the entry has an id.
    #[serde(skip)]
    pub id: i64,
    /// Empty until the entry has a code.
    pub code: String,
    pub kind: NodeKind,
    pub resource: Ref,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
    /// The time at which it was added. `None` until a new entry is written.
    pub added_at: Option<Timestamp>,
}

impl ReadingList {
    /// Returns the empty list of a new owner.
    #[must_use]
    pub fn empty(code: String, owner_kind: NodeKind, owner: Ref, visible_from: Option<Timestamp>) -> Self {
        Self { code, owner_kind, owner, visible_from, title: None, introduction: None, entries: Vec::new() }
    }
}
