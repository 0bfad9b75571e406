//! Visibility: what is not published now is not there. One rule, written here and nowhere else.

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;

use crate::db::{Engine, Sql};
use crate::model::ChangeEvent;

/// What a caller sees: everything, or what is published at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The moment of the request.
    pub now: Timestamp,
    /// Whether drafts are there as well.
    pub drafts: bool,
}

impl Scope {
    /// Adds the condition that the row of `kind`'s table is there for the caller.
    ///
    /// People and organizations are there with a visible item of theirs; so who came to one from a visible item need not ask.
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

    /// Adds the condition that a row of the feed is about something that everybody could see.
    pub fn shown(self, sql: &mut Sql) {
        sql.push(if self.drafts { "TRUE" } else { "was_visible = TRUE" });
    }

    /// Whether a row of the feed is there, by the same rule.
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
        // The plus keeps SQLite from taking the index on this column, which nearly every row satisfies, instead of
        // the one that a page is sorted or looked up by. PostgreSQL knows better, from its statistics.
        if sql.engine() == Engine::Sqlite {
            sql.push("+");
        }
        sql.push(table).push(".visible_from <= ").bind(self.now.0);
    }
}
