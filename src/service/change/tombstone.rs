//! Finds the last revisions of deleted and merged records.

use std::collections::HashMap;

use entity::enums::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::find::kind_label;
use super::session::Session;
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::record::Ref;
use crate::service::write::{Violation, ViolationCode};

/// The last revision of a deleted or merged record.
#[derive(Clone, Debug)]
pub struct Tombstone {
    /// The number of the revision.
    pub revision: i32,
    pub action: ChangeAction,
    pub at: Timestamp,
    /// The code of the record that it was merged into, unless this change was purged.
    pub merged_into: Option<String>,
}

/// Loads the last revisions of records, by kind and code.
pub async fn find(
    session: &Session,
    things: impl IntoIterator<Item = (NodeKind, &str)>,
) -> Result<HashMap<(NodeKind, String), Tombstone>, DbErr> {
    let mut codes: HashMap<NodeKind, Vec<&str>> = HashMap::new();
    for (kind, code) in things {
        codes.entry(kind).or_default().push(code);
    }
    let mut tombstones = HashMap::new();
    for (kind, codes) in codes {
        let select = "SELECT code, revision, action, created_at, (SELECT merged_into FROM change_event WHERE change_event.kind = revision.kind \
                      AND change_event.code = revision.code AND change_event.revision = revision.revision) FROM revision WHERE kind = ";
        let mut sql = Sql::new(session.engine, select);
        sql.bind(kind.name()).push(" AND code").is_any_text(codes);
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM revision AS later WHERE later.kind = revision.kind \
             AND later.code = revision.code AND later.revision > revision.revision)",
        );
        for row in rows(&session.transaction, sql).await? {
            let mut columns = row.columns();
            let code: String = columns.read_next()?;
            let tombstone = Tombstone {
                revision: columns.read_next()?,
                action: columns.read_next()?,
                at: columns.read_next()?,
                merged_into: columns.read_next()?,
            };
            tombstones.insert((kind, code), tombstone);
        }
    }
    Ok(tombstones)
}

/// Returns the violations of an old state that refers to `missing` records: for each, the record to restore first. The
/// last state of a record only refers to records that were deleted later, so this order ends.
pub async fn violations(session: &Session, missing: &[(NodeKind, Ref)]) -> Result<Vec<Violation>, DbErr> {
    let tombstones = find(session, missing.iter().map(|(kind, gone)| (*kind, &*gone.code))).await?;
    let violation = |(kind, gone): &(NodeKind, Ref)| {
        let (label, tombstone) = (kind_label(*kind), tombstones.get(&(*kind, gone.code.to_string())));
        let reason = format!("refers to the {label} \"{}\", which {}", gone.slug, hint(*kind, &gone.code, tombstone));
        Violation::new("revision", ViolationCode::NotFound, None, reason)
    };
    Ok(missing.iter().map(violation).collect())
}

fn hint(kind: NodeKind, code: &str, tombstone: Option<&Tombstone>) -> String {
    let id = node_id::format(kind, code);
    match tombstone {
        Some(Tombstone { action: ChangeAction::Merged, merged_into: Some(survivor), .. }) => {
            let survivor = node_id::format(kind, survivor);
            format!("was merged into a record that was deleted: restore {survivor} first")
        }
        Some(Tombstone { action: ChangeAction::Merged, .. }) => {
            "was merged into a record that was deleted: restore that record first".to_owned()
        }
        Some(Tombstone { revision, .. }) => {
            format!("was deleted: restore {id} first (its last revision is {revision})")
        }
        None => "was deleted and has no stored revision: restore a revision that does not refer to it".to_owned(),
    }
}
