//! In which state the catalog is, as far as everybody sees it: answers of the same state are the same.

use entity::timestamp::Timestamp;

use super::{ReadError, Reader};

/// A state of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogState {
    /// The place behind the latest row of the feed: every write has one there.
    feed_end: i64,
    /// The latest moment at which something showed that has not come into the feed yet.
    last_visible_at: Option<Timestamp>,
    /// When something will show next, without a write.
    next_visible_at: Option<Timestamp>,
}

impl CatalogState {
    /// The place behind the latest row of the feed.
    #[must_use]
    pub fn feed_end(&self) -> i64 {
        self.feed_end
    }

    /// The latest moment at which something showed that has not come into the feed yet.
    #[must_use]
    pub fn last_visible_at(&self) -> Option<Timestamp> {
        self.last_visible_at
    }

    /// When this state ends by itself.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.next_visible_at
    }
}

/// Reads the state at the reader's moment.
///
/// # Errors
/// When the database fails.
pub async fn read_catalog_state(reader: &Reader) -> Result<CatalogState, ReadError> {
    let now = reader.scope().now;
    let mut sql = reader.sql(
        "SELECT change_feed_watermark.last_purged_id, (SELECT MAX(id) FROM change_event), \
         (SELECT MAX(due_at) FROM scheduled_publication WHERE due_at <= ",
    );
    sql.bind(now.0)
        .push("), (SELECT MIN(due_at) FROM scheduled_publication WHERE due_at > ")
        .bind(now.0)
        .push(") FROM change_feed_watermark");
    let mut state = CatalogState { feed_end: 0, last_visible_at: None, next_visible_at: None };
    for row in reader.query_short(sql).await? {
        let mut columns = row.columns();
        let purged: i64 = columns.take()?;
        state.feed_end = columns.take::<Option<i64>>()?.unwrap_or(0).max(purged);
        state.last_visible_at = columns.take::<Option<i64>>()?.map(Timestamp);
        state.next_visible_at = columns.take::<Option<i64>>()?.map(Timestamp);
    }
    Ok(state)
}
