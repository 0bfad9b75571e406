//! `syllabus import FILE`

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::Error;
use super::flags::Flags;
use super::progress::ProgressReporter;
use crate::clock::Clock;
use crate::config::{DatabaseSettings, LogSettings};
use crate::db::{Database, DatabaseUrl};
use crate::service::import_export::{self, ImportOptions};
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus import catalog.jsonl
  syllabus import --dry-run catalog.jsonl                   report what would change
  syllabus import --skip-invalid catalog.jsonl               import the valid records, report the others
  gunzip -c catalog.jsonl.gz | syllabus import - --database-url postgres://syllabus@localhost/catalog";

/// Import records from a JSON Lines file in one transaction
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The file, with one record per line; - is standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Report what would change, without changing anything
    #[arg(long)]
    dry_run: bool,
    /// Import the valid records; report and skip the others
    #[arg(long)]
    skip_invalid: bool,
    #[command(flatten)]
    settings: Flags<(DatabaseSettings, LogSettings)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (settings, log) = options.settings.load()?;
    telemetry::start(&log);
    let progress = ProgressReporter::new();
    let input = open(&options.file, &progress)?;
    let now = Clock::system().now();
    let database = if options.dry_run { open_unchanged(&settings).await? } else { super::open(&settings).await? };
    let mut context = super::context(now, "import");
    let import_options = ImportOptions { dry_run: options.dry_run, skip_invalid: options.skip_invalid };
    let report =
        import_export::import(&database, input, import_options, &mut context, |state| progress.show(state)).await;
    progress.clear();
    database.close().await?;
    let mut report = report?;
    report.problems().for_each(|line| eprintln!("{line}"));
    while let Some(line) = report.next_planned()? {
        eprintln!("{line}");
    }
    eprintln!("{}", report.summary());
    match (report.is_rejected(), report.has_no_valid_record()) {
        (true, _) => Err(Error::ImportRejected),
        (false, true) => Err(Error::NoValidRecord),
        (false, false) => Ok(()),
    }
}

/// Opens the catalog for a dry run, which neither creates it nor changes its schema. A catalog that does not exist is
/// empty.
async fn open_unchanged(settings: &DatabaseSettings) -> Result<Database, Error> {
    let Some(existing) = Database::open_for_inspection(&settings.connect).await? else {
        return Ok(Database::open(DatabaseUrl::memory("dry-run"), true).await?);
    };
    existing.close().await?;
    // Rejects a catalog with pending migrations.
    Database::open_read_only(&settings.connect).await?.close().await?;
    Ok(Database::connect(&settings.connect).await?)
}

/// Opens the file, or standard input.
fn open(file: &str, progress: &ProgressReporter) -> Result<Box<dyn BufRead + Send>, Error> {
    if file == "-" {
        return Ok(Box::new(BufReader::new(progress.track_unsized(io::stdin()))));
    }
    let input_error = |reason| Error::Input { path: file.to_owned(), reason };
    let opened = File::open(file).map_err(input_error)?;
    let length = opened.metadata().map_err(input_error)?;
    // A named pipe has no length.
    let length = length.is_file().then_some(length.len());
    Ok(match length {
        Some(length) => Box::new(BufReader::new(progress.track(opened, length))),
        None => Box::new(BufReader::new(progress.track_unsized(opened))),
    })
}
