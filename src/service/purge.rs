//! Letting go of old history: revisions and rows of the feed, by their age.

use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::write;
use crate::db::{Database, Engine, Sql, rows};

/// What is to go: everything from before these moments. Nothing of what is given no moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purge {
    pub revisions_before: Option<Timestamp>,
    pub changes_before: Option<Timestamp>,
    /// Say how much would go, and let nothing go.
    pub dry_run: bool,
}

/// How much went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub revisions: u64,
    pub changes: u64,
}

/// Deletes what is old, in one transaction.
///
/// The newest revision of everything stays, also of what is deleted: the next one is numbered and told apart by it, and
/// it keeps a code from being given out again. The newest row of the feed stays, and the horizon is kept: see
/// [`purged`](entity::feed_horizon::Model::purged).
///
/// # Errors
/// What the database answers; nothing has then gone.
pub async fn purge(database: &Database, purge: Purge) -> Result<Purged, DbErr> {
    let engine = database.engine();
    let transaction = write::begin(database).await?;
    let mut purged = Purged::default();
    if let Some(before) = purge.revisions_before {
        purged.revisions = revisions(&transaction, engine, before).await?;
    }
    if let Some(before) = purge.changes_before {
        purged.changes = changes(&transaction, engine, before).await?;
    }
    if purge.dry_run {
        transaction.rollback().await?;
    } else {
        transaction.commit().await?;
    }
    Ok(purged)
}

async fn revisions(transaction: &impl ConnectionTrait, engine: Engine, before: Timestamp) -> Result<u64, DbErr> {
    let mut sql = Sql::new(engine, "DELETE FROM revision WHERE at < ");
    sql.bind(before.0).push(
        " AND EXISTS (SELECT 1 FROM revision AS later WHERE later.kind = revision.kind AND later.code = revision.code \
         AND later.revision > revision.revision)",
    );
    Ok(transaction.execute_raw(sql.into()).await?.rows_affected())
}

/// The feed goes from its beginning up to the first row that is young enough, so that what is kept has no holes.
async fn changes(transaction: &impl ConnectionTrait, engine: Engine, before: Timestamp) -> Result<u64, DbErr> {
    let mut sql =
        Sql::new(engine, "SELECT MAX(id) FROM change WHERE id < COALESCE((SELECT MIN(id) FROM change WHERE at >= ");
    sql.bind(before.0).push("), (SELECT MAX(id) FROM change))");
    let last: Option<i64> = match rows(transaction, sql).await?.first() {
        Some(row) => row.columns().take()?,
        None => None,
    };
    let Some(last) = last else { return Ok(0) };
    let mut horizon = Sql::new(engine, "UPDATE feed_horizon SET purged = ");
    horizon.bind(last);
    transaction.execute_raw(horizon.into()).await?;
    let mut delete = Sql::new(engine, "DELETE FROM change WHERE id <= ");
    delete.bind(last);
    Ok(transaction.execute_raw(delete.into()).await?.rows_affected())
}
