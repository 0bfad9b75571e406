//! `syllabus restore`

use std::path::PathBuf;

use super::Error;
use super::flags::Flags;
use crate::config::{DatabaseLocation, LogSettings};
use crate::db;
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus restore /backup/catalog.db
  syllabus restore /backup/catalog.db --replace --database-url sqlite:/var/lib/syllabus/catalog.db

Stop the servers of the catalog first. Tokens that were revoked after the backup are valid again.";

/// Restore a SQLite catalog from a backup
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The backup
    file: PathBuf,
    /// Replace the present catalog, which is lost
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    settings: Flags<(DatabaseLocation, LogSettings)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (settings, log) = options.settings.load()?;
    telemetry::start(&log);
    db::restore(&settings.connect, &options.file, options.replace).await?;
    eprintln!("Restored {} from {}.", settings.connect.url, options.file.display());
    Ok(())
}
