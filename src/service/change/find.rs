//! Finds the records that an input identifies by node id: the target of the change, and the records that it refers to.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{NodeKey, NodeReference, Rejection, Target};
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::load::reference;
use crate::service::write::record::{Ref, Stored};
use crate::service::write::{Patch, Violation, ViolationCode, load};

/// Finds the target of a change, which must be of one of `kinds` and at the expected revision.
pub async fn target(
    session: &Session,
    target: &Target,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Rejection>, DbErr> {
    named(session, "id", target, kinds).await
}

/// Like [`target`], for the target that the input identifies in `field`.
pub async fn named(
    session: &Session,
    field: &str,
    target: &Target,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Rejection>, DbErr> {
    Ok(stored(session, field, target, kinds).await?.and_then(|stored| unchanged(target, stored)))
}

/// Like [`named`], without checking the revision.
pub async fn stored(
    session: &Session,
    field: &str,
    target: &Target,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Rejection>, DbErr> {
    let violation = |(code, reason)| Rejection::Violation(Violation::new(field, code, Some(&target.id), reason));
    let (kind, code) = match read(&target.id, kinds) {
        Ok(read) => read,
        Err(reason) => return Ok(Err(violation(reason))),
    };
    Ok(load::by_code(&session.transaction, session.engine, kind, code).await?.ok_or_else(|| violation(no_such(kind))))
}

/// Returns the stored record if it is at the expected revision.
pub fn unchanged(target: &Target, stored: Stored) -> Result<Stored, Rejection> {
    stale(target, &stored).map_or(Ok(stored), Err)
}

/// Returns the rejection of a change whose target is not at the expected revision.
pub fn stale(target: &Target, stored: &Stored) -> Option<Rejection> {
    target.expected_revision.filter(|expected| *expected != stored.revision)?;
    let current = NodeKey { kind: stored.record.kind(), code: stored.record.code().to_owned() };
    Some(Rejection::Stale { current_revision: stored.revision, current })
}

/// The code and the reason of an invalid id.
pub type Wrong = (ViolationCode, String);

/// Parses an id, which must be of one of `kinds`.
pub fn read<'a>(id: &'a str, kinds: &[NodeKind]) -> Result<(NodeKind, &'a str), Wrong> {
    let Some((kind, code)) = node_id::parse(id) else {
        let reason = format!("is not an id: use the id of {}", any_of(kinds));
        return Err((ViolationCode::Invalid, reason));
    };
    if kinds.contains(&kind) {
        Ok((kind, code))
    } else {
        Err((ViolationCode::WrongType, format!("is the id of {}, not of {}", a(kind), any_of(kinds))))
    }
}

/// The error of an id that matches no record.
pub fn no_such(kind: NodeKind) -> Wrong {
    (ViolationCode::NotFound, format!("does not match any {} in the catalog", kind_label(kind)))
}

/// Resolves the references of a patch, in one statement for each kind. Adds a violation for each reference that is not
/// found and omits it. Returns `None` if the patch is invalid without the reference.
pub async fn references(
    session: &Session,
    patch: Patch<NodeReference>,
    violations: &mut Vec<Violation>,
) -> Result<Option<Patch>, DbErr> {
    let mut codes: HashMap<NodeKind, Vec<String>> = HashMap::new();
    let _ = patch.clone().resolve(&mut |kind, _, reference: NodeReference| {
        let code = node_id::parse(&reference.id).filter(|(named, _)| *named == kind)?.1.to_owned();
        codes.entry(kind).or_default().push(code);
        None::<Ref>
    });
    let known = by_codes(session, codes).await?;
    Ok(patch.resolve(&mut |kind, _, reference: NodeReference| {
        resolve_one(kind, &reference, &known).map_err(|violation| violations.push(violation)).ok().cloned()
    }))
}

/// Finds the records of `kind` with these references, in their order. Adds a violation for each one that is not found.
pub async fn records(
    session: &Session,
    kind: NodeKind,
    references: &[NodeReference],
    violations: &mut Vec<Violation>,
) -> Result<Vec<Stored>, DbErr> {
    let codes = references.iter().filter_map(|reference| Some(node_id::parse(&reference.id)?.1.to_owned())).collect();
    let known = by_codes(session, HashMap::from([(kind, codes)])).await?;
    let found = references.iter().map(|reference| resolve_one(kind, reference, &known));
    let rows: Vec<i64> = found
        .filter_map(|found| found.map_err(|violation| violations.push(violation)).ok())
        .map(|one| one.id)
        .collect();
    let mut things = load::by_ids(&session.transaction, session.engine, kind, &rows).await?;
    things.sort_by_key(|thing| rows.iter().position(|row| *row == thing.id));
    Ok(things)
}

/// Finds records by kind and code, in one statement for each kind.
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

/// Looks up the record of `kind` that a reference names among those that are `known`.
fn resolve_one<'a>(
    kind: NodeKind,
    reference: &NodeReference,
    known: &'a HashMap<(NodeKind, String), Ref>,
) -> Result<&'a Ref, Violation> {
    let found = read(&reference.id, &[kind])
        .and_then(|(kind, code)| known.get(&(kind, code.to_owned())).ok_or_else(|| no_such(kind)));
    found.map_err(|(code, reason)| Violation::new(&reference.field, code, Some(&reference.id), reason))
}

/// Returns the name of a kind in messages.
pub fn kind_label(kind: NodeKind) -> String {
    kind.name().replace('_', " ")
}

fn a(kind: NodeKind) -> String {
    let article = if kind == NodeKind::Organization { "an" } else { "a" };
    format!("{article} {}", kind_label(kind))
}

fn any_of(kinds: &[NodeKind]) -> String {
    kinds.iter().map(|kind| a(*kind)).collect::<Vec<_>>().join(" or ")
}
