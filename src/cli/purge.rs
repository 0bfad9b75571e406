//! `syllabus purge`

use super::Error;
use super::duration_arg::{self, HumanDuration};
use super::flags::Flags;
use crate::clock::Clock;
use crate::config::{DatabaseSettings, LogSettings};
use crate::db::Database;
use crate::service::purge::{self, Purge};
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus purge --revisions-older-than 52w --changes-older-than 90d
  syllabus purge --changes-older-than 90d --dry-run

The newest revision of each record and the newest change are never deleted. A client with an older cursor gets
CURSOR_EXPIRED, and must read the catalog again.";

/// Delete old revisions and old changes
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Options {
    /// Delete revisions older than this, except the newest one of each record: 30m, 12h, 90d, 52w
    #[arg(long, value_name = "DURATION", value_parser = duration_arg::parse, group = "what")]
    revisions_older_than: Option<HumanDuration>,
    /// Delete changes older than this, except the newest one
    #[arg(long, value_name = "DURATION", value_parser = duration_arg::parse, group = "what")]
    changes_older_than: Option<HumanDuration>,
    /// Report how much would be deleted, without deleting anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    settings: Flags<(DatabaseSettings, LogSettings)>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (settings, log) = options.settings.load()?;
    telemetry::start(&log);
    let now = Clock::system().now();
    let database = if options.dry_run {
        Database::open_read_only(&settings.connect).await?
    } else {
        settings.connect.require_file()?;
        Database::open(&settings.connect, settings.auto_migrate).await?
    };
    let before = |duration: Option<HumanDuration>| duration.map(|duration| duration.before(now));
    let wanted = Purge {
        revisions_before: before(options.revisions_older_than),
        changes_before: before(options.changes_older_than),
        dry_run: options.dry_run,
    };
    let purged = purge::purge(&database, wanted).await;
    database.close().await?;
    let purged = purged?;
    let done = if options.dry_run { "would be deleted" } else { "deleted" };
    eprintln!("{} revisions and {} changes {done}.", purged.revisions, purged.changes);
    Ok(())
}
