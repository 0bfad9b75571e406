//! Deleting something.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{NodeRef, Outcome, Refusal, Subject, cut, find, uses};
use crate::service::write::record::Stored;
use crate::service::write::{Parties, Removal, load, remove};

/// How many of the things that use it a refused deletion names.
const SHOWN: usize = 20;

/// What is to be deleted, and how.
#[derive(Clone, Copy, Debug)]
pub struct Deletion {
    pub kind: NodeKind,
    /// Whether to cut the ties that lead to it, instead of refusing.
    pub force: bool,
}

pub async fn delete(session: &mut Session, subject: &Subject, deletion: Deletion) -> Result<Outcome, DbErr> {
    let stored = match find::subject(session, subject, &[deletion.kind]).await? {
        Ok(stored) => stored,
        Err(refusal) => return Ok(Err(vec![refusal])),
    };
    let uses = uses::of(session, &stored).await?;
    if !uses.is_empty() && !deletion.force {
        let first = uses.iter().take(SHOWN).map(|one| one.shown.clone()).collect();
        return Ok(Err(vec![Refusal::InUse { first, count: uses.len() }]));
    }
    let node = NodeRef { kind: deletion.kind, code: stored.record.code().to_owned() };
    let Session { transaction, engine, context, .. } = &*session;
    let was_seen = Parties::find(transaction, *engine, [&stored.record], context.now).await?.contain(&stored.record);
    cut::cut(session, &uses, (deletion.kind, stored.id)).await?;
    let mut removals: Vec<Removal> = own_list(session, &stored).await?.into_iter().map(Removal::of).collect();
    removals.push(Removal { was_seen, ..Removal::of(stored) });
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
