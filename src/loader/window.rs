//! A part of an ordered list, as a condition on the sort keys of the rows.

use super::{Cursor, Order, Scope, SortKey, SortValue};
use crate::db::Sql;

/// A part of an ordered list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The maximum number of rows.
    pub limit: u32,
    /// Whether they are the last rows instead of the first.
    pub backward: bool,
    /// Only rows after this cursor.
    pub after: Option<Cursor>,
    /// Only rows before this cursor.
    pub before: Option<Cursor>,
    pub order: Order,
}

impl Window {
    /// Returns the window of the first `limit` rows.
    #[must_use]
    pub fn first(limit: u32, order: Order) -> Self {
        Self { limit, backward: false, after: None, before: None, order }
    }

    /// Whether a cursor bounds the window.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.after.is_some() || self.before.is_some()
    }

    /// Adds the conditions of the cursors, each after an `AND`.
    pub(super) fn write_bounds(&self, sql: &mut Sql, scope: Scope) {
        for (cursor, backward) in [(&self.after, false), (&self.before, true)] {
            if let Some(cursor) = cursor {
                sql.push(" AND ");
                beyond(sql, scope, &self.order, cursor, backward);
            }
        }
    }
}

/// Adds the condition that a row comes after `cursor`, or before it if `backward`.
fn beyond(sql: &mut Sql, scope: Scope, order: &Order, cursor: &Cursor, backward: bool) {
    let down = order.id_descending() != backward;
    let uniform = order.keys.iter().all(|key| !key.is_nullable() && (key.descending != backward) == down);
    if uniform {
        as_row(sql, scope, order, cursor, down);
        return;
    }
    // (k1 beyond v1) OR (k1 = v1 AND k2 beyond v2) OR … OR (all equal AND id beyond)
    sql.push("(");
    for depth in 0..=order.keys.len() {
        if depth > 0 {
            sql.push(" OR ");
        }
        sql.push("(");
        for (key, value) in order.keys.iter().zip(&cursor.values).take(depth) {
            equal(sql, scope, *key, value);
            sql.push(" AND ");
        }
        match order.keys.get(depth).zip(cursor.values.get(depth)) {
            Some((key, value)) => key_beyond(sql, scope, *key, value, backward),
            None => {
                sql.push(order.id).push(if down { " < " } else { " > " }).bind(cursor.id);
            }
        }
        sql.push(")");
    }
    sql.push(")");
}

/// Compares whole rows, which an index over the same columns serves.
fn as_row(sql: &mut Sql, scope: Scope, order: &Order, cursor: &Cursor, down: bool) {
    sql.push("(");
    for key in order.keys.iter() {
        key.write(sql, scope);
        sql.push(", ");
    }
    sql.push(order.id).push(if down { ") < (" } else { ") > (" });
    for value in &cursor.values {
        value.bind(sql);
        sql.push(", ");
    }
    sql.bind(cursor.id).push(")");
}

fn equal(sql: &mut Sql, scope: Scope, key: SortKey, value: &SortValue) {
    key.write(sql, scope);
    match value {
        SortValue::Null => {
            sql.push(" IS NULL");
        }
        value => {
            sql.push(" = ");
            value.bind(sql);
        }
    }
}

/// Nulls come last: after every value in forward direction, and never before a value in backward direction.
fn key_beyond(sql: &mut Sql, scope: Scope, key: SortKey, value: &SortValue, backward: bool) {
    match (value, backward) {
        (SortValue::Null, false) => {
            sql.push("FALSE");
        }
        (SortValue::Null, true) => {
            key.write(sql, scope);
            sql.push(" IS NOT NULL");
        }
        (value, _) => {
            sql.push("(");
            key.write(sql, scope);
            sql.push(if key.descending == backward { " > " } else { " < " });
            value.bind(sql);
            if key.is_nullable() && !backward {
                sql.push(" OR ");
                key.write(sql, scope);
                sql.push(" IS NULL");
            }
            sql.push(")");
        }
    }
}
