//! Orders of lists.

use std::borrow::Cow;

use entity::kind::{NodeKind, ResourceKind, TAG_MASK};

use super::Scope;
use crate::db::Sql;

/// The relevance score, which the search index computes.
pub const BY_SCORE: SortBy = SortBy::Number("hit.score");
/// The number of visible lists that recommend a search result, which the search index stores.
pub const BY_FOUND_RECOMMENDATIONS: SortBy = SortBy::Number("hit.recommendations");

/// The order of a list: sort keys, most significant first. The primary key breaks ties.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// The name of the order in cursors.
    pub name: Cow<'static, str>,
    pub keys: Cow<'static, [SortKey]>,
    /// The column of the primary key, which breaks ties.
    pub id: &'static str,
}

/// A sort key. Nulls come last in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    pub by: SortBy,
    pub descending: bool,
}

/// The expression of a sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// An SQL expression that is never null.
    Number(&'static str),
    Text(&'static str),
    /// A number that can be null.
    NullableNumber(&'static str),
    /// The number of visible lists that recommend the learning resource, counted for each row: for a parent with few
    /// rows.
    Recommendations(&'static str),
    /// The same number, counted for all rows at once and joined: for many rows.
    AllRecommendations(ResourceKind),
}

impl SortKey {
    #[must_use]
    pub const fn ascending(by: SortBy) -> Self {
        Self { by, descending: false }
    }

    #[must_use]
    pub const fn descending(by: SortBy) -> Self {
        Self { by, descending: true }
    }

    pub(super) const fn is_nullable(self) -> bool {
        matches!(self.by, SortBy::NullableNumber(_))
    }

    pub(super) const fn is_text(self) -> bool {
        matches!(self.by, SortBy::Text(_))
    }

    /// Adds the expression.
    pub(super) fn write(self, sql: &mut Sql, scope: Scope) {
        match self.by {
            SortBy::Number(expression) | SortBy::Text(expression) | SortBy::NullableNumber(expression) => {
                sql.push(expression);
            }
            SortBy::Recommendations(table) => recommendations(sql, scope, table),
            SortBy::AllRecommendations(_) => {
                sql.push("COALESCE(recommended.number, 0)");
            }
        }
    }
}

/// The entries with their lists, of which the visible ones count.
const ENTRIES: &str =
    " FROM reading_list_entry JOIN reading_list ON reading_list.id = reading_list_entry.list_id WHERE ";

/// Adds the number of visible lists that recommend the current row of `table`.
fn recommendations(sql: &mut Sql, scope: Scope, table: &str) {
    sql.push("(SELECT COUNT(*)").push(ENTRIES).push(&format!("reading_list_entry.item_id = {table}.id AND "));
    scope.published(sql, "reading_list");
    sql.push(")");
}

/// Joins the number of visible lists of each row that any list recommends.
fn join_recommendations(sql: &mut Sql, scope: Scope, kind: ResourceKind) {
    let kind = NodeKind::from(kind);
    sql.push(" LEFT JOIN (SELECT reading_list_entry.item_id AS id, COUNT(*) AS number").push(ENTRIES);
    sql.push(&format!("(reading_list_entry.item_id & {TAG_MASK}) = {} AND ", kind.tag()));
    scope.published(sql, "reading_list");
    sql.push(&format!(" GROUP BY reading_list_entry.item_id) AS recommended ON recommended.id = {kind}.id"));
}

impl Order {
    /// Whether it counts recommendations.
    pub(super) fn counts_recommendations(&self) -> bool {
        let counts = |key: &SortKey| matches!(key.by, SortBy::Recommendations(_) | SortBy::AllRecommendations(_));
        self.keys.iter().any(counts)
    }

    /// Whether ties are ordered by descending primary key. The direction follows the last key, so that one index serves
    /// the whole order.
    pub(super) fn id_descending(&self) -> bool {
        self.keys.last().is_some_and(|key| key.descending)
    }

    /// Adds the joins that the keys need.
    pub(super) fn write_joins(&self, sql: &mut Sql, scope: Scope) {
        let joined = self.keys.iter().find_map(|key| match key.by {
            SortBy::AllRecommendations(kind) => Some(kind),
            _ => None,
        });
        if let Some(kind) = joined {
            join_recommendations(sql, scope, kind);
        }
    }

    /// Adds the list after `ORDER BY`, reversed if `backward`.
    pub(super) fn write(&self, sql: &mut Sql, scope: Scope, backward: bool) {
        for key in self.keys.iter() {
            key.write(sql, scope);
            sql.push(if key.descending == backward { " ASC" } else { " DESC" });
            if key.is_nullable() {
                sql.push(if backward { " NULLS FIRST" } else { " NULLS LAST" });
            }
            sql.push(", ");
        }
        sql.push(self.id).push(if self.id_descending() == backward { " ASC" } else { " DESC" });
    }
}
