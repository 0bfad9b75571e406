//! The position of an index in the log of changes.

use serde::{Deserialize, Serialize};

/// The version of the document format. Increment it whenever the same texts yield different documents.
const VERSION: u32 = 3;

/// A row of `search_change`, by which an index recognizes its catalog: after a backup was restored, the row with this number is another
/// one, or missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    version: u32,
    pub id: i64,
    pub at: i64,
}

impl Position {
    /// The position of a row. 0 is before the first.
    #[must_use]
    pub const fn new(id: i64, at: i64) -> Self {
        Self { version: VERSION, id, at }
    }

    /// As an index stores it.
    #[must_use]
    pub fn write(self) -> String {
        // Numbers always have a JSON form.
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// Reads what [`Position::write`] wrote, if the documents are of this version.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(|position| position.version == VERSION)
    }
}
