//! Deleting something.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{NodeKey, Outcome, Rejection, Target, detach, find, references};
use crate::service::write::record::Stored;
use crate::service::write::{PublicParties, Removal, load, remove};

/// How many of the things that use it a refused deletion names.
const MAX_REFERRERS: usize = 20;

/// What is to be deleted, and how.
#[derive(Clone, Copy, Debug)]
pub struct Deletion {
    pub kind: NodeKind,
    /// Whether to cut the ties that lead to it, instead of refusing.
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

/// The reading list that goes with its owner.
async fn own_list(session: &Session, owner: &Stored) -> Result<Vec<Stored>, DbErr> {
    if !owner.record.owns_list() {
        return Ok(Vec::new());
    }
    let (transaction, engine) = (&session.transaction, session.engine);
    let lists = load::lists_of(transaction, engine, &[owner.id]).await?;
    let lists: Vec<i64> = lists.into_iter().map(|(_, list)| list).collect();
    load::by_ids(transaction, engine, NodeKind::ReadingList, &lists).await
}
