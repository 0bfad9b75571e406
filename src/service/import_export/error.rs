//! Errors of an import. Violations of records are in the report.

use std::io;

use sea_orm::DbErr;

use super::encoding::UnsupportedFormat;
use crate::db::is_unknown_outcome;
use crate::service::spool::SpoolError;
use crate::service::write::save::SaveError;

/// An error of an import. Nothing was written, except possibly with [`UnknownOutcome`](Self::UnknownOutcome).
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the input cannot be read")]
    Read(#[source] io::Error),
    #[error("the file is empty: it contains no records")]
    Empty,
    #[error("{0}")]
    UnsupportedFormat(UnsupportedFormat),
    #[error("nothing was written: {0}")]
    TemporaryFile(#[from] SpoolError),
    /// The label of a record that is valid in one step of the import and invalid in a later one.
    #[error("nothing was written: {0} is no longer valid after its validation: report this error to the developers")]
    Inconsistent(String),
    #[error("the database failed, and nothing was written")]
    Database(#[source] DbErr),
    /// The commit failed, and may nevertheless take effect.
    #[error("the import may have been committed, although the commit failed: check the catalog before you repeat it")]
    UnknownOutcome(DbErr),
}

impl From<DbErr> for ImportError {
    fn from(error: DbErr) -> Self {
        if is_unknown_outcome(&error) { Self::UnknownOutcome(error) } else { Self::Database(error) }
    }
}

impl From<SaveError> for ImportError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Database(error) => error.into(),
            SaveError::TemporaryFile(error) => Self::TemporaryFile(error),
        }
    }
}

/// Imports through the API report all errors as those of the database.
impl From<ImportError> for DbErr {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Database(error) | ImportError::UnknownOutcome(error) => error,
            error => Self::Custom(error.to_string()),
        }
    }
}
