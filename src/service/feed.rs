//! The change feed: adds rows for publications that are due, and delivers new rows to subscribers.

mod hub;
mod subscription;

use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::write;
use crate::db::{Database, Sql};

pub use hub::Hub;
pub use subscription::{ChangeFilter, FeedError};

/// Adds the changes of all publications that are due by `now`. Call it before reading the feed.
///
/// It executes one reading statement if nothing is due, which is nearly always the case. Concurrent callers, on any
/// server, wait for each other: the first moves the rows, and the others find none.
///
/// # Errors
/// Returns the error of the database.
pub async fn apply_due_publications(database: &Database, now: Timestamp) -> Result<(), DbErr> {
    let mut sql = Sql::new(database.engine(), "SELECT 1 FROM scheduled_publication WHERE due_at <= ");
    sql.bind(now.0).push(" LIMIT 1");
    if database.rows(sql).await?.is_empty() {
        return Ok(());
    }
    let transaction = write::begin(database).await?;
    write::apply_due_publications(&transaction, database.engine(), now).await?;
    database.commit(transaction).await
}
