//! `syllabus import FILE`

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::Error;
use super::flags::Flags;
use crate::app::Clock;
use crate::config::{Database as DatabaseSettings, Log};
use crate::db::Database;
use crate::service::transfer::{self, ImportOptions};
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
    transfer::import(&database, input, how, &mut context, |_| {}).await?;
    Ok(())
}

fn open(file: &str) -> Result<Box<dyn BufRead + Send>, Error> {
    if file == "-" {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let opened = File::open(file).map_err(|reason| Error::Input { path: file.to_owned(), reason })?;
    Ok(Box::new(BufReader::new(opened)))
}
