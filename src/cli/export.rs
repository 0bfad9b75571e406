//! `syllabus export`

use std::io::{self, BufWriter, Write};

use super::Error;
use super::flags::Flags;
use crate::config::{DatabaseLocation, LogSettings};
use crate::db::Database;
use crate::service::import_export;
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus export > catalog.jsonl
  syllabus export --database-url postgres://syllabus@localhost/catalog | gzip > catalog.jsonl.gz";

/// Write the whole catalog to standard output in the import format
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(flatten)]
    settings: Flags<(DatabaseLocation, LogSettings)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (settings, log) = options.settings.load()?;
    telemetry::start(&log);
    let database = Database::open_read_only(&settings.connect).await?;
    let mut output = BufWriter::new(io::stdout());
    let exported = import_export::export(&database, &mut output).await;
    database.close().await?;
    exported?;
    output.flush().map_err(Error::Output)
}
