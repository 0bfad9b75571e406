//! Counts: of the rows of each parent, and of the whole catalog.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;

use super::relation::{Parents, PositionSource};
use super::{BatchLoader, ReadError, Relation};
use crate::db::Sql;

/// The limit up to which lists are counted that can be as long as the catalog: reading a million rows takes a hundred
/// times as long as reading a page.
pub const COUNT_LIMIT: i64 = 50_000;

/// Adds the number of rows that the `rest` of a statement selects, up to [`COUNT_LIMIT`] plus one.
pub(super) fn write_count(sql: &mut Sql, rest: impl FnOnce(&mut Sql)) {
    sql.push("SELECT COUNT(*) FROM (SELECT 1 AS one");
    rest(sql);
    sql.push(&format!(" LIMIT {}) AS counted", COUNT_LIMIT + 1));
}

/// The key of the number of visible rows of `relation` for `parent`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOf {
    pub relation: Relation,
    pub parent: i64,
}

impl Loader<CountOf> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, i64>, ReadError> {
        let mut statements: HashMap<&Relation, Vec<i64>> = HashMap::new();
        for key in keys {
            statements.entry(&key.relation).or_default().push(key.parent);
        }
        let counts = try_join_all(statements.into_iter().map(async |(relation, parents)| {
            let mut sql = self.reader.sql("SELECT ");
            sql.push(relation.parent()).push(", COUNT(*)");
            relation.write_from(&mut sql, self.reader.scope(), Parents::These(&parents), PositionSource::Unranked);
            sql.push(" GROUP BY ").push(relation.parent());
            let mut counts = Vec::new();
            for row in self.reader.query_short(sql).await? {
                let mut columns = row.columns();
                counts
                    .push((CountOf { relation: relation.clone(), parent: columns.read_next()? }, columns.read_next()?));
            }
            Ok::<_, ReadError>(counts)
        }))
        .await?;
        Ok(counts.into_iter().flatten().collect())
    }
}

/// A statistic of the whole catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// The number of visible items of a kind.
    Count(NodeKind),
    /// The time of the last change, in microseconds since 1970.
    LastChangedAt,
    /// The id of the last event of the feed, even if it was purged.
    LastChange,
}

impl Loader<Statistic> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    /// Reads all statistics in one statement, one row each. There is no row for null.
    async fn load(&self, keys: &[Statistic]) -> Result<HashMap<Statistic, i64>, ReadError> {
        let mut sql = self.reader.sql("");
        for (number, statistic) in keys.iter().enumerate() {
            sql.push(if number == 0 { "SELECT " } else { " UNION ALL SELECT " });
            sql.push(&format!("CAST({number} AS BIGINT)"));
            match statistic {
                Statistic::Count(kind) => {
                    sql.push(", COUNT(*) FROM ").push(&kind.filtered_table_ref()).push(" AND ");
                    self.reader.scope().visible(&mut sql, *kind);
                }
                Statistic::LastChangedAt => {
                    // A publication that is due counts as a change, whether it is an event of the feed yet or not.
                    sql.push(
                        ", MAX(occurred_at) FROM (SELECT MAX(occurred_at) AS occurred_at FROM change_event WHERE ",
                    );
                    self.reader.scope().shown(&mut sql);
                    sql.push(" UNION ALL SELECT MAX(due_at) FROM scheduled_publication WHERE due_at <= ");
                    sql.bind(self.reader.scope().now.0).push(") AS moment");
                }
                Statistic::LastChange => {
                    sql.push(", MAX(id) FROM (SELECT MAX(id) AS id FROM change_event WHERE ");
                    self.reader.scope().shown(&mut sql);
                    sql.push(" UNION ALL SELECT last_purged_id FROM change_feed_watermark) AS place");
                }
            }
        }
        let mut statistics = HashMap::with_capacity(keys.len());
        // A position of the feed is a cursor for `changes`, which reads the primary.
        let reader = if keys.contains(&Statistic::LastChange) { &self.reader.on_primary() } else { &self.reader };
        for row in reader.rows(sql).await? {
            let mut columns = row.columns();
            let number = usize::try_from(columns.read_next::<i64>()?).ok();
            let statistic = number.and_then(|number| keys.get(number));
            if let (Some(statistic), Some(value)) = (statistic, columns.read_next::<Option<i64>>()?) {
                if *statistic == Statistic::LastChange {
                    self.reader.record_read_position(value);
                }
                statistics.insert(*statistic, value);
            }
        }
        Ok(statistics)
    }
}
