//! The labels of records in messages.

use serde::{Deserialize, Serialize};

/// How messages refer to records. Records are numbered from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordLabels {
    /// By line number.
    #[default]
    Lines,
    /// By index in the list `records`, as in a path of the API.
    Records,
}

impl RecordLabels {
    /// Returns the label of a record.
    #[must_use]
    pub fn label(self, number: u64) -> String {
        match self {
            Self::Lines => format!("line {number}"),
            Self::Records => format!("records.{}", number.saturating_sub(1)),
        }
    }
}
