//! What messages call a record by.

use serde::{Deserialize, Serialize};

/// How the records of an input are counted. Each is known by a number from 1 on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordLabels {
    /// By the line they stand in, from 1.
    #[default]
    Lines,
    /// By their place in the list `records`, from 0, as a path in the API names it.
    Records,
}

impl RecordLabels {
    /// How a message refers to a record.
    #[must_use]
    pub fn label(self, number: u64) -> String {
        match self {
            Self::Lines => format!("line {number}"),
            Self::Records => format!("records.{}", number.saturating_sub(1)),
        }
    }
}
