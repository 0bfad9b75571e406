//! Classes of database errors.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use super::pools::ServerLost;

/// PostgreSQL: lock timeout.
const LOCK_TIMEOUT: &str = "55P03";
/// SQLite: another process writes to the file, or has just done so.
const BUSY_CODES: [&str; 3] = ["5", "261", "517"];

/// PostgreSQL: the classes of errors for a server that starts or stops or that ended an idle transaction, a failed
/// connection, too few resources, and a write to a server that was the primary a moment ago.
const UNAVAILABLE_CLASSES: [&str; 5] = ["57P", IDLE_TRANSACTION, "08", "53", "25006"];

/// PostgreSQL closed the connection, because the next statement of a transaction took too long to come.
const IDLE_TRANSACTION: &str = "25P03";

/// Returns whether the database is temporarily unavailable: it cannot be reached, has no free connection, is locked or
/// read-only, or its disk is full. A later retry can succeed.
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
            if code.len() == 5 {
                code == LOCK_TIMEOUT || UNAVAILABLE_CLASSES.iter().any(|class| code.starts_with(class))
            } else {
                BUSY_CODES.contains(&code.as_ref())
                    || code.parse().is_ok_and(|code: u32| SQLITE_UNAVAILABLE.contains(&(code & 0xFF)))
            }
        }),
        _ => false,
    }
}

/// SQLite: read-only, and a full disk. The last eight bits of <https://sqlite.org/rescode.html>.
const SQLITE_UNAVAILABLE: [u32; 2] = [8, 13];

/// SQLite: no permission, no memory, read-only, an I/O error, a damaged file, a full disk, a file that cannot be
/// opened, that may not be used, or that is not a database. The last eight bits of <https://sqlite.org/rescode.html>.
const SQLITE_PERSISTENT: [u32; 9] = [3, 7, 8, 10, 11, 13, 14, 23, 26];

/// PostgreSQL: the classes of errors for damage, for used-up resources such as the disk, and for a read-only database.
const POSTGRES_PERSISTENT: [&str; 4] = ["25006", "53", "58", "XX"];

/// Returns whether a write failed for a reason that persists until an operator intervenes. A lost connection is no such
/// reason, because the next write uses another one.
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

/// Returns whether a transaction could not begin because no connection can be opened. `can_grow` says whether the pool
/// may open more.
pub fn is_outage(error: &DbErr, can_grow: bool) -> bool {
    match error {
        // The pool waits for a server that is starting, or does not listen, until the timeout.
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => can_grow,
        DbErr::Conn(RuntimeErr::SqlxError(error)) => {
            let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            !code.is_some_and(|code| code == LOCK_TIMEOUT || BUSY_CODES.contains(&code.as_ref()))
        }
        // The retry lost its connection too.
        error => is_connection_lost(error),
    }
}

/// PostgreSQL: a conflict with the recovery of a standby, a write to a standby, and a table or a column of a migration
/// that the standby has not applied yet.
const REPLICA_CODES: [&str; 4] = ["40001", "25006", "42P01", "42703"];

/// Returns whether a statement failed on a replica for a reason that another server does not have.
pub fn is_replica_failure(error: &DbErr) -> bool {
    let code = match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error().and_then(sqlx::error::DatabaseError::code)
        }
        _ => None,
    };
    is_transient(error) || code.is_some_and(|code| REPLICA_CODES.contains(&code.as_ref()))
}

/// The error of a commit that may have taken effect.
pub const UNKNOWN_OUTCOME: &str = "a commit failed, but may nevertheless have been committed";

/// Returns whether a commit failed whose outcome is unknown.
#[must_use]
pub fn is_unknown_outcome(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(reason) if reason == UNKNOWN_OUTCOME)
}

/// The beginning of the migrator's message about a migration that this program does not have.
const UNKNOWN_MIGRATION: &str = "Migration file of version ";

/// Returns whether the database has migrations that this program does not know. A newer version has run them.
#[must_use]
pub fn is_schema_too_new(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(reason) if reason.starts_with(UNKNOWN_MIGRATION))
}

/// Returns whether a statement failed because its [server](super::pools::server_lost) no longer responds, was restarted, or
/// was replaced.
pub fn is_server_lost(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            matches!(&**error, sqlx::Error::Io(error) if ServerLost::is_cause_of(error))
        }
        _ => false,
    }
}

/// Returns whether the connection was lost, whatever happened to the statement.
pub fn is_connection_lost(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Io(_) => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| {
                code.len() == 5 && ["57P", IDLE_TRANSACTION, "08"].iter().any(|class| code.starts_with(class))
            }),
            _ => false,
        },
        _ => false,
    }
}
