//! Finding what an input names by node id: the thing it is about, and the things it refers to.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{Mention, NodeRef, Refusal, Subject};
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::load::reference;
use crate::service::write::record::{Ref, Stored};
use crate::service::write::{Fault, FaultCode, Patch, load};

/// Finds the thing a change is about, which must be of one of `kinds`, as it was when the caller last saw it.
pub async fn subject(
    session: &Session,
    subject: &Subject,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Refusal>, DbErr> {
    named(session, "id", subject, kinds).await
}

/// [`subject`], which the input names in `field`.
pub async fn named(
    session: &Session,
    field: &str,
    subject: &Subject,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Refusal>, DbErr> {
    Ok(stored(session, field, subject, kinds).await?.and_then(|stored| unchanged(subject, stored)))
}

/// [`named`], whatever its revision.
pub async fn stored(
    session: &Session,
    field: &str,
    subject: &Subject,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Refusal>, DbErr> {
    let fault = |(code, reason)| Refusal::Fault(Fault::new(field, code, Some(&subject.id), reason));
    let (kind, code) = match read(&subject.id, kinds) {
        Ok(read) => read,
        Err(reason) => return Ok(Err(fault(reason))),
    };
    Ok(load::by_code(&session.transaction, session.engine, kind, code).await?.ok_or_else(|| fault(no_such(kind))))
}

/// What is stored, if it is as the caller last saw it.
pub fn unchanged(subject: &Subject, stored: Stored) -> Result<Stored, Refusal> {
    stale(subject, &stored).map_or(Ok(stored), Err)
}

/// Why the change is refused where somebody else has changed what is stored since the caller saw it.
pub fn stale(subject: &Subject, stored: &Stored) -> Option<Refusal> {
    subject.expected_revision.filter(|expected| *expected != stored.revision)?;
    let current = NodeRef { kind: stored.record.kind(), code: stored.record.code().to_owned() };
    Some(Refusal::Stale { current_revision: stored.revision, current })
}

/// Why an id cannot be taken.
pub type Wrong = (FaultCode, String);

/// Reads the id of something that must be of one of `kinds`.
pub fn read<'a>(id: &'a str, kinds: &[NodeKind]) -> Result<(NodeKind, &'a str), Wrong> {
    let Some((kind, code)) = node_id::parse(id) else {
        let reason = format!("is no id: take that of {} from a query", any_of(kinds));
        return Err((FaultCode::Invalid, reason));
    };
    if kinds.contains(&kind) {
        Ok((kind, code))
    } else {
        Err((FaultCode::WrongKind, format!("is the id of {}, not of {}", a(kind), any_of(kinds))))
    }
}

/// There is nothing of the kind that has this code.
pub fn no_such(kind: NodeKind) -> Wrong {
    (FaultCode::NotFound, format!("is the id of no {} of the catalog", said(kind)))
}

/// Finds everything that a patch refers to, in one statement for each kind. What is not there is left out of the patch,
/// and a fault; `None` where the patch has lost what it cannot do without.
pub async fn mentions(
    session: &Session,
    patch: Patch<Mention>,
    faults: &mut Vec<Fault>,
) -> Result<Option<Patch>, DbErr> {
    let mut codes: HashMap<NodeKind, Vec<String>> = HashMap::new();
    let _ = patch.clone().resolve(&mut |kind, _, mention: Mention| {
        let code = node_id::parse(&mention.id).filter(|(named, _)| *named == kind)?.1.to_owned();
        codes.entry(kind).or_default().push(code);
        None::<Ref>
    });
    let known = by_codes(session, codes).await?;
    Ok(patch.resolve(&mut |kind, _, mention: Mention| {
        mentioned(kind, &mention, &known).map_err(|fault| faults.push(fault)).ok().cloned()
    }))
}

/// Finds the things of `kind` that are mentioned, in that order. What is not there is a fault.
pub async fn things(
    session: &Session,
    kind: NodeKind,
    mentions: &[Mention],
    faults: &mut Vec<Fault>,
) -> Result<Vec<Stored>, DbErr> {
    let codes = mentions.iter().filter_map(|mention| Some(node_id::parse(&mention.id)?.1.to_owned())).collect();
    let known = by_codes(session, HashMap::from([(kind, codes)])).await?;
    let found = mentions.iter().map(|mention| mentioned(kind, mention, &known));
    let rows: Vec<i64> =
        found.filter_map(|found| found.map_err(|fault| faults.push(fault)).ok()).map(|one| one.id).collect();
    let mut things = load::by_ids(&session.transaction, session.engine, kind, &rows).await?;
    things.sort_by_key(|thing| rows.iter().position(|row| *row == thing.id));
    Ok(things)
}

/// Finds things by kind and code, in one statement for each kind.
pub async fn by_codes(
    session: &Session,
    codes: HashMap<NodeKind, Vec<String>>,
) -> Result<HashMap<(NodeKind, String), Ref>, DbErr> {
    let mut known = HashMap::new();
    for (kind, codes) in codes {
        let mut sql =
            Sql::new(session.engine, &format!("SELECT id, code, slug FROM {} AND code", kind.filtered_table_ref()));
        sql.is_any_text(codes.iter().map(String::as_str));
        for row in rows(&session.transaction, sql).await? {
            let found = reference(&mut row.columns())?;
            known.insert((kind, found.code.to_string()), found);
        }
    }
    Ok(known)
}

/// The thing of `kind` that is mentioned, of those that are `known`.
fn mentioned<'a>(
    kind: NodeKind,
    mention: &Mention,
    known: &'a HashMap<(NodeKind, String), Ref>,
) -> Result<&'a Ref, Fault> {
    let found = read(&mention.id, &[kind])
        .and_then(|(kind, code)| known.get(&(kind, code.to_owned())).ok_or_else(|| no_such(kind)));
    found.map_err(|(code, reason)| Fault::new(&mention.field, code, Some(&mention.id), reason))
}

/// The kind, as one says it.
pub fn said(kind: NodeKind) -> String {
    kind.name().replace('_', " ")
}

fn a(kind: NodeKind) -> String {
    let article = if kind == NodeKind::Organization { "an" } else { "a" };
    format!("{article} {}", said(kind))
}

fn any_of(kinds: &[NodeKind]) -> String {
    kinds.iter().map(|kind| a(*kind)).collect::<Vec<_>>().join(" or ")
}
