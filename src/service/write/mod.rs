//! The one path by which the catalog changes, whoever asks: an import, a mutation, a restored revision.
//!
//! A change is a walk of five steps, each a function here, all on one [transaction](begin):
//!
//! 1. [`load`] reads the present [`Record`] of a thing: its full state, references included;
//! 2. [`Patch::apply`](patch::Patch::apply) lays what was asked over it: absent is untouched, null clears, lists are
//!    replaced whole;
//! 3. [`check`] and [`uniqueness`] find the violations, all of them, before anything is written;
//! 4. [`codes`] and [`ids`] give what is new its code and its row, [`entries`] those of a list;
//! 5. [`save`] writes the rows that differ, with a revision and a row of the feed for each thing that changed.
//!
//! What is deleted takes the short way: [`remove`], once nothing points at it any more.
//!
//! Time and chance come in through the [`Context`], so that tests can hold them still.

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

use entity::timestamp::Timestamp;
use rand::Rng;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Database, Engine, TURN, Transaction};

pub use check::{Violation, ViolationCode};
pub use patch::{Edit, Patch};
pub use record::{Record, Ref};
pub use save::{Change, PublicParties, Removal, apply_due_publications, remove, save};

/// Writers take turns under this advisory lock of PostgreSQL: "catalog" in ASCII.
const WRITER_LOCK: i64 = 0x0063_6174_616c_6f67;

/// Who changes the catalog and when, and where new codes come from.
pub struct Context {
    pub now: Timestamp,
    /// The name that revisions keep: of a token's owner, or `import`.
    pub actor: String,
    pub rng: Box<dyn Rng + Send + Sync>,
}

/// Opens a transaction that writes.
///
/// Only one is open at a time, on either engine: SQLite's begins `IMMEDIATE`, PostgreSQL's takes an advisory lock. So
/// what a writer has read stays true until it commits, and the feed's rows are numbered in the order of the commits.
///
/// # Errors
/// What the database answers; also when the turn does not come within [`TURN`].
pub async fn begin(database: &Database) -> Result<Transaction, DbErr> {
    let transaction = database.begin().await?;
    if database.engine() == Engine::Postgres {
        let patience = TURN.as_millis();
        let sql = format!("SET LOCAL lock_timeout = {patience}; SELECT pg_advisory_xact_lock({WRITER_LOCK})");
        transaction.execute_unprepared(&sql).await?;
    }
    Ok(transaction)
}
