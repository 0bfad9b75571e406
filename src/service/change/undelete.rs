//! Restores a deleted record: under its old id, as a draft, with the reading list that was deleted with it.

use std::collections::HashSet;

use entity::enums::{ChangeAction, Status};
use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::create::{allocate_id, empty_list};
use super::session::{Session, rejections};
use super::stored_revision::{assign_ids, load_revision, resolve};
use super::tombstone::{self, Tombstone};
use super::{NodeKey, Outcome, Rejection, Target, cycles, slugs};
use crate::catalog::{Former, Value};
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::keys::merge_targets;
use crate::service::write::record::state::StoredRevision;
use crate::service::write::record::{Record, Ref};
use crate::service::write::{Change, Violation, ViolationCode, check, uniqueness};

/// Recreates the `target`. Returns `rejection`, which says that it does not exist, if it never existed.
pub async fn undelete(
    session: &mut Session,
    target: &Target,
    revision: i32,
    rejection: Rejection,
) -> Result<Outcome, DbErr> {
    let is_absent = matches!(&rejection, Rejection::Violation(violation) if violation.code == ViolationCode::NotFound);
    let Some((kind, code)) = node_id::parse(&target.id).filter(|_| is_absent) else { return Ok(Err(vec![rejection])) };
    let Some(tombstone) = tombstone::find(session, [(kind, code)]).await?.remove(&(kind, code.to_owned())) else {
        return Ok(Err(vec![rejection]));
    };
    let node = NodeKey { kind, code: code.to_owned() };
    if target.expected_revision.is_some_and(|expected| expected != tombstone.revision) {
        return Ok(Err(vec![Rejection::Stale { current_revision: tombstone.revision, current: node }]));
    }
    let reason = match (tombstone.action, kind) {
        (ChangeAction::Merged, _) => Some(merged(session, kind, code, &tombstone).await?),
        (_, NodeKind::ReadingList) => {
            Some("belongs to a list that was deleted with its owner: restore the owner".to_owned())
        }
        _ => None,
    };
    if let Some(reason) = reason {
        return Ok(Err(rejections(vec![Violation::new("id", ViolationCode::NotFound, Some(&target.id), reason)])));
    }
    let found = match load_revision(session, (kind, code), revision).await? {
        Ok(stored) => resolve(session, stored, None).await?,
        Err(violation) => Err(vec![violation]),
    };
    let mut after = match found {
        Ok(after) => after,
        Err(violations) => return Ok(Err(rejections(violations))),
    };
    // Restoring does not publish: an editor publishes the record if it should be public again.
    if let Some(item) = after.routable_mut().filter(|record| record.publication().is_some()) {
        item.set_publication(Status::Draft, None);
    }
    release_taken_slugs(session, &mut after).await?;
    let violations = validate(session, &after).await?;
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    write(session, after, &tombstone).await.map(|written| written.map(|()| node).map_err(rejections))
}

/// Returns the reason why a merged record cannot be restored, with the record that replaced it.
async fn merged(session: &Session, kind: NodeKind, code: &str, tombstone: &Tombstone) -> Result<String, DbErr> {
    let codes = HashSet::from([code.to_owned()]);
    let survivors = merge_targets(&session.transaction, session.engine, &codes).await?;
    let survivor = survivors.get(code).map(|survivor| &*survivor.code);
    Ok(match (survivor, &tombstone.merged_into) {
        (Some(survivor), _) => {
            format!("was merged into {}, which now has its addresses", node_id::format(kind, survivor))
        }
        (None, Some(gone)) => {
            format!("was merged into {}, which was deleted: restore that record", node_id::format(kind, gone))
        }
        (None, None) => "was merged into a record that was deleted: restore that record".to_owned(),
    })
}

