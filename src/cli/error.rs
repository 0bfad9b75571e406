//! The errors of commands.

use std::io;
use std::path::PathBuf;

use opentelemetry_otlp::ExporterBuildError;
use sea_orm::DbErr;

use crate::config::{self, Listen};
use crate::db::{self, BackupError, ConnectError};
use crate::edge::EndpointError;
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
    #[error("cannot read {path}: {}", db::describe_io_error(.reason))]
    Input { path: String, reason: io::Error },
    #[error("cannot write to standard output: {}", db::describe_io_error(.0))]
    Output(io::Error),
    #[error("cannot listen on {address}: {}", listen_problem(.reason))]
    Listen { address: Listen, reason: io::Error },
    #[error("cannot use tls.cert and tls.key: {0}")]
    Tls(String),
    #[error("invalid trusted documents:\n{}", join_lines(.0))]
    InvalidTrustedDocuments(Vec<(String, String)>),
    #[error("cannot send traces: {0}")]
    Traces(ExporterBuildError),
    #[error("cannot purge the edge: {0}")]
    Purger(EndpointError),
    #[error("cannot build the search index: {0}")]
    Index(IndexError),
    #[error(transparent)]
    Storage(StorageError),
    #[error(
        "cannot write to the search index directory {}: {}: set search.directory to a writable directory",
        .path.display(),
        db::describe_io_error(.reason)
    )]
    UnwritableSearchDirectory { path: PathBuf, reason: io::Error },
    #[error("no search index directory: the server keeps the index in memory; set search.directory to store it")]
    NoSearchDirectory,
    #[error("requests in flight were aborted")]
    Aborted,
    #[error("cannot wait for signals: {}", db::describe_io_error(.0))]
    Signals(io::Error),
    #[error("cannot import the demo catalog: {0}")]
    Demo(ImportError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the demo catalog is invalid:\n{0}")]
    DemoInvalid(Box<ImportReport>),
    #[error("check failed: {0} {problems} found", problems = if *.0 == 1 { "problem" } else { "problems" })]
    CheckFailed(usize),
    #[error("import rejected: correct the lines above, or import the other records with --skip-invalid")]
    ImportRejected,
    #[error("nothing imported, because no record is valid: correct the lines above")]
    NoValidRecord,
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl Error {
    /// Returns 2 for incorrect usage, which includes invalid settings, and 1 for everything else.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_) => 2,
            _ => 1,
        }
    }

    /// Returns whether the reader of standard output has closed it, as `head` does. This is not a failure.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) | Self::Export(ExportError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unwritable(path, reason) => Self::UnwritableSearchDirectory { path, reason },
            error => Self::Storage(error),
        }
    }
}

/// Describes why the server cannot listen on its address, with the remedy.
fn listen_problem(error: &io::Error) -> String {
    let problem = match error.kind() {
        io::ErrorKind::AddrInUse => "the port is in use: stop the program that uses it, or set listen to another port",
        io::ErrorKind::PermissionDenied => {
            "permission denied: set listen to a port from 1024 on, or grant the program CAP_NET_BIND_SERVICE"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have the address: set listen to one of its addresses, or to 0.0.0.0 or [::] for all"
        }
        _ => return format!("{}: set listen to another address", db::describe_io_error(error)),
    };
    problem.to_owned()
}

/// Formats one line per document.
fn join_lines(documents: &[(String, String)]) -> String {
    documents.iter().map(|(id, reason)| format!("  {id}: {reason}")).collect::<Vec<_>>().join("\n")
}
