//! What an error of the database means for whoever asked.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// PostgreSQL: a lock was waited for in vain. SQLite: the file is, or has just been, written by another process.
const LOCK_TIMEOUT_CODES: [&str; 4] = ["55P03", "5", "261", "517"];

/// What the codes of PostgreSQL begin with that say that it is going away or coming back, that a connection failed, or that
/// it has no room for another.
const UNAVAILABLE_CLASSES: [&str; 3] = ["57P", "08", "53"];

/// Whether the database just cannot take it: it is not reached, has no connection left, or somebody else is writing for
/// too long. The same may well be taken a moment later.
#[must_use]
pub fn is_transient(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            is_sqlx_transient(error)
        }
        _ => false,
    }
}

fn is_sqlx_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            LOCK_TIMEOUT_CODES.contains(&code.as_ref())
                || (code.len() == 5 && UNAVAILABLE_CLASSES.iter().any(|class| code.starts_with(class)))
        }),
        _ => false,
    }
}

/// SQLite: no permission, no memory, read-only, an I/O error, a damaged file, a full disk, a file that cannot be opened,
/// that may not be used, or that is no database. The last eight bits of <https://sqlite.org/rescode.html>.
const SQLITE_PERSISTENT: [u32; 9] = [3, 7, 8, 10, 11, 13, 14, 23, 26];

/// PostgreSQL: what codes begin with that say that it is damaged, that a resource is used up such as the disk, or that it
/// is read-only.
const POSTGRES_PERSISTENT: [&str; 4] = ["25006", "53", "58", "XX"];

/// Whether a write failed for a reason that will make the next one fail as well, until somebody does something about it.
/// That a connection was lost is no such reason: the next write has another.
pub fn is_persistent(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    match &**error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // PostgreSQL's codes have five characters, SQLite's at most four.
            if code.len() == 5 {
                POSTGRES_PERSISTENT.iter().any(|class| code.starts_with(class))
            } else {
                code.parse().is_ok_and(|code: u32| SQLITE_PERSISTENT.contains(&(code & 0xFF)))
            }
        }),
        _ => false,
    }
}

/// Whether a transaction could not begin because no connection can be made. `can_grow` says whether there may be more.
pub fn is_outage(error: &DbErr, can_grow: bool) -> bool {
    match error {
        // A server that is starting, or does not listen, is waited for until the time is up.
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => can_grow,
        DbErr::Conn(RuntimeErr::SqlxError(error)) => {
            let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            !code.is_some_and(|code| LOCK_TIMEOUT_CODES.contains(&code.as_ref()))
        }
        // Another connection was tried, and lost as well.
        error => is_connection_lost(error),
    }
}

/// The error of a commit that may have taken place.
pub const UNKNOWN_OUTCOME: &str = "a commit failed, and may have taken place all the same";

/// Returns whether a commit failed whose outcome is not known.
#[must_use]
pub fn is_unknown_outcome(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(reason) if reason == UNKNOWN_OUTCOME)
}

/// Whether it was the connection that failed, in whatever state the statement then was.
pub fn is_connection_lost(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Io(_) => true,
            sqlx::Error::Database(error) => {
                error.code().is_some_and(|code| code.len() == 5 && (code.starts_with("57P") || code.starts_with("08")))
            }
            _ => false,
        },
        _ => false,
    }
}
