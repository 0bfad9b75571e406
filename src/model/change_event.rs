//! Rows of the feed of changes.

use entity::enums::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::parse_enum;
use crate::db::Columns;

/// One change of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeEvent {
    /// Its number in the feed: the later it was committed, the greater.
    pub id: i64,
    pub occurred_at: Timestamp,
    pub kind: NodeKind,
    pub code: String,
    pub action: ChangeAction,
    pub revision: i32,
    /// Where it lived then; none for what has no address of its own.
    pub path: Option<String>,
    /// The code of what it became a part of.
    pub merged_into: Option<String>,
    /// Whether everybody could see the subject before the change or after it.
    pub was_visible: bool,
}

impl ChangeEvent {
    /// The columns that [`ChangeEvent::read`] takes.
    pub const COLUMNS: &'static str = "change_event.id, change_event.occurred_at, change_event.kind, \
        change_event.code, change_event.action, change_event.revision, \
        change_event.path, change_event.merged_into, change_event.was_visible";

    /// Reads one from the columns of a row.
    ///
    /// # Errors
    /// When a column holds what it should not.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let missing = |what: &str| DbErr::Type(format!("a change has no {what}"));
        Ok(Self {
            id: columns.take()?,
            occurred_at: columns.take()?,
            kind: parse_enum(columns.take()?, NodeKind::from_name)?.ok_or_else(|| missing("kind"))?,
            code: columns.take()?,
            action: parse_enum(columns.take()?, ChangeAction::from_text)?.ok_or_else(|| missing("action"))?,
            revision: columns.take()?,
            path: columns.take()?,
            merged_into: columns.take()?,
            was_visible: columns.take()?,
        })
    }
}
