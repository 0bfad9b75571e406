//! Two records of one book, or more, become one.
//!
//! The survivor takes over what it lacks, and all addresses of the duplicates; entries of reading lists move to it. The
//! duplicates go, each with a last revision that says so.

mod book;
mod list;

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::DbErr;

pub use list::once_each;

use super::session::{Session, refused};
use super::{Mention, NodeRef, Outcome, Subject, find};
use crate::db::{Sql, rows};
use crate::domain::limits;
use crate::service::write::record::{Record, Ref, Stored};
use crate::service::write::{Change, Fault, FaultCode, Removal, load, remove};

/// The field that names the duplicates: whatever is wrong with a merge is wrong with what is merged.
const FIELD: &str = "duplicateIds";

pub async fn merge(session: &Session, subject: &Subject, mentions: &[Mention]) -> Result<Outcome, DbErr> {
    let mut faults = misnamed(subject, mentions);
    if mentions.len() > limits::DUPLICATES {
        return Ok(Err(refused(faults)));
    }
    let survivor = find::subject(session, subject, &[NodeKind::Book]).await?;
    let duplicates = find::things(session, NodeKind::Book, mentions, &mut faults).await?;
    let survivor = match survivor {
        Err(refusal) => return Ok(Err([vec![refusal], refused(faults)].concat())),
        Ok(_) if !faults.is_empty() => return Ok(Err(refused(faults))),
        Ok(survivor) => survivor,
    };

    faults.extend(
        mentions
            .iter()
            .zip(&duplicates)
            .filter_map(|(mention, duplicate)| book::hidden(&survivor, duplicate, mention, session.context.now)),
    );
    let after = book::merged(&survivor, &duplicates);
    let lists = lists(session, &survivor, &duplicates).await?;
    faults.extend(book::too_much(&after));
    faults.extend(lists.iter().filter_map(|change| list::too_long(change.before.as_ref(), &change.after)));
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }

    let node = NodeRef { kind: NodeKind::Book, code: survivor.record.code().to_owned() };
    // The entries leave the duplicates first, then the duplicates their names, and only then are these free to be taken.
    session.save(&lists).await?;
    let removals: Vec<Removal> = duplicates.into_iter().map(|gone| Removal::merged(gone, &node.code)).collect();
    remove(&session.transaction, session.engine, &removals, &session.context).await?;
    let change: Vec<Change> = Change::update(survivor, after).into_iter().collect();
    session.save(&change).await?;
    Ok(Ok(node))
}

/// What is wrong with the ids in themselves.
fn misnamed(subject: &Subject, duplicates: &[Mention]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if duplicates.is_empty() {
        faults.push(Fault::new(FIELD, FaultCode::Required, None, "names no book: name at least one"));
    }
    if duplicates.len() > limits::DUPLICATES {
        // Too many are not looked at.
        let reason = format!("has {} elements, {} are allowed", duplicates.len(), limits::DUPLICATES);
        return vec![Fault::new(FIELD, FaultCode::TooMany, None, reason)];
    }
    let mut seen = HashSet::new();
    for Mention { id, field } in duplicates {
        if *id == subject.id {
            faults.push(Fault::new(field, FaultCode::Invalid, Some(id), "is the book that is to be left"));
        } else if !seen.insert(id) {
            faults.push(Fault::new(field, FaultCode::Invalid, Some(id), "is named twice"));
        }
    }
    faults
}

/// The changes of all lists that a duplicate is on, the oldest first.
async fn lists(session: &Session, survivor: &Stored, duplicates: &[Stored]) -> Result<Vec<Change>, DbErr> {
    let gone: HashSet<i64> = duplicates.iter().map(|duplicate| duplicate.id).collect();
    let mut sql = Sql::new(session.engine, "SELECT DISTINCT list_id FROM reading_list_entry WHERE item_id");
    sql.is_any_id(gone.iter().copied()).push(" ORDER BY list_id");
    let rows = rows(&session.transaction, sql).await?;
    let ids = rows.iter().map(|row| row.columns().take()).collect::<Result<Vec<i64>, _>>()?;
    let mut lists = load::by_ids(&session.transaction, session.engine, NodeKind::ReadingList, &ids).await?;
    lists.sort_by_key(|list| list.id);
    let target = Ref::new(survivor.id, survivor.record.code(), survivor.record.slug().unwrap_or_default());
    let moved = lists.into_iter().filter_map(|stored| {
        let after = list::moved(stored.record.list()?, &target, &gone);
        Change::update(stored, Record::ReadingList(after))
    });
    Ok(moved.collect())
}
