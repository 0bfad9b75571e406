//! Deletes records.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{NodeKey, Outcome, Rejection, Target, detach, find, references};
use crate::service::write::record::Stored;
use crate::service::write::{PublicParties, Removal, load, remove};

/// The maximum number of referrers that a rejected deletion reports.
const MAX_REFERRERS: usize = 20;

/// The parameters of a deletion.
#[derive(Clone, Copy, Debug)]
pub struct Deletion {
    pub kind: NodeKind,
    /// Whether to remove references to the record instead of rejecting the deletion.
    pub force: bool,
}

pub async fn delete(session: &mut Session, target: &Target, deletion: Deletion) -> Result<Outcome, DbErr> {
    let stored = match find::target(session, target, &[deletion.kind]).await? {
        Ok(stored) => stored,
        Err(rejection) => return Ok(Err(vec![rejection])),
    };
    let references = references::find(session, &stored).await?;
    if !references.is_empty() && !deletion.force {
        let first = references.iter().take(MAX_REFERRERS).map(|one| one.referrer.clone()).collect();
        return Ok(Err(vec![Rejection::InUse { first, count: references.len() }]));
    }
    let node = NodeKey { kind: deletion.kind, code: stored.record.code().to_owned() };
    let Session { transaction, engine, context, .. } = &*session;
    let was_public =
        PublicParties::find(transaction, *engine, [&stored.record], context.now).await?.contains(&stored.record);
    detach::detach(session, &references, (deletion.kind, stored.id)).await?;
    let mut removals: Vec<Removal> = own_list(session, &stored).await?.into_iter().map(Removal::of).collect();
    removals.push(Removal { was_public, ..Removal::of(stored) });
    remove(&session.transaction, session.engine, &removals, &session.context).await?;
    Ok(Ok(node))
}

/// Loads the reading list that is deleted with its owner.
async fn own_list(session: &Session, owner: &Stored) -> Result<Vec<Stored>, DbErr> {
    if !owner.record.owns_list() {
        return Ok(Vec::new());
    }
    let (transaction, engine) = (&session.transaction, session.engine);
    let lists = load::lists_of(transaction, engine, &[owner.id]).await?;
    let lists: Vec<i64> = lists.into_iter().map(|(_, list)| list).collect();
    load::by_ids(transaction, engine, NodeKind::ReadingList, &lists).await
}
