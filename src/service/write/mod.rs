//! The only way to change the catalog: for imports, mutations and restored revisions.
//!
//! A change takes five steps, all in one [transaction](begin):
//!
//! 1. [`load`] loads the present [`Record`]: the full state, including references;
//! 2. [`Patch::apply`](patch::Patch::apply) applies the changes: absent fields are unchanged, null clears,
//!    lists are replaced;
//! 3. [`check`] and [`uniqueness`] find all violations before anything is written;
//! 4. [`codes`] and [`ids`] assign codes and ids to new records, [`entries`] those of list entries;
//! 5. [`save`] writes the rows that differ, and a revision and a row of the change feed for each changed record.
//!
//! [`remove`] deletes records without incoming references.
//!
//! The [`Context`] provides the time and randomness, so that tests can control them.

pub mod check;
pub mod codes;
mod columns;
pub mod entries;
pub mod graph;
pub mod ids;
pub mod keys;
pub mod load;
pub mod patch;
pub mod record;
pub mod save;
pub mod uniqueness;

use std::time::Duration;

use entity::timestamp::Timestamp;
use rand::Rng;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Database, Engine, Transaction, WRITE_LOCK_TIMEOUT};

pub use check::{Violation, ViolationCode};
pub use patch::{Edit, Patch};
pub use record::{Record, Ref};
pub use save::{Change, PublicParties, ReleasedKeys, Removal, apply_due_publications, remove, save};

/// The PostgreSQL advisory lock that serializes writers: "catalog" in ASCII.
const WRITER_LOCK: i64 = 0x0063_6174_616c_6f67;

/// The time and the actor of a change, and the source of new codes.
pub struct Context {
    pub now: Timestamp,
    /// The name that revisions store: that of the authenticated user, or `import`.
    pub actor: String,
    pub rng: Box<dyn Rng + Send + Sync>,
}

/// The default page cache of SQLite, in KiB.
const CACHE_KIB: u32 = 2_000;

/// The page cache of SQLite for a transaction that writes many records, in KiB. With the default, most pages of the
/// indexes are written and read again for each record.
const BULK_CACHE_KIB: u32 = 128 * 1024;

/// How long PostgreSQL waits for the next statement of a transaction, much less than [`WRITE_LOCK_TIMEOUT`]. A server that
/// the network has cut off holds the lock until then, and all others wait.
const IDLE_TIMEOUT: Duration = Duration::from_secs(2);
/// The same for a [long](begin_long) transaction: the time in which the next batch is prepared.
const LONG_IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// Opens a transaction that can compute for a while between its statements, such as an import.
///
/// # Errors
/// Those of [`begin`].
pub async fn begin_long(database: &Database) -> Result<Transaction, DbErr> {
    begin_locked(database, LONG_IDLE_TIMEOUT).await
}

/// Opens a [long](begin_long) transaction for writing many records. [`end_bulk`] must precede its end.
///
/// # Errors
/// Those of [`begin`].
pub async fn begin_bulk(database: &Database) -> Result<Transaction, DbErr> {
    let transaction = begin_long(database).await?;
    set_cache(&transaction, database.engine(), BULK_CACHE_KIB).await?;
    Ok(transaction)
}

/// Restores the page cache of the connection, which later transactions use, too.
///
/// # Errors
/// Returns the error of the database. The caller must roll the transaction back.
pub async fn end_bulk(transaction: &Transaction, engine: Engine) -> Result<(), DbErr> {
    set_cache(transaction, engine, CACHE_KIB).await
}

async fn set_cache(transaction: &Transaction, engine: Engine, kib: u32) -> Result<(), DbErr> {
    if engine == Engine::Sqlite {
        transaction.execute_unprepared(&format!("PRAGMA cache_size = -{kib}")).await?;
    }
    Ok(())
}

/// Opens a transaction for writing.
///
/// Only one is open at a time, on either engine: SQLite begins it with `IMMEDIATE`, and PostgreSQL takes an advisory
/// lock. So data that a writer has read remains valid until it commits, and the rows of the change feed are numbered in
/// the order of commits.
///
/// # Errors
/// Returns the error of the database, also if another writer holds the lock for longer than [`WRITE_LOCK_TIMEOUT`].
pub async fn begin(database: &Database) -> Result<Transaction, DbErr> {
    begin_locked(database, IDLE_TIMEOUT).await
}

async fn begin_locked(database: &Database, idle_timeout: Duration) -> Result<Transaction, DbErr> {
    if database.engine() == Engine::Sqlite {
        return database.begin().await;
    }
    let transaction = database.begin_queued().await?;
    let sql = format!(
        "SET LOCAL lock_timeout = {}; SET LOCAL idle_in_transaction_session_timeout = {}; \
         SELECT pg_advisory_xact_lock({WRITER_LOCK})",
        WRITE_LOCK_TIMEOUT.as_millis(),
        idle_timeout.as_millis(),
    );
    transaction.execute_unprepared(&sql).await?;
    Ok(transaction)
}
