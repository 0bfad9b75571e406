//! `syllabus backup`

use std::path::PathBuf;

use super::Error;
use super::flags::Flags;
use crate::config::{DatabaseLocation, LogSettings};
use crate::db;
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus backup /backup/catalog.db
  syllabus backup --database-url sqlite:/var/lib/syllabus/catalog.db /backup/catalog-2026-11-29.db

It works while servers use the catalog. `syllabus restore` restores the backup.";

/// Copy a SQLite catalog to a new file: everything, with its history, as it is at one moment
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The new file
    file: PathBuf,
    #[command(flatten)]
    settings: Flags<(DatabaseLocation, LogSettings)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (settings, log) = options.settings.load()?;
    telemetry::start(&log);
    db::back_up(&settings.connect, &options.file).await?;
    eprintln!("Backed up {} to {}.", settings.connect.url, options.file.display());
    Ok(())
}
