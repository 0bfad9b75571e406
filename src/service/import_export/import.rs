//! The steps of an import: read, plan, write.

use std::io::{self, BufRead, Read};
use std::time::Instant;

use sea_orm::DbErr;

use super::encoding::{self, Encoding};
use super::options::ImportOptions;
use super::parse::{self, File};
use super::plan::Plan;
use super::report::ImportReport;
use crate::db::{Database, Engine, Transaction};
use crate::service::write::{self, Context};

/// The number of lines between two progress reports.
const EVERY: u64 = 1_000;

/// The progress of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The number of lines that have been read.
    Reading(u64),
    /// The number of records that are compared with the catalog.
    Planning(u64),
    /// The number of changes that are written.
    Writing(u64),
    Done,
}

/// An error of an import. Violations of records are in the report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the input cannot be read")]
    Read(#[from] io::Error),
    #[error("the file contains no records")]
    Empty,
    #[error("{0}")]
    Encoding(Encoding),
    #[error("the database failed, and nothing was written")]
    Database(#[from] DbErr),
}

/// Imports JSON Lines in one transaction.
///
/// # Errors
/// Returns an error if the input cannot be read, is not UTF-8 text or has no records, or the database fails. Nothing is
/// written in this case.
pub async fn import(
    database: &Database,
    mut input: impl BufRead + Send,
    options: ImportOptions,
    context: &mut Context,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport, ImportError> {
    let begin = Instant::now();
    let mut start = Vec::new();
    input.by_ref().take(encoding::MAGIC_BYTES).read_to_end(&mut start)?;
    if let Some(encoding) = encoding::detect(&start) {
        return Err(ImportError::Encoding(encoding));
    }
    let file = parse::read(start.as_slice().chain(input), |line| {
        if line.is_multiple_of(EVERY) {
            progress(Progress::Reading(line));
        }
    })?;
    if file.is_empty() {
        return Err(ImportError::Empty);
    }
    progress(Progress::Planning(file.drafts.len() as u64));
    let transaction = write::begin_bulk(database).await?;
    let writing = |changes| progress(Progress::Writing(changes));
    let mut report = execute(&transaction, database.engine(), file, options, context, writing).await?;
    if options.dry_run || report.is_rejected() {
        transaction.rollback().await?;
    } else {
        database.commit(transaction).await?;
    }
    report.seconds = begin.elapsed().as_secs_f64();
    progress(Progress::Done);
    Ok(report)
}

/// Plans an import and writes it unless it is rejected. The caller ends the transaction.
pub async fn execute(
    transaction: &Transaction,
    engine: Engine,
    file: File,
    options: ImportOptions,
    context: &mut Context,
    writing: impl FnOnce(u64),
) -> Result<ImportReport, DbErr> {
    let mut plan = Plan::build(transaction, engine, file, options, context).await?;
    if !plan.report().is_rejected() {
        let changes = plan.changes(transaction, context).await?;
        writing(changes.len() as u64);
        write::save(transaction, engine, &changes, context).await?;
    }
    Ok(plan.into_report())
}
