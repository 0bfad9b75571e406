//! Failed commits: what they leave behind, and whether they took effect.
//!
//! SQLite appends the pages of a transaction to its write-ahead log, marks the last one as a commit, and then syncs the
//! file. If the sync fails, the commit fails, and no reader sees it: readers use the index of the log, which is updated
//! last. But the pages are in the log, and after a crash the index is rebuilt from the log. So they are overwritten
//! before the error is returned (ADR 29).

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Executor};

use super::error_class::UNKNOWN_OUTCOME;
use super::sqlite_file::APPLICATION_ID;
use super::{Engine, error_class};

/// SQLite: no memory, and an I/O error. The last eight bits of <https://sqlite.org/rescode.html>.
const NO_MEMORY: u32 = 7;
const IO_ERROR: u32 = 10;
/// SQLite: the I/O error of a page that could not be written. The one that marks the commit comes last.
const NOT_WRITTEN: u32 = 778;

/// Runs a commit to its end, even if the caller is canceled.
///
/// # Errors
/// Those of the commit.
pub async fn run(commit: impl Future<Output = Result<(), DbErr>> + Send + 'static) -> Result<(), DbErr> {
    tokio::spawn(commit).await.unwrap_or_else(|error| Err(unknown(&error)))
}

/// Ensures that a failed commit did not take effect, while no other task of this process can write. Returns the error
/// for the caller: that of the commit, or that its outcome is unknown.
pub async fn settle_failure(pool: &DatabaseConnection, engine: Engine, error: DbErr) -> DbErr {
    match engine {
        Engine::Sqlite if may_be_logged(&error) => match overwrite(pool).await {
            Ok(()) => error,
            Err(cause) => {
                tracing::error!(%cause, "cannot overwrite the pages of a failed commit in the write-ahead log");
                unknown(&error)
            }
        },
        Engine::Postgres if error_class::is_connection_lost(&error) => unknown(&error),
        _ => error,
    }
}

fn unknown(cause: &dyn std::fmt::Display) -> DbErr {
    tracing::error!(%cause, "{UNKNOWN_OUTCOME}");
    DbErr::Custom(UNKNOWN_OUTCOME.to_owned())
}

/// Returns whether all pages of a failed commit can be in SQLite's write-ahead log.
fn may_be_logged(error: &DbErr) -> bool {
    let DbErr::Exec(RuntimeErr::SqlxError(error)) = error else { return false };
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code != NOT_WRITTEN && [NO_MEMORY, IO_ERROR].contains(&(code & 0xFF)))
}

/// Commits one page on another connection, which overwrites the first page of the failed commit. The checksums of the
/// following pages include its checksum, so that these are no longer valid.
async fn overwrite(pool: &DatabaseConnection) -> Result<(), sqlx::Error> {
    let mut connection = pool.get_sqlite_connection_pool().connect_options().connect().await?;
    // An UPDATE that changes nothing writes nothing. This does, and the file has this id already.
    let done = connection.execute(AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION_ID}"))).await;
    connection.close().await?;
    done.map(drop)
}
