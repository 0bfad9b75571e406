//! Bringing back an old state of something, as a new revision.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::{Session, refused};
use super::{Outcome, Subject, find, gone, merge, revive, update};
use crate::db::{Sql, rows};
use crate::service::write::names::survivors;
use crate::service::write::record::state::Kept;
use crate::service::write::record::{Item, Party, ReadingList, Record, Ref, add_former};
use crate::service::write::{Fault, FaultCode, ids};

/// What has revisions.
const VERSIONED: [NodeKind; 7] = [
    NodeKind::Career,
    NodeKind::Course,
    NodeKind::Book,
    NodeKind::Topic,
    NodeKind::Person,
    NodeKind::Organization,
    NodeKind::ReadingList,
];

pub async fn restore(session: &mut Session, subject: &Subject, revision: i32) -> Result<Outcome, DbErr> {
    let stored = match find::subject(session, subject, &VERSIONED).await? {
        Ok(stored) => stored,
        Err(refusal) => return revive::revive(session, subject, revision, refusal).await,
    };
    let (kind, code) = (stored.record.kind(), stored.record.code().to_owned());
    let old = match kept(session, (kind, &code), revision).await? {
        Ok(kept) => match resolve(session, kept, None).await? {
            Ok(old) => old,
            Err(faults) => return Ok(Err(refused(faults))),
        },
        Err(fault) => return Ok(Err(refused(vec![fault]))),
    };
    let mut after = laid_over(old, &stored.record);
    give_rows(session, &mut after).await?;
    update::settle(session, stored, after, Vec::new()).await
}

/// The state that is kept of a revision.
pub async fn kept(
    session: &Session,
    (kind, code): (NodeKind, &str),
    revision: i32,
) -> Result<Result<Kept, Fault>, DbErr> {
    let mut sql = Sql::new(session.engine, "SELECT state FROM revision WHERE kind = ");
    sql.bind(kind.name()).push(" AND code = ").bind(code).push(" AND revision = ").bind(revision);
    let fault = |code, reason| Ok(Err(Fault::new("revision", code, Some(&revision.to_string()), reason)));
    let Some(row) = rows(&session.transaction, sql).await?.into_iter().next() else {
        return fault(FaultCode::NotFound, "is none that is kept of it: look at its revisions");
    };
    let state: String = row.columns().take()?;
    match Kept::read(&state) {
        Ok(kept) => Ok(Ok(kept)),
        Err(_) => fault(FaultCode::Invalid, "is kept in a form of old, which cannot be restored: enter it by hand"),
    }
}

/// Finds what a state refers to, in one statement for each kind. Something that is about to be `made` is there already. A
/// book that was merged is the one that took its place.
pub async fn resolve(
    session: &Session,
    mut kept: Kept,
    made: Option<(NodeKind, &Ref)>,
) -> Result<Result<Record, Vec<Fault>>, DbErr> {
    let mut codes: HashMap<NodeKind, Vec<String>> = HashMap::new();
    for (kind, code) in kept.mentions() {
        codes.entry(kind).or_default().push(code);
    }
    let books = codes.get(&NodeKind::Book).cloned().unwrap_or_default();
    let mut known = find::by_codes(session, codes).await?;
    let merged: HashSet<String> =
        books.into_iter().filter(|code| !known.contains_key(&(NodeKind::Book, code.clone()))).collect();
    let survivors = survivors(&session.transaction, session.engine, &merged).await?;
    known.extend(survivors.into_iter().map(|(code, survivor)| ((NodeKind::Book, code), survivor)));
    let find = |kind: NodeKind, code: &str| {
        let made = made.filter(|(of, made)| *of == kind && *made.code == *code).map(|(_, made)| made.clone());
        made.or_else(|| known.get(&(kind, code.to_owned())).cloned())
    };
    match kept.resolve(find) {
        Ok(mut record) => {
            if let Record::ReadingList(list) = &mut record {
                merge::once_each(list);
            }
            Ok(Ok(record))
        }
        Err(missing) => Ok(Err(gone::faults(session, &missing).await?)),
    }
}

/// The old state, but for what restoring leaves alone: whether and since when it shows, and addresses that lead to it.
fn laid_over(mut old: Record, present: &Record) -> Record {
    match (&mut old, present) {
        (Record::Person(old), Record::Person(present)) | (Record::Organization(old), Record::Organization(present)) => {
            keep_addresses(old, present);
        }
        (Record::ReadingList(old), Record::ReadingList(present)) => keep_entries(old, present),
        (Record::Book(old), Record::Book(present)) => {
            keep_publication(&mut old.item, &present.item);
            // What books were merged into it meanwhile goes on leading here.
            old.add_old_isbns(present.old_isbns.iter().cloned());
            old.add_old_codes(present.old_codes.iter().cloned());
        }
        (old, present) => {
            if let (Some(old), Some(present)) = (old.item_mut(), present.item()) {
                keep_publication(old, present);
            }
        }
    }
    old
}

fn keep_publication(old: &mut Item, present: &Item) {
    old.status = present.status;
    old.published_at = present.published_at;
    let leading = present.old_slugs.iter().chain([&present.slug]).cloned();
    add_former(&mut old.old_slugs, leading, Some(&old.slug));
}

fn keep_addresses(old: &mut Party, present: &Party) {
    let leading = present.old_slugs.iter().chain([&present.slug]).cloned();
    add_former(&mut old.old_slugs, leading, Some(&old.slug));
}

/// An entry that is still there keeps its row and its code.
fn keep_entries(old: &mut ReadingList, present: &ReadingList) {
    old.visible_from = present.visible_from;
    for entry in &mut old.entries {
        let same = present.entries.iter().find(|one| one.kind == entry.kind && one.target == entry.target);
        if let Some(same) = same {
            entry.id = same.id;
            entry.code.clone_from(&same.code);
        }
    }
}

/// Gives the entries that come back rows of their own.
pub async fn give_rows(session: &Session, record: &mut Record) -> Result<(), DbErr> {
    let Record::ReadingList(list) = record else { return Ok(()) };
    let new: Vec<_> = list.entries.iter_mut().filter(|entry| entry.id == 0).collect();
    let rows = ids::take(&session.transaction, session.engine, NodeKind::ReadingListEntry, new.len()).await?;
    new.into_iter().zip(rows).for_each(|(entry, row)| entry.id = row);
    Ok(())
}
