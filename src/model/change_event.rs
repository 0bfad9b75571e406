//! Events of the change feed.

use entity::enums::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::parse_enum;
use crate::db::Columns;

/// A change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeEvent {
    /// The position in the feed, in commit order.
    pub id: i64,
    pub occurred_at: Timestamp,
    pub kind: NodeKind,
    pub code: String,
    pub action: ChangeAction,
    pub revision: i32,
    /// The path at that time; `None` for objects without a page.
    pub path: Option<String>,
    /// The code of the object that this one was merged into.
    pub merged_into: Option<String>,
    /// Whether the object was public before the change or after it.
    pub was_visible: bool,
}

impl ChangeEvent {
    /// The columns that [`ChangeEvent::read`] reads.
    pub const COLUMNS: &'static str = "change_event.id, change_event.occurred_at, change_event.kind, \
        change_event.code, change_event.action, change_event.revision, \
        change_event.path, change_event.merged_into, change_event.was_visible";

    /// Reads an event from the columns of a row.
    ///
    /// # Errors
    /// When a column has an unexpected value.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let missing = |what: &str| DbErr::Type(format!("a change has no {what}"));
        Ok(Self {
            id: columns.read_next()?,
            occurred_at: columns.read_next()?,
            kind: parse_enum(columns.read_next()?, NodeKind::from_name)?.ok_or_else(|| missing("kind"))?,
            code: columns.read_next()?,
            action: parse_enum(columns.read_next()?, ChangeAction::from_text)?.ok_or_else(|| missing("action"))?,
            revision: columns.read_next()?,
            path: columns.read_next()?,
            merged_into: columns.read_next()?,
            was_visible: columns.read_next()?,
        })
    }
}
