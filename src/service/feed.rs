//! The feed of changes: what is due gets its row before anybody reads past that time, and those who follow the feed hear
//! of each row as soon as it is there.

mod hub;
mod subscription;

use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::write;
use crate::db::{Database, Sql};

pub use hub::Hub;
pub use subscription::{ChangeFilter, FeedError};

/// Sees to it that the feed tells of everything that became due by `now`. Whoever reads the feed calls it first.
///
/// It costs one reading statement where nothing is due, which is nearly always. Readers who notice at the same time, on
/// whichever replica, take turns: the first one moves the rows, the others find none left.
///
/// # Errors
/// What the database answers.
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
