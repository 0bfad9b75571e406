//! What an error of the database means for whoever asked.

use sea_orm::{DbErr, RuntimeErr};

/// PostgreSQL: a lock was waited for in vain. SQLite: the file is, or has just been, written by another process.
const TURN_DID_NOT_COME: [&str; 4] = ["55P03", "5", "261", "517"];

/// Whether the database just cannot take it: it is not reached, has no connection left, or somebody else is writing for
/// too long. The same may well be taken a moment later.
#[must_use]
pub fn is_passing(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| TURN_DID_NOT_COME.contains(&code.as_ref())),
        _ => false,
    }
}
