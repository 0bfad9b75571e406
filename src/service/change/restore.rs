//! Restores an old state of a record as a new revision.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::{Session, rejections};
use super::stored_revision::{assign_ids, load_revision, resolve};
use super::{Outcome, Target, find, undelete, update};
use crate::catalog::Former;
use crate::service::write::record::{ReadingList, Record};

pub async fn restore(session: &mut Session, target: &Target, revision: i32) -> Result<Outcome, DbErr> {
    let versioned: Vec<NodeKind> = NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]).collect();
    let stored = match find::target(session, target, &versioned).await? {
        Ok(stored) => stored,
        Err(rejection) => return undelete::undelete(session, target, revision, rejection).await,
    };
    let (kind, code) = (stored.record.kind(), stored.record.code().to_owned());
    let old = match load_revision(session, (kind, &code), revision).await? {
        Ok(state) => match resolve(session, state, None).await? {
            Ok(old) => old,
            Err(violations) => return Ok(Err(rejections(violations))),
        },
        Err(violation) => return Ok(Err(rejections(vec![violation]))),
    };
    let mut after = carry_over(old, &stored.record);
    assign_ids(session, &mut after).await?;
    update::write_if_valid(session, stored, after, Vec::new()).await
}

/// Returns the old state with the present publication, and with all present addresses.
fn carry_over(mut old: Record, present: &Record) -> Record {
    match (&mut old, present) {
        (Record::Routable(old), Record::Routable(present)) => {
            if let Some((status, published_at)) = present.publication() {
                old.set_publication(status, published_at);
            }
            for former in [Former::Slugs, Former::Codes, Former::Isbns] {
                old.add_former_keys(former, present.former_keys(former).iter().cloned());
            }
            old.add_former_keys(Former::Slugs, [present.slug.clone()]);
        }
        (Record::ReadingList(old), Record::ReadingList(present)) => keep_entries(old, present),
        (Record::Routable(_), Record::ReadingList(_)) | (Record::ReadingList(_), Record::Routable(_)) => {}
    }
    old
}

/// Keeps the ids and codes of entries that are still on the list.
fn keep_entries(old: &mut ReadingList, present: &ReadingList) {
    old.visible_from = present.visible_from;
    for entry in &mut old.entries {
        let same = present.entries.iter().find(|one| one.kind == entry.kind && one.resource == entry.resource);
        if let Some(same) = same {
            entry.id = same.id;
            entry.code.clone_from(&same.code);
            entry.added_at = entry.added_at.or(same.added_at);
        }
    }
}
