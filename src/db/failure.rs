//! What an error of the database means for whoever asked.

use sea_orm::{DbErr, RuntimeErr};

/// PostgreSQL: a lock was waited for in vain. SQLite: the file is, or has just been, written by another process.
const TURN_DID_NOT_COME: [&str; 4] = ["55P03", "5", "261", "517"];

/// What the codes of PostgreSQL begin with that say that it is going away or coming back, that a connection failed, or that
/// it has no room for another.
const NOT_THERE: [&str; 3] = ["57P", "08", "53"];

/// Whether the database just cannot take it: it is not reached, has no connection left, or somebody else is writing for
/// too long. The same may well be taken a moment later.
#[must_use]
pub fn is_passing(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => passes(error),
        _ => false,
    }
}

fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            TURN_DID_NOT_COME.contains(&code.as_ref())
                || (code.len() == 5 && NOT_THERE.iter().any(|class| code.starts_with(class)))
        }),
        _ => false,
    }
}

/// SQLite: no permission, no memory, read-only, an I/O error, a damaged file, a full disk, a file that cannot be opened,
/// that may not be used, or that is no database. The last eight bits of <https://sqlite.org/rescode.html>.
const SQLITE_PERSISTS: [u32; 9] = [3, 7, 8, 10, 11, 13, 14, 23, 26];

/// PostgreSQL: prefixes of the codes for a server that is gone or damaged, a failed connection, an exhausted resource
/// such as the disk, and a read-only database.
const POSTGRES_PERSISTS: [&str; 6] = ["08", "25006", "53", "57P", "58", "XX"];

/// Returns whether a write failed for a persistent reason, which makes the next write fail as well until an operator
/// fixes it.
pub fn persists(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    match &**error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // PostgreSQL's codes have five characters, SQLite's at most four.
            if code.len() == 5 {
                POSTGRES_PERSISTS.iter().any(|class| code.starts_with(class))
            } else {
                code.parse().is_ok_and(|code: u32| SQLITE_PERSISTS.contains(&(code & 0xFF)))
            }
        }),
        _ => false,
    }
}

/// Whether it was the connection that failed, in whatever state the statement then was.
pub fn is_broken(error: &DbErr) -> bool {
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
