//! What a list is sorted by.

use std::borrow::Cow;

use entity::kind::{NodeKind, ResourceKind, TAG_MASK};

use super::Scope;
use crate::db::Sql;

/// How well a row matches what is searched for, which the index says.
pub const BY_SCORE: SortBy = SortBy::Number("hit.score");
/// How many visible lists recommend what was found, which the index says.
pub const BY_FOUND_RECOMMENDATIONS: SortBy = SortBy::Number("hit.recommendations");

/// What the rows of a list are compared by, most significant key first. The primary key breaks every tie.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// What cursors of this order are marked with.
    pub name: Cow<'static, str>,
    pub keys: Cow<'static, [SortKey]>,
    /// The column that breaks ties.
    pub id: &'static str,
}

/// One thing to compare by. Nulls come last in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    pub by: SortBy,
    pub descending: bool,
}

/// What a sort key is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// An expression over the row that is never null.
    Number(&'static str),
    Text(&'static str),
    /// A number that may be unknown.
    NullableNumber(&'static str),
    /// On how many visible lists the learning resource is, counted for each row: where a parent has few of them.
    Recommendations(&'static str),
    /// The same, counted for all rows at once and joined: where many of them are sorted.
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

/// Adds the number of visible lists that the current row of `kind`'s table is on.
fn recommendations(sql: &mut Sql, scope: Scope, table: &str) {
    sql.push("(SELECT COUNT(*)").push(ENTRIES).push(&format!("reading_list_entry.item_id = {table}.id AND "));
    scope.published(sql, "reading_list");
    sql.push(")");
}

/// Joins the number of visible lists of each row that is on any.
fn join_recommendations(sql: &mut Sql, scope: Scope, kind: ResourceKind) {
    let kind = NodeKind::from(kind);
    sql.push(" LEFT JOIN (SELECT reading_list_entry.item_id AS id, COUNT(*) AS number").push(ENTRIES);
    sql.push(&format!("(reading_list_entry.item_id & {TAG_MASK}) = {} AND ", kind.tag()));
    scope.published(sql, "reading_list");
    sql.push(&format!(" GROUP BY reading_list_entry.item_id) AS recommended ON recommended.id = {kind}.id"));
}

impl Order {
    /// Whether it counts on how many lists something is.
    pub(super) fn counts_recommendations(&self) -> bool {
        let counts = |key: &SortKey| matches!(key.by, SortBy::Recommendations(_) | SortBy::AllRecommendations(_));
        self.keys.iter().any(counts)
    }

    /// Whether the rows are walked from the greatest primary key to the smallest where all else is equal. It follows
    /// the last key, so that one index serves the whole order.
    pub(super) fn id_descending(&self) -> bool {
        self.keys.last().is_some_and(|key| key.descending)
    }

    /// Adds what is to be joined to the rows so that the keys can be compared.
    pub(super) fn write_joins(&self, sql: &mut Sql, scope: Scope) {
        let joined = self.keys.iter().find_map(|key| match key.by {
            SortBy::AllRecommendations(kind) => Some(kind),
            _ => None,
        });
        if let Some(kind) = joined {
            join_recommendations(sql, scope, kind);
        }
    }

    /// Adds the list behind `ORDER BY`, turned around where `backward`.
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
