//! `syllabus check`

use super::flags::Flags;
use super::{Error, output};
use crate::clock::Clock;
use crate::config::{CatalogSettings, DatabaseLocation, LogSettings};
use crate::db::Database;
use crate::service::check;
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus check                             exits with 0 if there are no problems
  syllabus check --database-url postgres://syllabus@localhost/catalog > problems.txt

It changes nothing, and can run while a server uses the catalog.";

/// Check the catalog for damage: of a SQLite file, and of rules that the database cannot enforce; prints a line per
/// problem, and exits with 1 if there are any
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(flatten)]
    settings: Flags<((DatabaseLocation, CatalogSettings), LogSettings)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let ((settings, catalog), log) = options.settings.load()?;
    telemetry::start(&log);
    let database = Database::open_read_only(&settings.connect).await?;
    let mut findings = 0;
    let mut printed = Ok(());
    let checked = check::check(&database, Clock::system().now(), &catalog.language, |finding| {
        findings += 1;
        if printed.is_ok() {
            printed = output::print(&format!("{finding}\n"));
        }
    })
    .await;
    database.close().await?;
    checked?;
    printed?;
    if findings > 0 {
        return Err(Error::CheckFailed(findings));
    }
    eprintln!("Check passed.");
    Ok(())
}
