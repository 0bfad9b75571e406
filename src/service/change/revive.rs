//! Bringing back something that was deleted: under its old id, as a draft, with the reading list that went with it.

use std::collections::HashSet;

use entity::choice::{ChangeAction, Status};
use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::create::{empty_list, take_row};
use super::gone::{self, End};
use super::session::{Session, refused};
use super::stored_revision::{assign_ids, load_revision, resolve};
use super::{NodeRef, Outcome, Refusal, Subject, circles, slugs};
use crate::catalog::{Former, Value};
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::names::survivors;
use crate::service::write::record::state::Kept;
use crate::service::write::record::{Record, Ref};
use crate::service::write::{Change, Fault, FaultCode, check, taken};

/// Makes anew what `subject` was; answers `refusal`, that it is not there, where it never was.
pub async fn revive(
    session: &mut Session,
    subject: &Subject,
    revision: i32,
    refusal: Refusal,
) -> Result<Outcome, DbErr> {
    let is_absent = matches!(&refusal, Refusal::Fault(fault) if fault.code == FaultCode::NotFound);
    let Some((kind, code)) = node_id::parse(&subject.id).filter(|_| is_absent) else { return Ok(Err(vec![refusal])) };
    let Some(end) = gone::ends(session, [(kind, code)]).await?.remove(&(kind, code.to_owned())) else {
        return Ok(Err(vec![refusal]));
    };
    let node = NodeRef { kind, code: code.to_owned() };
    if subject.expected_revision.is_some_and(|expected| expected != end.revision) {
        return Ok(Err(vec![Refusal::Stale { current_revision: end.revision, current: node }]));
    }
    let reason = match (end.action, kind) {
        (ChangeAction::Merged, _) => Some(merged(session, kind, code, &end).await?),
        (_, NodeKind::ReadingList) => Some("is of a list that went with its owner: restore the owner".to_owned()),
        _ => None,
    };
    if let Some(reason) = reason {
        return Ok(Err(refused(vec![Fault::new("id", FaultCode::NotFound, Some(&subject.id), reason)])));
    }
    let found = match load_revision(session, (kind, code), revision).await? {
        Ok(kept) => resolve(session, kept, None).await?,
        Err(fault) => Err(vec![fault]),
    };
    let mut after = match found {
        Ok(after) => after,
        Err(faults) => return Ok(Err(refused(faults))),
    };
    // Restoring shows nothing: what showed until it was deleted is published by whoever wants it.
    if let Some(item) = after.routable_mut().filter(|record| record.publication().is_some()) {
        item.set_publication(Status::Draft, None);
    }
    free_names(session, &mut after).await?;
    let faults = faults_of(session, &after).await?;
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }
    write(session, after, &end).await.map(|written| written.map(|()| node).map_err(refused))
}

/// Why a merged thing does not come back, and what has its place.
async fn merged(session: &Session, kind: NodeKind, code: &str, end: &End) -> Result<String, DbErr> {
    let codes = HashSet::from([code.to_owned()]);
    let survivors = survivors(&session.transaction, session.engine, &codes).await?;
    let survivor = survivors.get(code).map(|survivor| &*survivor.code);
    Ok(match (survivor, &end.merged_into) {
        (Some(survivor), _) => {
            format!("was merged into {}, which has its addresses now", node_id::format(kind, survivor))
        }
        (None, Some(gone)) => {
            format!("was merged into {}, which is gone: restore that", node_id::format(kind, gone))
        }
        (None, None) => "was merged into another, which is gone: restore that".to_owned(),
    })
}

/// What has been given to another meanwhile is left to it: old slugs do without, the slug is made anew.
async fn free_names(session: &Session, after: &mut Record) -> Result<(), DbErr> {
    let conflicts = taken::find(&session.transaction, session.engine, &[(0, &*after)]).await?;
    let lost: HashSet<String> = (conflicts.iter())
        .filter(|(_, fault)| fault.field == "slug" || fault.field == "oldSlugs")
        .filter_map(|(_, fault)| fault.value.clone())
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let (kind, code, title) = (after.kind(), after.code().to_owned(), after.title().to_owned());
    let mut fresh = None;
    if after.slug().is_some_and(|slug| lost.contains(slug)) {
        fresh = Some(slugs::made(session, kind, &title, &code, 0).await?);
    }
    let Some(record) = after.routable_mut() else { return Ok(()) };
    record.slug = fresh.unwrap_or_else(|| std::mem::take(&mut record.slug));
    let mut left = record.former(Former::Slugs).to_vec();
    left.retain(|old| !lost.contains(old) && *old != record.slug);
    record.set(Former::Slugs, Some(Value::Texts(left)));
    Ok(())
}

async fn faults_of(session: &Session, after: &Record) -> Result<Vec<Fault>, DbErr> {
    let mut faults = check::check(after, session.context.now);
    let claims = taken::find(&session.transaction, session.engine, &[(0, after)]).await?;
    faults.extend(claims.into_iter().map(|(_, fault)| fault));
    faults.extend(circles::find(session, 0, None, after).await?);
    Ok(faults)
}

/// Writes it, and the list that it has.
async fn write(session: &mut Session, after: Record, end: &End) -> Result<Result<(), Vec<Fault>>, DbErr> {
    let row = take_row(session, after.kind()).await?;
    let mut changes = vec![Change::create(row, end.revision.saturating_add(1), after, session.context.now)];
    if changes[0].after.owns_list() {
        let list = match own_list(session, &changes[0], end).await? {
            Some(Ok(list)) => list,
            Some(Err(faults)) => return Ok(Err(faults)),
            None => empty_list(session, &changes[0]).await?,
        };
        changes.push(list);
    }
    session.save(&changes).await?;
    Ok(Ok(()))
}

/// The reading list that was deleted with its `owner`, as it was; nothing where it is not kept any more.
async fn own_list(session: &Session, owner: &Change, end: &End) -> Result<Option<Result<Change, Vec<Fault>>>, DbErr> {
    let made = Ref::new(owner.id, owner.after.code(), owner.after.slug().unwrap_or_default());
    let kind = owner.after.kind();
    let Some((kept, revision)) = deleted_list(session, (kind, &made.code), end).await? else { return Ok(None) };
    let mut list = match resolve(session, kept, Some((kind, &made))).await? {
        Ok(list) => list,
        Err(faults) => return Ok(Some(Err(faults))),
    };
    assign_ids(session, &mut list).await?;
    let row = take_row(session, NodeKind::ReadingList).await?;
    Ok(Some(Ok(Change::create(row, revision.saturating_add(1), list, session.context.now))))
}

/// The list of an owner went in the same moment as the owner itself.
async fn deleted_list(session: &Session, owner: (NodeKind, &str), end: &End) -> Result<Option<(Kept, i32)>, DbErr> {
    let mut sql = Sql::new(session.engine, "SELECT state, revision FROM revision WHERE created_at = ");
    sql.bind(end.at.0).push(" AND kind = ").bind(NodeKind::ReadingList.name());
    sql.push(" AND action = ").bind(ChangeAction::Deleted.as_str());
    for row in rows(&session.transaction, sql).await? {
        let mut columns = row.columns();
        let state: String = columns.take()?;
        if let Ok(kept) = Kept::read(&state)
            && kept.is_list_of(owner)
        {
            return Ok(Some((kept, columns.take()?)));
        }
    }
    Ok(None)
}
