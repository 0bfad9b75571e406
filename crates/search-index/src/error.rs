//! What can go wrong with an index.

use std::io;

/// Why an index cannot be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process, or another handle, writes to the directory.
    #[error("another process writes to this index")]
    Locked,
    /// A file is missing or damaged, or was written by another version: the index has to be built again.
    #[error("the index cannot be read: {0}")]
    Damaged(String),
    /// The directory cannot be written to, or its disk is full.
    #[error("the index cannot be written: {0}")]
    Unwritable(#[source] io::Error),
    /// The deadline passed before the answer was complete.
    #[error("the search took longer than it may")]
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
