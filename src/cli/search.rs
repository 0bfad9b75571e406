//! `syllabus search status|rebuild`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use sea_orm::DbErr;

use super::flags::Flags;
use super::{Error, output};
use crate::clock::Clock;
use crate::config::{self, DatabaseLocation, LogSettings};
use crate::db::{Database, DatabaseUrl, Sql};
use crate::service::search::{IndexStorage, Indexer, StorageError};
use crate::telemetry;

/// Inspect or rebuild the search index
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Print the location, the size and the state of the index
    Status {
        #[command(flatten)]
        settings: Flags<(DatabaseLocation, (config::SearchSettings, LogSettings))>,
    },
    /// Build a new index; a running server uses the old one until the new one is complete
    Rebuild {
        #[command(flatten)]
        settings: Flags<(DatabaseLocation, (config::SearchSettings, LogSettings))>,
    },
}

pub async fn run(options: Options) -> Result<(), Error> {
    match options.task {
        Task::Status { settings } => {
            let (location, (search, log)) = settings.load()?;
            telemetry::start(&log);
            let path = directory(&search, &location.connect.url)?;
            location.connect.require_file()?;
            let database = Database::open_read_only(&location.connect).await?;
            let last = last_change(&database).await;
            database.close().await?;
            output::print(&status(&path, last?))
        }
        Task::Rebuild { settings } => {
            let (location, (search, log)) = settings.load()?;
            telemetry::start(&log);
            let path = directory(&search, &location.connect.url)?;
            location.connect.require_file()?;
            match IndexStorage::open(&path) {
                Ok(home) => rebuild(home, &path, &Database::open(&location.connect, false).await?).await,
                Err(StorageError::InUse(path)) => {
                    IndexStorage::ask_for_rebuild(&path).map_err(|error| StorageError::Unwritable(path, error))?;
                    eprintln!("Rebuild requested; the running server logs when it is complete.");
                    Ok(())
                }
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// Opens the storage of a server's index. The index of a SQLite file falls back to memory if another server uses the
/// directory, or it is not writable. A directory from the settings must be usable.
///
/// # Errors
/// Returns an error if it is not.
pub fn storage(settings: &config::SearchSettings, database: &DatabaseUrl) -> Result<IndexStorage, Error> {
    let Some(path) = settings.directory_for(database) else { return Ok(IndexStorage::Memory) };
    match IndexStorage::open(&path) {
        Ok(home) => Ok(home),
        Err(error) if settings.directory.is_some() => Err(error.into()),
        Err(error) => {
            let error = Error::from(error);
            tracing::warn!(%error, "cannot use the search index directory; keeping the index in memory");
            Ok(IndexStorage::Memory)
        }
    }
}

async fn rebuild(home: IndexStorage, path: &Path, database: &Database) -> Result<(), Error> {
    IndexStorage::ask_for_rebuild(path).map_err(|error| StorageError::Unwritable(path.to_owned(), error))?;
    let indexer = Indexer::new(database.clone(), Clock::system(), Duration::MAX);
    indexer.set_storage(home);
    let built = indexer.update().await;
    database.clone().close().await?;
    built.map_err(Error::Index)?;
    eprintln!("Built a search index of {} documents.", indexer.stats().documents);
    Ok(())
}

fn directory(settings: &config::SearchSettings, database: &DatabaseUrl) -> Result<PathBuf, Error> {
    settings.directory_for(database).ok_or(Error::NoSearchDirectory)
}

fn status(path: &Path, last: i64) -> String {
    let stored = IndexStorage::look(path);
    let state = match stored.position {
        None => "no complete index; the server builds one while it runs or at its next start".to_owned(),
        Some(position) if position.id == last => format!("up to date with change {last} of the catalog"),
        Some(position) => format!("behind: at change {} of {last} of the catalog", position.id),
    };
    format!("directory  {}\nsize       {} bytes\nstate      {state}\n", path.display(), stored.size)
}

/// Returns the number of the last change that an index must contain.
async fn last_change(database: &Database) -> Result<i64, DbErr> {
    let sql = Sql::new(database.engine(), "SELECT COALESCE(MAX(id), 0) FROM search_change");
    let rows = database.rows(sql).await?;
    rows.first().map_or(Ok(0), |row| row.columns().read_next())
}
