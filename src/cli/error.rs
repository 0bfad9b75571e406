//! The errors of commands.

use std::io;

use opentelemetry_otlp::ExporterBuildError;
use sea_orm::DbErr;

use crate::config::{self, Listen};
use crate::db::{self, ConnectError};
use crate::http::BindError;
use crate::service::api_token::TokenError;
use crate::service::import_export::{ExportError, ImportError, ImportReport};
use crate::service::search::{IndexError, StorageError};

/// Why a command failed, in one or a few lines.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Settings(#[from] config::Error),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the database failed: {}", db::describe_error(.0))]
    Database(#[from] DbErr),
    #[error("cannot read {path}: {reason}")]
    Input { path: String, reason: io::Error },
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    #[error("cannot listen on {address}: {reason}")]
    Listen { address: Listen, reason: BindError },
    #[error("documents of the manifest do not fit the schema:\n{}", join_lines(.0))]
    Untrusted(Vec<(String, String)>),
    #[error("cannot send traces: {0}")]
    Traces(ExporterBuildError),
    #[error("cannot build the search index: {0}")]
    Index(IndexError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(
        "there is no search index directory: the server keeps the index in memory; set search.directory to store it"
    )]
    NoSearchDirectory,
    #[error("requests in flight were cut off")]
    Aborted,
    #[error("cannot wait for signals: {0}")]
    Signals(io::Error),
    #[error("the demo catalog cannot be read: {0}")]
    Demo(ImportError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the demo catalog is at fault:\n{0}")]
    DemoRefused(Box<ImportReport>),
    #[error("check failed: {0} {problems} found", problems = if *.0 == 1 { "problem" } else { "problems" })]
    CheckFailed(usize),
    #[error("the file was refused; mend the lines above, or take the rest with --skip-invalid")]
    Refused,
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl Error {
    /// Returns 2 for incorrect usage, and 1 for everything else.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(error) if error.is_usage() => 2,
            _ => 1,
        }
    }

    /// Returns whether the reader of standard output has closed it, as `head` does. This is not a failure.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) | Self::Export(ExportError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Formats one line per document.
fn join_lines(wrong: &[(String, String)]) -> String {
    wrong.iter().map(|(id, reason)| format!("  {id}: {reason}")).collect::<Vec<_>>().join("\n")
}
