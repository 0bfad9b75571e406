//! Errors of temporary files.

use std::env;
use std::io::{self, ErrorKind};

use crate::db::describe_io_error;

/// An error of a temporary file. The message has the directory, the reason and the remedy.
#[derive(Debug, thiserror::Error)]
#[error("a temporary file in {} cannot be used: {}{}", env::temp_dir().display(), describe_io_error(.0), remedy(.0.kind()))]
pub struct SpoolError(io::Error);

impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

/// Returns the end of the message: how to solve the problem, if it is a usual one.
fn remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ": set TMPDIR to a directory with more space",
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem => ": set TMPDIR to a writable directory",
        _ => "",
    }
}
