//! Bringing back an old state of something, as a new revision.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::{Session, refused};
use super::stored_revision::{assign_ids, load_revision, resolve};
use super::{Outcome, Subject, find, revive, update};
use crate::service::write::record::{Item, Party, ReadingList, Record, add_former};

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
    let old = match load_revision(session, (kind, &code), revision).await? {
        Ok(kept) => match resolve(session, kept, None).await? {
            Ok(old) => old,
            Err(faults) => return Ok(Err(refused(faults))),
        },
        Err(fault) => return Ok(Err(refused(vec![fault]))),
    };
    let mut after = laid_over(old, &stored.record);
    assign_ids(session, &mut after).await?;
    update::settle(session, stored, after, Vec::new()).await
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
