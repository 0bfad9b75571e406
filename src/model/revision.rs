//! What was written of a thing, by whom and when.

use entity::enums::ChangeAction;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{NodeKind, parse_enum};
use crate::db::Columns;

/// One change of one thing. The state that it led to, which may be long, is read by itself.
#[derive(Clone, Debug)]
pub struct Revision {
    pub id: i64,
    pub kind: NodeKind,
    /// The number that it has among those of its thing.
    pub revision: i32,
    pub created_at: Timestamp,
    pub actor: String,
    pub action: ChangeAction,
}

impl Revision {
    /// The columns that [`Revision::read`] takes.
    pub const COLUMNS: &'static str =
        "revision.id, revision.kind, revision.revision, revision.created_at, revision.actor, revision.action";

    /// Reads one from the columns of a row.
    ///
    /// # Errors
    /// When a column holds what it should not.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let missing = |what: &str| DbErr::Type(format!("a revision has no {what}"));
        Ok(Self {
            id: columns.take()?,
            kind: parse_enum(columns.take()?, NodeKind::from_name)?.ok_or_else(|| missing("kind"))?,
            revision: columns.take()?,
            created_at: columns.take()?,
            actor: columns.take()?,
            action: parse_enum(columns.take()?, ChangeAction::from_text)?.ok_or_else(|| missing("action"))?,
        })
    }
}

/// The state that a revision led to, and the one that it came from, as they are kept.
#[derive(Clone, Debug)]
pub struct RevisionState {
    pub after: String,
    /// Nothing where it is the first that is kept.
    pub before: Option<String>,
}
