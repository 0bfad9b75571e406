//! Bringing back an old state of something, as a new revision.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::{Session, refused};
use super::stored_revision::{assign_ids, load_revision, resolve};
use super::{Outcome, Subject, find, revive, update};
use crate::catalog::Former;
use crate::service::write::record::{ReadingList, Record};

pub async fn restore(session: &mut Session, subject: &Subject, revision: i32) -> Result<Outcome, DbErr> {
    let versioned: Vec<NodeKind> = NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]).collect();
    let stored = match find::subject(session, subject, &versioned).await? {
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
        (Record::Routable(old), Record::Routable(present)) => {
            if let Some((status, published_at)) = present.publication() {
                old.set_publication(status, published_at);
            }
            for former in [Former::Slugs, Former::Codes, Former::Isbns] {
                old.add_former(former, present.former(former).iter().cloned());
            }
            old.add_former(Former::Slugs, [present.slug.clone()]);
        }
        (Record::ReadingList(old), Record::ReadingList(present)) => keep_entries(old, present),
        (Record::Routable(_), Record::ReadingList(_)) | (Record::ReadingList(_), Record::Routable(_)) => {}
    }
    old
}

/// An entry that is still there keeps its row and its code.
fn keep_entries(old: &mut ReadingList, present: &ReadingList) {
    old.visible_from = present.visible_from;
    for entry in &mut old.entries {
        let same = present.entries.iter().find(|one| one.kind == entry.kind && one.target == entry.target);
        if let Some(same) = same {
            entry.id = same.id;
            entry.code.clone_from(&same.code);
            entry.added_at = entry.added_at.or(same.added_at);
        }
    }
}
