//! How many there are: of the rows of each parent, and in the whole catalog.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;

use super::relation::{Parents, Rank};
use super::{Catalog, ReadError, Relation};
use crate::db::Sql;

/// How far is counted where a list may be the whole catalog: to go through a million rows takes a hundred times as long as to read a page of
/// them. A count that is greater says no more than that.
pub const COUNTED: i64 = 50_000;

/// Adds the number of rows that a statement's `rest` selects, up to one more than [`COUNTED`].
pub(super) fn write_count(sql: &mut Sql, rest: impl FnOnce(&mut Sql)) {
    sql.push("SELECT COUNT(*) FROM (SELECT 1 AS one");
    rest(sql);
    sql.push(&format!(" LIMIT {}) AS counted", COUNTED + 1));
}

/// The key of the number of visible rows that `relation` leads to from `parent`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOf {
    pub relation: Relation,
    pub parent: i64,
}

impl Loader<CountOf> for Catalog {
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
            relation.write_from(&mut sql, self.reader.scope(), Parents::These(&parents), Rank::Unknown);
            sql.push(" GROUP BY ").push(relation.parent());
            let mut counts = Vec::new();
            for row in self.reader.brief(sql).await? {
                let mut columns = row.columns();
                counts.push((CountOf { relation: relation.clone(), parent: columns.take()? }, columns.take()?));
            }
            Ok::<_, ReadError>(counts)
        }))
        .await?;
        Ok(counts.into_iter().flatten().collect())
    }
}

/// A figure about the whole catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// How many items of a kind are visible.
    Count(NodeKind),
    /// The moment of the latest change, in microseconds since 1970.
    LastChangedAt,
    /// The number of the latest row of the feed, be it kept or purged.
    LastChange,
}

impl Loader<Figure> for Catalog {
    type Value = i64;
    type Error = ReadError;

    /// All figures in one statement, a row each. There is no row for what is null.
    async fn load(&self, keys: &[Figure]) -> Result<HashMap<Figure, i64>, ReadError> {
        let mut sql = self.reader.sql("");
        for (number, figure) in keys.iter().enumerate() {
            sql.push(if number == 0 { "SELECT " } else { " UNION ALL SELECT " });
            sql.push(&format!("CAST({number} AS BIGINT)"));
            match figure {
                Figure::Count(kind) => {
                    sql.push(", COUNT(*) FROM ").push(&kind.filtered_table_ref()).push(" AND ");
                    self.reader.scope().visible(&mut sql, *kind);
                }
                Figure::LastChangedAt => {
                    // What has become due is a change, be its row in the feed yet or not.
                    sql.push(
                        ", MAX(occurred_at) FROM (SELECT MAX(occurred_at) AS occurred_at FROM change_event WHERE ",
                    );
                    self.reader.scope().shown(&mut sql);
                    sql.push(" UNION ALL SELECT MAX(due_at) FROM scheduled_publication WHERE due_at <= ");
                    sql.bind(self.reader.scope().now.0).push(") AS moment");
                }
                Figure::LastChange => {
                    sql.push(", MAX(id) FROM (SELECT MAX(id) AS id FROM change_event WHERE ");
                    self.reader.scope().shown(&mut sql);
                    sql.push(" UNION ALL SELECT last_purged_id FROM change_feed_watermark) AS place");
                }
            }
        }
        let mut figures = HashMap::with_capacity(keys.len());
        for row in self.reader.rows(sql).await? {
            let mut columns = row.columns();
            let number = usize::try_from(columns.take::<i64>()?).ok();
            let figure = number.and_then(|number| keys.get(number));
            if let (Some(figure), Some(value)) = (figure, columns.take::<Option<i64>>()?) {
                if *figure == Figure::LastChange {
                    self.reader.note_read_to(value);
                }
                figures.insert(*figure, value);
            }
        }
        Ok(figures)
    }
}
