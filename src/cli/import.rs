//! `syllabus import FILE`

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use indicatif::ProgressBar;

use super::Error;
use super::flags::Flags;
use crate::clock::Clock;
use crate::config::{Database as DatabaseSettings, Log};
use crate::db::Database;
use crate::service::transfer::{self, ImportOptions, Progress};
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus import catalog.jsonl
  syllabus import --dry-run catalog.jsonl                   say what would change, change nothing
  syllabus import --skip-failed catalog.jsonl               take what is good, list what is not
  gunzip -c catalog.jsonl.gz | syllabus import - --database-url postgres://syllabus@localhost/catalog";

/// Read records from a JSON Lines file into the catalog, all or nothing
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The file, one record a line; - is standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the records that are good; those that are not are listed and counted
    #[arg(long)]
    skip_failed: bool,
    #[command(flatten)]
    settings: Flags<(DatabaseSettings, Log)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (settings, log) = options.settings.load()?;
    telemetry::start(&log);
    let input = open(&options.file)?;
    let database = Database::open(&settings.url, settings.migrate).await?;
    let mut context = super::context(Clock::system().now(), "import");
    let how = ImportOptions { dry_run: options.dry_run, skip_failed: options.skip_failed };
    let bar = progress_bar();
    let report = transfer::import(&database, input, how, &mut context, |progress| show(&bar, progress)).await;
    bar.finish_and_clear();
    database.close().await?;
    let report = report?;
    eprintln!("{report}");
    if report.is_refused() { Err(Error::Refused) } else { Ok(()) }
}

/// On a terminal; in a pipe it draws nothing.
fn progress_bar() -> ProgressBar {
    ProgressBar::new_spinner()
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(match progress {
        Progress::Reading(lines) => format!("{lines} lines read"),
        Progress::Planning(records) => format!("holding {records} records against the catalog"),
        Progress::Writing(changes) => format!("{changes} changes written"),
        Progress::Done => "done".to_owned(),
    });
    bar.tick();
}

fn open(file: &str) -> Result<Box<dyn BufRead + Send>, Error> {
    if file == "-" {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let opened = File::open(file).map_err(|reason| Error::Input { path: file.to_owned(), reason })?;
    Ok(Box::new(BufReader::new(opened)))
}
