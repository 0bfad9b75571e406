//! The public state of the catalog: responses under equal states are equal.

use entity::timestamp::Timestamp;

use super::{ReadError, Reader};
use crate::db::CatalogVersion;

/// A state of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogState {
    /// The epoch in which positions of the feed can be compared.
    epoch: i64,
    /// The position of the last event of the feed. Every write adds an event.
    feed_end: i64,
    /// The latest time at which an item became public whose publication is not an event of the feed yet.
    last_visible_at: Option<Timestamp>,
    /// The next time at which an item becomes public without a write.
    next_visible_at: Option<Timestamp>,
}

impl CatalogState {
    /// Returns the version of the catalog.
    #[must_use]
    pub fn version(&self) -> CatalogVersion {
        CatalogVersion { epoch: self.epoch, position: self.feed_end }
    }

    /// Returns the position of the last event of the feed.
    #[must_use]
    pub fn feed_end(&self) -> i64 {
        self.feed_end
    }

    /// Returns the latest time at which an item became public whose publication is not an event of the feed yet.
    #[must_use]
    pub fn last_visible_at(&self) -> Option<Timestamp> {
        self.last_visible_at
    }

    /// Returns the time at which the state changes without a write.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.next_visible_at
    }
}

/// Reads the state at the time of the reader.
///
/// # Errors
/// Database errors.
pub async fn read_catalog_state(reader: &Reader) -> Result<CatalogState, ReadError> {
    let now = reader.scope().now;
    let mut sql = reader.sql(
        "SELECT change_feed_watermark.epoch, (SELECT MAX(id) FROM change_event), (SELECT MAX(due_at) FROM scheduled_publication WHERE due_at <= ",
    );
    sql.bind(now.0)
        .push("), (SELECT MIN(due_at) FROM scheduled_publication WHERE due_at > ")
        .bind(now.0)
        .push(") FROM change_feed_watermark");
    let mut state = CatalogState { epoch: 0, feed_end: 0, last_visible_at: None, next_visible_at: None };
    for row in reader.query_short(sql).await? {
        let mut columns = row.columns();
        state.epoch = columns.read_next()?;
        state.feed_end = columns.read_next::<Option<i64>>()?.unwrap_or(0);
        state.last_visible_at = columns.read_next::<Option<i64>>()?.map(Timestamp);
        state.next_visible_at = columns.read_next::<Option<i64>>()?.map(Timestamp);
    }
    Ok(state)
}
