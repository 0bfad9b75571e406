//! Errors of an import. Violations of records are in the report.

use std::io;

use sea_orm::DbErr;

use super::encoding::Encoding;
use super::file::ReadError;

/// An error of an import. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the input cannot be read")]
    Read(#[source] io::Error),
    #[error("the file contains no records")]
    Empty,
    #[error("{0}")]
    Encoding(Encoding),
    #[error(
        "a temporary file failed, and nothing was written: set TMPDIR to a directory with more space than the input"
    )]
    TemporaryFile(#[from] io::Error),
    #[error("the database failed, and nothing was written")]
    Database(#[from] DbErr),
}

impl From<ReadError> for ImportError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Input(error) => Self::Read(error),
            ReadError::TemporaryFile(error) => Self::TemporaryFile(error),
        }
    }
}

/// Imports through the API report all errors as those of the database.
impl From<ImportError> for DbErr {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Database(error) => error,
            error => Self::Custom(error.to_string()),
        }
    }
}
