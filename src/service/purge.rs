//! Deletes old history: revisions and changes.

use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::write;
use crate::db::{Database, Engine, Sql, rows};

/// The number of rows per transaction.
const PART: u64 = 10_000;

/// The history to delete: everything before these times. `None` deletes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purge {
    pub revisions_before: Option<Timestamp>,
    pub changes_before: Option<Timestamp>,
    /// Counts the rows without deleting them.
    pub dry_run: bool,
}

/// The number of deleted rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub revisions: u64,
    pub changes: u64,
}

/// Deletes old history in batches, so that other writers can proceed in between.
///
/// The newest revision of each record remains, even if the record was deleted: the numbers of later revisions follow
/// it, and it reserves the code. The newest change remains, and the watermark is updated: see
/// [`last_purged_id`](entity::change_feed_watermark::Model::last_purged_id).
///
/// # Errors
/// Returns the error of the database. Earlier batches remain deleted.
pub async fn purge(database: &Database, purge: Purge) -> Result<Purged, DbErr> {
    let mut purged = Purged::default();
    if let Some(before) = purge.revisions_before {
        let old = Old::Revisions { before };
        purged.revisions = if purge.dry_run { old.count(database).await? } else { old.delete(database).await? };
    }
    if let Some(before) = purge.changes_before {
        let old = Old::Changes { last: last_change(database, before).await?, before };
        purged.changes = if purge.dry_run { old.count(database).await? } else { old.delete(database).await? };
    }
    Ok(purged)
}

/// The rows to delete.
#[derive(Clone, Copy)]
enum Old {
    /// Revisions before a time that are not the last ones of their records.
    Revisions { before: Timestamp },
    /// All changes up to this row, so that the remaining ones have no gaps. The changes for search indexes are deleted
    /// as well, except the last one, by which indexes recognize the catalog.
    Changes { last: i64, before: Timestamp },
}

impl Old {
    fn table(self) -> &'static str {
        match self {
            Self::Revisions { .. } => "revision",
            Self::Changes { .. } => "change_event",
        }
    }

    fn select(self, engine: Engine, what: &str) -> Sql {
        let mut sql = Sql::new(engine, &format!("SELECT {what} FROM {} WHERE ", self.table()));
        match self {
            Self::Revisions { before } => sql.push("created_at < ").bind(before.0).push(
                " AND EXISTS (SELECT 1 FROM revision AS later WHERE later.kind = revision.kind \
                 AND later.code = revision.code AND later.revision > revision.revision)",
            ),
            Self::Changes { last, .. } => sql.push("id <= ").bind(last),
        };
        sql
    }

    async fn count(self, database: &Database) -> Result<u64, DbErr> {
        let rows = database.rows(self.select(database.engine(), "COUNT(*)")).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| row.columns().read_next())?;
        Ok(count.unsigned_abs())
    }

    async fn delete(self, database: &Database) -> Result<u64, DbErr> {
        let mut gone = 0;
        loop {
            let transaction = write::begin(database).await?;
            let part = self.delete_part(&transaction, database.engine()).await?;
            transaction.commit().await?;
            gone += part;
            if part < PART {
                return Ok(gone);
            }
        }
    }

    async fn delete_part(self, transaction: &impl ConnectionTrait, engine: Engine) -> Result<u64, DbErr> {
        let mut part = self.select(engine, "id");
        part.push(&format!(" ORDER BY id LIMIT {PART}"));
        let ids = rows(transaction, part)
            .await?
            .iter()
            .map(|row| row.columns().read_next())
            .collect::<Result<Vec<i64>, _>>()?;
        if let (Self::Changes { before, .. }, Some(last)) = (self, ids.last()) {
            // Deletes a prefix, so that an index that finds its row has missed nothing.
            let mut followed = Sql::new(
                engine,
                "DELETE FROM search_change WHERE id < COALESCE((SELECT MIN(id) FROM search_change WHERE at >= ",
            );
            followed.bind(before.0).push("), (SELECT MAX(id) FROM search_change))");
            transaction.execute_raw(followed.into()).await?;
            let mut horizon = Sql::new(engine, "UPDATE change_feed_watermark SET last_purged_id = ");
            horizon.bind(*last);
            transaction.execute_raw(horizon.into()).await?;
        }
        let mut delete = Sql::new(engine, &format!("DELETE FROM {} WHERE id", self.table()));
        delete.is_any_id(ids);
        Ok(transaction.execute_raw(delete.into()).await?.rows_affected())
    }
}

/// Returns the last change before the first one that remains. The newest change always remains.
async fn last_change(database: &Database, before: Timestamp) -> Result<i64, DbErr> {
    let text =
        "SELECT MAX(id) FROM change_event WHERE id < COALESCE((SELECT MIN(id) FROM change_event WHERE occurred_at >= ";
    let mut sql = Sql::new(database.engine(), text);
    sql.bind(before.0).push("), (SELECT MAX(id) FROM change_event))");
    let last: Option<i64> = match database.rows(sql).await?.first() {
        Some(row) => row.columns().read_next()?,
        None => None,
    };
    Ok(last.unwrap_or(0))
}
