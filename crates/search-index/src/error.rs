//! Errors.

use std::io;

/// Why an index cannot be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process, or another handle, writes to the directory.
    #[error("the search index is locked by another writer")]
    Locked,
    /// A file is missing or damaged, or was written by another version. The index must be rebuilt.
    #[error("the search index is damaged: {0}")]
    Damaged(String),
    /// The directory cannot be written to, or its disk is full.
    #[error("the index cannot be written: {}", .0.kind())]
    Unwritable(#[source] io::Error),
    /// The deadline passed before the answer was complete.
    #[error("the search exceeded its deadline")]
    Late,
}

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        match error {
            tantivy::TantivyError::LockFailure(..) => Self::Locked,
            tantivy::TantivyError::IoError(error) => Self::Unwritable(io::Error::new(error.kind(), error)),
            error => Self::Damaged(error.to_string()),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
