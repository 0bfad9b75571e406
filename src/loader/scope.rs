//! Visibility: only published items are visible. This is the only place that implements this rule.

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;

use crate::db::{Engine, Sql};
use crate::model::ChangeEvent;

/// The visibility for a caller: everything, or only what is published at a certain time.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The time of the request.
    pub now: Timestamp,
    /// Whether drafts are visible.
    pub drafts: bool,
}

impl Scope {
    /// Adds the condition that the row of `kind`'s table is visible to the caller.
    ///
    /// People and organizations are visible if one of their items is, so a caller that comes from a visible item need
    /// not check.
    pub fn visible(self, sql: &mut Sql, kind: NodeKind) {
        if self.drafts {
            sql.push("TRUE");
            return;
        }
        match kind {
            NodeKind::ReadingListEntry => {
                sql.push("EXISTS (SELECT 1 FROM item WHERE item.id = reading_list_entry.item_id AND ");
                self.published(sql, "item");
                sql.push(")");
            }
            NodeKind::Person => {
                sql.push("EXISTS (SELECT 1 FROM contribution JOIN item ON item.id = contribution.item_id WHERE contribution.person_id = person.id AND ");
                self.published(sql, "item");
                sql.push(")");
            }
            NodeKind::Organization => {
                for (index, column) in ["publisher_id", "provider_id", "institution_id"].into_iter().enumerate() {
                    sql.push(if index == 0 { "(" } else { " OR " });
                    sql.push(&format!("EXISTS (SELECT 1 FROM item WHERE item.{column} = organization.id AND "));
                    self.published(sql, "item");
                    sql.push(")");
                }
                sql.push(")");
            }
            _ => self.published(sql, kind.name()),
        }
    }

    /// Adds the condition that an event of the change feed is visible to the caller.
    pub fn shown(self, sql: &mut Sql) {
        sql.push(if self.drafts { "TRUE" } else { "was_visible = TRUE" });
    }

    /// Returns whether an event of the change feed is visible to the caller.
    #[must_use]
    pub fn tells_of(self, change: &ChangeEvent) -> bool {
        self.drafts || change.was_visible
    }

    /// Adds the condition that the row of `table`, which has a column `visible_from`, is published now.
    pub fn published(self, sql: &mut Sql, table: &str) {
        if self.drafts {
            sql.push("TRUE");
            return;
        }
        // The plus keeps SQLite from using the index on this column, which nearly every row satisfies, instead of the
        // one that serves the order or the lookup. PostgreSQL knows better, from its statistics.
        if sql.engine() == Engine::Sqlite {
            sql.push("+");
        }
        sql.push(table).push(".visible_from <= ").bind(self.now.0);
    }
}
