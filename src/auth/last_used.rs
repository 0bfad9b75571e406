//! Records when a token was last used, at most once a minute and in the background.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Database, Sql, describe_error};

/// The minimum age of the last record, in microseconds.
const MINUTE: i64 = 60 * 1_000_000;

/// Records when tokens are used.
#[derive(Clone, Default)]
pub struct LastUsedTracker {
    /// The tokens recorded in the last minute, with the times. Prevents records from queueing up behind a busy writer.
    recorded: Arc<Mutex<HashMap<i64, Timestamp>>>,
}

impl LastUsedTracker {
    /// Records that the token `id` is used now. `last` is the value in the database.
    pub fn record(&self, database: &Database, id: i64, last: Option<Timestamp>, now: Timestamp) {
        if is_recent(last, now) || !self.is_due(id, now) {
            return;
        }
        let database = database.clone();
        tokio::spawn(async move {
            if let Err(error) = write(&database, id, now).await {
                let reason = describe_error(&error);
                tracing::warn!(reason, "recording the last use of an API token failed");
            }
        });
    }

    fn is_due(&self, id: i64, now: Timestamp) -> bool {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        if is_recent(recorded.get(&id).copied(), now) {
            return false;
        }
        recorded.retain(|_, last| is_recent(Some(*last), now));
        recorded.insert(id, now);
        true
    }
}

fn is_recent(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_some_and(|last| now.0.saturating_sub(last.0) < MINUTE)
}

async fn write(database: &Database, id: i64, now: Timestamp) -> Result<(), DbErr> {
    let mut sql = Sql::new(database.engine(), "UPDATE api_token SET last_used_at = ");
    sql.bind(now.0).push(" WHERE id = ").bind(id);
    // Another server may have recorded it in the meantime.
    sql.push(" AND (last_used_at IS NULL OR last_used_at <= ").bind(now.0 - MINUTE).push(")");
    let transaction = database.begin().await?;
    transaction.execute_raw(sql.into()).await?;
    transaction.commit().await
}
