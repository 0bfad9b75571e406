//! Loads stored revisions and converts them to records.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{find, merge, tombstone};
use crate::db::{Sql, rows};
use crate::service::write::keys::merge_targets;
use crate::service::write::record::state::StoredRevision;
use crate::service::write::record::{Record, Ref};
use crate::service::write::{Violation, ViolationCode, ids};

/// Loads the stored state of a revision.
pub async fn load_revision(
    session: &Session,
    (kind, code): (NodeKind, &str),
    revision: i32,
) -> Result<Result<StoredRevision, Violation>, DbErr> {
    let mut sql = Sql::new(session.engine, "SELECT state FROM revision WHERE kind = ");
    sql.bind(kind.name()).push(" AND code = ").bind(code).push(" AND revision = ").bind(revision);
    let violation = |code, reason| Ok(Err(Violation::new("revision", code, Some(&revision.to_string()), reason)));
    let Some(row) = rows(&session.transaction, sql).await?.into_iter().next() else {
        return violation(ViolationCode::NotFound, "does not exist: query `revisions` for the existing ones");
    };
    let state: String = row.columns().read_next()?;
    match StoredRevision::read(&state) {
        Ok(stored) => Ok(Ok(stored)),
        Err(_) => violation(
            ViolationCode::Invalid,
            "is stored in an old format and cannot be restored: enter its values manually",
        ),
    }
}

/// Resolves the references of a stored revision, in one statement for each kind. `made` is a record that is about to be
/// created. References to merged books resolve to the survivors.
pub async fn resolve(
    session: &Session,
    mut stored: StoredRevision,
    made: Option<(NodeKind, &Ref)>,
) -> Result<Result<Record, Vec<Violation>>, DbErr> {
    let mut codes: HashMap<NodeKind, Vec<String>> = HashMap::new();
    for (kind, code) in stored.references() {
        codes.entry(kind).or_default().push(code);
    }
    let books = codes.get(&NodeKind::Book).cloned().unwrap_or_default();
    let mut known = find::by_codes(session, codes).await?;
    let merged: HashSet<String> =
        books.into_iter().filter(|code| !known.contains_key(&(NodeKind::Book, code.clone()))).collect();
    let survivors = merge_targets(&session.transaction, session.engine, &merged).await?;
    known.extend(survivors.into_iter().map(|(code, survivor)| ((NodeKind::Book, code), survivor)));
    let find = |kind: NodeKind, code: &str| {
        let made = made.filter(|(of, made)| *of == kind && *made.code == *code).map(|(_, made)| made.clone());
        made.or_else(|| known.get(&(kind, code.to_owned())).cloned())
    };
    match stored.resolve(find) {
        Ok(mut record) => {
            if let Record::ReadingList(list) = &mut record {
                merge::once_each(list);
            }
            Ok(Ok(record))
        }
        Err(missing) => Ok(Err(tombstone::violations(session, &missing).await?)),
    }
}

/// Assigns ids to the restored entries of a reading list, and the present time to entries without a known time.
pub async fn assign_ids(session: &Session, record: &mut Record) -> Result<(), DbErr> {
    let Record::ReadingList(list) = record else { return Ok(()) };
    for entry in &mut list.entries {
        entry.added_at = entry.added_at.or(Some(session.context.now));
    }
    let new: Vec<_> = list.entries.iter_mut().filter(|entry| entry.id == 0).collect();
    let rows = ids::take(&session.transaction, session.engine, NodeKind::ReadingListEntry, new.len()).await?;
    new.into_iter().zip(rows).for_each(|(entry, row)| entry.id = row);
    Ok(())
}
