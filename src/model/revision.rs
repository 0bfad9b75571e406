//! Revisions: who changed an object, and when.

use entity::enums::ChangeAction;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{NodeKind, parse_enum};
use crate::db::Columns;

/// A revision of one object. Its state, which can be long, is read separately.
#[derive(Clone, Debug)]
pub struct Revision {
    pub id: i64,
    pub kind: NodeKind,
    /// The number of the revision, counted per object.
    pub revision: i32,
    pub created_at: Timestamp,
    pub actor: String,
    pub action: ChangeAction,
}

impl Revision {
    /// The columns that [`Revision::read`] reads.
    pub const COLUMNS: &'static str =
        "revision.id, revision.kind, revision.revision, revision.created_at, revision.actor, revision.action";

    /// Reads a revision from the columns of a row.
    ///
    /// # Errors
    /// When a column has an unexpected value.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let missing = |what: &str| DbErr::Type(format!("a revision has no {what}"));
        Ok(Self {
            id: columns.read_next()?,
            kind: parse_enum(columns.read_next()?, NodeKind::from_name)?.ok_or_else(|| missing("kind"))?,
            revision: columns.read_next()?,
            created_at: columns.read_next()?,
            actor: columns.read_next()?,
            action: parse_enum(columns.read_next()?, ChangeAction::from_text)?.ok_or_else(|| missing("action"))?,
        })
    }
}

/// The stored states after and before a revision.
#[derive(Clone, Debug)]
pub struct RevisionState {
    pub after: String,
    /// `None` for the oldest revision that has not been purged.
    pub before: Option<String>,
}
