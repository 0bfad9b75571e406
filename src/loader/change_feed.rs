//! The change feed: its cursors, and the events after a cursor.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;

use super::{BatchLoader, Cursor, CursorError, Edge, Order, Page, ReadError, Reader, Statistic};
use crate::db::Sql;
use crate::model::{ChangeEvent, NodeKind};

/// Returns the order of the feed: commit order.
#[must_use]
pub fn feed_order() -> Order {
    Order { name: Cow::Borrowed("feed"), keys: Cow::Borrowed(&[]), id: "change_event.id" }
}

/// Returns the cursor of the event with this id; 0 is the position before all events.
#[must_use]
pub fn feed_cursor(position: i64) -> String {
    Cursor { values: Vec::new(), id: position }.encode(&feed_order())
}

/// Returns the event id in a cursor that [`feed_cursor`] wrote.
///
/// # Errors
/// When it is not a cursor, or a cursor of another list.
pub fn feed_position(cursor: &str) -> Result<i64, CursorError> {
    Cursor::decode(cursor, &feed_order()).map(|cursor| cursor.id)
}

/// The key of a slice of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageOfChanges {
    /// The position after which it begins; `None` for the first event that has not been purged.
    pub after: Option<i64>,
    /// The maximum number of events.
    pub limit: u32,
    /// Only events of these kinds.
    pub kinds: Option<Vec<NodeKind>>,
    /// Only events of this object, by kind and code.
    pub subject: Option<(NodeKind, String)>,
}

/// A slice of the feed.
#[derive(Clone, Debug)]
pub struct ChangeSlice {
    pub page: Arc<Page<ChangeEvent>>,
    /// Whether events after the requested position are missing: they have been purged, or the feed does not reach the
    /// position, for example after a backup was restored.
    pub is_expired: bool,
}

/// Reads a slice of the feed, as the reader's caller sees it.
///
/// Ids are assigned under the writers' lock, which is held until the commit: once an event is visible, no event with a
/// smaller id can follow.
///
/// # Errors
/// Database errors.
pub async fn read_changes(reader: &Reader, slice: &PageOfChanges) -> Result<ChangeSlice, ReadError> {
    // One statement also reads the watermark, so that nothing can be purged in between.
    let mut sql = reader.sql(
        "SELECT change_feed_watermark.last_purged_id, (SELECT MAX(id) FROM change_event) AS last, change_event.id, ",
    );
    sql.push(ChangeEvent::COLUMNS).push(" FROM change_feed_watermark LEFT JOIN (SELECT * FROM change_event WHERE ");
    write_conditions(&mut sql, reader, slice.kinds.as_deref());
    if let Some((kind, code)) = &slice.subject {
        sql.push(" AND kind = ").bind(kind.name()).push(" AND code = ").bind(code.as_str());
    }
    if let Some(position) = slice.after {
        sql.push(" AND id > ").bind(position);
    }
    sql.push(&format!(
        " ORDER BY id LIMIT {}) AS change_event ON TRUE ORDER BY change_event.id",
        u64::from(slice.limit) + 1
    ));
    let (mut watermark, mut end) = (0, 0);
    let mut edges = Vec::new();
    for row in reader.rows(sql).await? {
        let mut columns = row.columns();
        watermark = columns.read_next()?;
        end = columns.read_next::<Option<i64>>()?.unwrap_or(0).max(watermark);
        if let Some(id) = columns.read_next()? {
            let node = Arc::new(ChangeEvent::read(&mut columns)?);
            edges.push(Edge { node, cursor: Cursor { values: Vec::new(), id } });
        }
    }
    reader.record_read_position(end);
    let limit = slice.limit as usize;
    let more = edges.len() > limit;
    edges.truncate(limit);
    let is_expired = slice.after.is_some_and(|position| !(watermark..=end).contains(&position));
    Ok(ChangeSlice { page: Arc::new(Page { edges, more }), is_expired })
}

/// Returns the position of the last event of the feed, even if it was purged.
///
/// # Errors
/// Database errors.
pub async fn read_feed_end(reader: &Reader) -> Result<i64, ReadError> {
    let statistics = BatchLoader { reader: reader.clone() }.load(&[Statistic::LastChange]).await?;
    Ok(statistics.get(&Statistic::LastChange).copied().unwrap_or(0))
}

fn write_conditions(sql: &mut Sql, reader: &Reader, kinds: Option<&[NodeKind]>) {
    reader.scope().shown(sql);
    if let Some(kinds) = kinds {
        sql.push(" AND kind").is_any_text(kinds.iter().map(|kind| kind.name()));
    }
}

impl Loader<PageOfChanges> for BatchLoader {
    type Value = ChangeSlice;
    type Error = ReadError;

    async fn load(&self, keys: &[PageOfChanges]) -> Result<HashMap<PageOfChanges, ChangeSlice>, ReadError> {
        // Due publications were added on the primary.
        let reader = self.reader.on_primary();
        let read = keys.iter().map(async |key| {
            let slice = read_changes(&reader, key).await?;
            Ok::<_, ReadError>((key.clone(), slice))
        });
        Ok(try_join_all(read).await?.into_iter().collect())
    }
}

/// The key of the number of events of some kinds, or of all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOfChanges(pub Option<Vec<NodeKind>>);

impl Loader<CountOfChanges> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountOfChanges]) -> Result<HashMap<CountOfChanges, i64>, ReadError> {
        let reader = self.reader.on_primary();
        let counts = try_join_all(keys.iter().map(async |key| {
            let mut sql = reader.sql("SELECT COUNT(*) FROM change_event WHERE ");
            write_conditions(&mut sql, &reader, key.0.as_deref());
            let rows = reader.rows(sql).await?;
            let count = rows.first().map_or(Ok(0), |row| row.columns().read_next())?;
            Ok::<_, ReadError>((key.clone(), count))
        }));
        Ok(counts.await?.into_iter().collect())
    }
}
