//! Merges duplicate books.
//!
//! The surviving book takes over missing values and all addresses of the duplicates, and replaces them on reading
//! lists. The duplicates are deleted, and their last revisions record the merge.

mod book;
mod list;

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::DbErr;

pub use list::once_each;

use super::session::{Session, rejections};
use super::{NodeKey, NodeReference, Outcome, Target, find};
use crate::db::{Sql, rows};
use crate::domain::limits;
use crate::service::write::record::{Record, Ref, Stored};
use crate::service::write::{Change, Removal, Violation, ViolationCode, load, remove};

/// The field of the duplicates, to which all violations of a merge refer.
const FIELD: &str = "duplicateIds";

pub async fn merge(session: &Session, target: &Target, references: &[NodeReference]) -> Result<Outcome, DbErr> {
    let mut violations = misnamed(target, references);
    if references.len() > limits::DUPLICATES {
        return Ok(Err(rejections(violations)));
    }
    let survivor = find::target(session, target, &[NodeKind::Book]).await?;
    let duplicates = find::records(session, NodeKind::Book, references, &mut violations).await?;
    let survivor = match survivor {
        Err(rejection) => return Ok(Err([vec![rejection], rejections(violations)].concat())),
        Ok(_) if !violations.is_empty() => return Ok(Err(rejections(violations))),
        Ok(survivor) => survivor,
    };

    violations.extend(
        references
            .iter()
            .zip(&duplicates)
            .filter_map(|(reference, duplicate)| book::hidden(&survivor, duplicate, reference, session.context.now)),
    );
    let after = book::merged(&survivor, &duplicates);
    let lists = lists(session, &survivor, &duplicates).await?;
    violations.extend(book::too_much(&after));
    violations.extend(lists.iter().filter_map(|change| list::too_long(change.before.as_ref(), &change.after)));
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }

    let node = NodeKey { kind: NodeKind::Book, code: survivor.record.code().to_owned() };
    // The entries leave the duplicates first. Then the duplicates release their keys, and the survivor takes these
    // over.
    session.save(&lists).await?;
    let removals: Vec<Removal> = duplicates.into_iter().map(|gone| Removal::merged(gone, &node.code)).collect();
    remove(&session.transaction, session.engine, &removals, &session.context).await?;
    let change: Vec<Change> = Change::update(survivor, after).into_iter().collect();
    session.save(&change).await?;
    Ok(Ok(node))
}

/// Returns the violations of the ids themselves.
fn misnamed(target: &Target, duplicates: &[NodeReference]) -> Vec<Violation> {
    let mut violations = Vec::new();
    if duplicates.is_empty() {
        violations.push(Violation::new(FIELD, ViolationCode::Required, None, "is empty: pass at least one id"));
    }
    if duplicates.len() > limits::DUPLICATES {
        // Inputs with too many ids are not checked further.
        let reason = format!("has {} elements: at most {} are allowed", duplicates.len(), limits::DUPLICATES);
        return vec![Violation::new(FIELD, ViolationCode::TooMany, None, reason)];
    }
    let mut seen = HashSet::new();
    for NodeReference { id, field } in duplicates {
        if *id == target.id {
            violations.push(Violation::new(field, ViolationCode::Invalid, Some(id), "is the book to keep"));
        } else if !seen.insert(id) {
            violations.push(Violation::new(field, ViolationCode::Invalid, Some(id), "is listed twice"));
        }
    }
    violations
}

/// Returns the changes of all lists with a duplicate, oldest first.
async fn lists(session: &Session, survivor: &Stored, duplicates: &[Stored]) -> Result<Vec<Change>, DbErr> {
    let gone: HashSet<i64> = duplicates.iter().map(|duplicate| duplicate.id).collect();
    let mut sql = Sql::new(session.engine, "SELECT DISTINCT list_id FROM reading_list_entry WHERE item_id");
    sql.is_any_id(gone.iter().copied()).push(" ORDER BY list_id");
    let rows = rows(&session.transaction, sql).await?;
    let ids = rows.iter().map(|row| row.columns().read_next()).collect::<Result<Vec<i64>, _>>()?;
    let mut lists = load::by_ids(&session.transaction, session.engine, NodeKind::ReadingList, &ids).await?;
    lists.sort_by_key(|list| list.id);
    let target = Ref::new(survivor.id, survivor.record.code(), survivor.record.slug().unwrap_or_default());
    let moved = lists.into_iter().filter_map(|stored| {
        let after = list::moved(stored.record.list()?, &target, &gone);
        Change::update(stored, Record::ReadingList(after))
    });
    Ok(moved.collect())
}
