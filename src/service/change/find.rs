//! Finding what an input names by node id: the thing it is about, and the things it refers to.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::{Mention, NodeRef, Refusal, Subject};
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::record::{Ref, Stored};
use crate::service::write::{Fault, FaultCode, Patch, load};

/// Finds the thing a change is about, which must be of one of `kinds`, as it was when the caller last saw it.
pub async fn subject(
    session: &Session,
    subject: &Subject,
    kinds: &[NodeKind],
) -> Result<Result<Stored, Refusal>, DbErr> {
    let fault = |code, reason: String| Refusal::Fault(Fault::new("id", code, Some(&subject.id), reason));
    let Some((kind, code)) = node_id::parse(&subject.id) else {
        return Ok(Err(fault(FaultCode::Invalid, "is no id".to_owned())));
    };
    if !kinds.contains(&kind) {
        return Ok(Err(fault(FaultCode::WrongKind, format!("is the id of {}, not of {}", a(kind), any_of(kinds)))));
    }
    let Some(stored) = by_code(session, kind, code).await? else {
        return Ok(Err(fault(FaultCode::NotFound, format!("is the id of no {} of the catalog", said(kind)))));
    };
    if subject.expected_revision.is_some_and(|expected| expected != stored.revision) {
        let current = NodeRef { kind, code: code.to_owned() };
        return Ok(Err(Refusal::Stale { current_revision: stored.revision, current }));
    }
    Ok(Ok(stored))
}

async fn by_code(session: &Session, kind: NodeKind, code: &str) -> Result<Option<Stored>, DbErr> {
    let mut sql = Sql::new(session.engine, &format!("SELECT id FROM {kind} WHERE code = "));
    sql.bind(code);
    let Some(row) = rows(&session.transaction, sql).await?.into_iter().next() else { return Ok(None) };
    let found = load::by_ids(&session.transaction, session.engine, kind, &[row.columns().take()?]).await?;
    Ok(found.into_iter().next())
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
    let mut known: HashMap<(NodeKind, String), Ref> = HashMap::new();
    for (kind, codes) in codes {
        let mut sql = Sql::new(session.engine, &format!("SELECT code, id, slug FROM {kind} WHERE code"));
        sql.is_any_text(codes.iter().map(String::as_str));
        for row in rows(&session.transaction, sql).await? {
            let mut columns = row.columns();
            let code: String = columns.take()?;
            let (id, slug): (i64, String) = (columns.take()?, columns.take()?);
            known.insert((kind, code.clone()), Ref { id, code: code.into(), slug: slug.into() });
        }
    }
    Ok(patch.resolve(&mut |kind, _, mention: Mention| {
        let (code, reason) = match node_id::parse(&mention.id) {
            None => (FaultCode::Invalid, "is no id".to_owned()),
            Some((named, _)) if named != kind => {
                (FaultCode::WrongKind, format!("is the id of {}, not of {}", a(named), a(kind)))
            }
            Some((_, code)) => match known.get(&(kind, code.to_owned())) {
                Some(found) => return Some(found.clone()),
                None => (FaultCode::NotFound, format!("is the id of no {} of the catalog", said(kind))),
            },
        };
        faults.push(Fault::new(&mention.field, code, Some(&mention.id), reason));
        None
    }))
}

/// The kind, as one says it.
fn said(kind: NodeKind) -> String {
    kind.name().replace('_', " ")
}

fn a(kind: NodeKind) -> String {
    let article = if kind == NodeKind::Organization { "an" } else { "a" };
    format!("{article} {}", said(kind))
}

fn any_of(kinds: &[NodeKind]) -> String {
    kinds.iter().map(|kind| a(*kind)).collect::<Vec<_>>().join(" or ")
}
