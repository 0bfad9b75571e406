//! The steps of an import: read, plan, write.

use std::io::{BufRead, Read};
use std::time::Instant;

use super::encoding;
use super::error::ImportError;
use super::file::File;
use super::options::ImportOptions;
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
    /// The number of changes that have been written.
    Writing(u64),
    Done,
}

/// Imports JSON Lines in one transaction.
///
/// # Errors
/// Returns an error if the input cannot be read, is not UTF-8 text or has no records, or the database or a temporary file
/// fails. Nothing is written, unless the outcome of the commit is unknown.
pub async fn import(
    database: &Database,
    mut input: impl BufRead + Send,
    options: ImportOptions,
    context: &mut Context,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport, ImportError> {
    let begin = Instant::now();
    let mut start = Vec::new();
    input.by_ref().take(encoding::MAGIC_BYTES).read_to_end(&mut start).map_err(ImportError::Read)?;
    if let Some(encoding) = encoding::detect(&start) {
        return Err(ImportError::UnsupportedFormat(encoding));
    }
    let file = File::read(start.as_slice().chain(input), |line| {
        if line.is_multiple_of(EVERY) {
            progress(Progress::Reading(line));
        }
    })?;
    if file.is_empty() {
        return Err(ImportError::Empty);
    }
    progress(Progress::Planning(file.entries.len() as u64));
    let transaction = write::begin_bulk(database).await?;
    let written = |changes| progress(Progress::Writing(changes));
    let mut report = execute(&transaction, database.engine(), file, options, context, written).await?;
    write::end_bulk(&transaction, database.engine()).await?;
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
    written: impl FnMut(u64),
) -> Result<ImportReport, ImportError> {
    let mut plan = Plan::build(transaction, engine, file, options, context).await?;
    if !plan.report().is_rejected() {
        plan.write(transaction, context, written).await?;
    }
    Ok(plan.into_report())
}