/// Leaves slugs that other records use now to them, and generates another slug if necessary.
async fn release_taken_slugs(session: &Session, after: &mut Record) -> Result<(), DbErr> {
    let conflicts = uniqueness::find(&session.transaction, session.engine, &[(0, &*after)]).await?;
    let lost: HashSet<String> = (conflicts.iter())
        .filter(|(_, violation)| violation.field == "slug" || violation.field == "oldSlugs")
        .filter_map(|(_, violation)| violation.value.clone())
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let (kind, code, title) = (after.kind(), after.code().to_owned(), after.title().to_owned());
    let mut fresh = None;
    if after.slug().is_some_and(|slug| lost.contains(slug)) {
        fresh = Some(slugs::unique_slug(session, kind, &title, &code, 0).await?);
    }
    let Some(record) = after.routable_mut() else { return Ok(()) };
    record.slug = fresh.unwrap_or_else(|| std::mem::take(&mut record.slug));
    let mut left = record.former_keys(Former::Slugs).to_vec();
    left.retain(|old| !lost.contains(old) && *old != record.slug);
    record.set(Former::Slugs, Some(Value::Texts(left)));
    Ok(())
}

async fn validate(session: &Session, after: &Record) -> Result<Vec<Violation>, DbErr> {
    let mut violations = check::check(after, session.context.now);
    let claims = uniqueness::find(&session.transaction, session.engine, &[(0, after)]).await?;
    violations.extend(claims.into_iter().map(|(_, violation)| violation));
    violations.extend(cycles::find(session, 0, None, after).await?);
    Ok(violations)
}

/// Writes the record and its reading list.
async fn write(
    session: &mut Session,
    after: Record,
    tombstone: &Tombstone,
) -> Result<Result<(), Vec<Violation>>, DbErr> {
    let row = allocate_id(session, after.kind()).await?;
    let mut changes = vec![Change::create(row, tombstone.revision.saturating_add(1), after, session.context.now)];
    if changes[0].after.owns_list() {
        let list = match own_list(session, &changes[0], tombstone).await? {
            Some(Ok(list)) => list,
            Some(Err(violations)) => return Ok(Err(violations)),
            None => empty_list(session, &changes[0]).await?,
        };
        changes.push(list);
    }
    session.save(&changes).await?;
    Ok(Ok(()))
}

/// Returns the reading list that was deleted with its `owner`. `None` if its revision was purged.
async fn own_list(
    session: &Session,
    owner: &Change,
    tombstone: &Tombstone,
) -> Result<Option<Result<Change, Vec<Violation>>>, DbErr> {
    let made = Ref::new(owner.id, owner.after.code(), owner.after.slug().unwrap_or_default());
    let kind = owner.after.kind();
    let Some((stored, revision)) = deleted_list(session, (kind, &made.code), tombstone).await? else { return Ok(None) };
    let mut list = match resolve(session, stored, Some((kind, &made))).await? {
        Ok(list) => list,
        Err(violations) => return Ok(Some(Err(violations))),
    };
    assign_ids(session, &mut list).await?;
    let row = allocate_id(session, NodeKind::ReadingList).await?;
    Ok(Some(Ok(Change::create(row, revision.saturating_add(1), list, session.context.now))))
}

/// Finds the list by time, because it was deleted together with its owner.
async fn deleted_list(
    session: &Session,
    owner: (NodeKind, &str),
    tombstone: &Tombstone,
) -> Result<Option<(StoredRevision, i32)>, DbErr> {
    let mut sql = Sql::new(session.engine, "SELECT state, revision FROM revision WHERE created_at = ");
    sql.bind(tombstone.at.0).push(" AND kind = ").bind(NodeKind::ReadingList.name());
    sql.push(" AND action = ").bind(ChangeAction::Deleted.as_str());
    for row in rows(&session.transaction, sql).await? {
        let mut columns = row.columns();
        let state: String = columns.read_next()?;
        if let Ok(stored) = StoredRevision::read(&state)
            && stored.is_list_of(owner)
        {
            return Ok(Some((stored, columns.read_next()?)));
        }
    }
    Ok(None)
}
