//! What became of things that are not there any more, as their last revisions tell.

use std::collections::HashMap;

use entity::choice::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::find;
use super::session::Session;
use crate::db::{Sql, rows};
use crate::domain::node_id;
use crate::service::write::record::Ref;
use crate::service::write::{Fault, FaultCode};

/// How something ended.
#[derive(Clone, Debug)]
pub struct End {
    /// The number of its last revision.
    pub revision: i32,
    pub action: ChangeAction,
    pub at: Timestamp,
    /// The code of what it was merged into, as long as the feed tells of it.
    pub merged_into: Option<String>,
}

/// The last revisions of things, by kind and code.
pub async fn ends(
    session: &Session,
    things: impl IntoIterator<Item = (NodeKind, &str)>,
) -> Result<HashMap<(NodeKind, String), End>, DbErr> {
    let mut codes: HashMap<NodeKind, Vec<&str>> = HashMap::new();
    for (kind, code) in things {
        codes.entry(kind).or_default().push(code);
    }
    let mut ends = HashMap::new();
    for (kind, codes) in codes {
        let select = "SELECT code, revision, action, created_at, (SELECT merged_into FROM change_event WHERE change_event.kind = revision.kind \
                      AND change_event.code = revision.code AND change_event.revision = revision.revision) FROM revision WHERE kind = ";
        let mut sql = Sql::new(session.engine, select);
        sql.bind(kind.name()).push(" AND code").is_any_text(codes);
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM revision AS later WHERE later.kind = revision.kind \
             AND later.code = revision.code AND later.revision > revision.revision)",
        );
        for row in rows(&session.transaction, sql).await? {
            let mut columns = row.columns();
            let code: String = columns.take()?;
            let end = End {
                revision: columns.take()?,
                action: columns.take()?,
                at: columns.take()?,
                merged_into: columns.take()?,
            };
            ends.insert((kind, code), end);
        }
    }
    Ok(ends)
}

/// The faults of an old state that names things that are `missing`: for each, what has to come back first. The last state
/// of a thing names only what outlived it, so whoever follows that gets to an end.
pub async fn faults(session: &Session, missing: &[(NodeKind, Ref)]) -> Result<Vec<Fault>, DbErr> {
    let ends = ends(session, missing.iter().map(|(kind, gone)| (*kind, &*gone.code))).await?;
    let fault = |(kind, gone): &(NodeKind, Ref)| {
        let (said, end) = (find::said(*kind), ends.get(&(*kind, gone.code.to_string())));
        let reason = format!("names the {said} \"{}\", which {}", gone.slug, remedy(*kind, &gone.code, end));
        Fault::new("revision", FaultCode::NotFound, None, reason)
    };
    Ok(missing.iter().map(fault).collect())
}

fn remedy(kind: NodeKind, code: &str, end: Option<&End>) -> String {
    let id = node_id::format(kind, code);
    match end {
        Some(End { action: ChangeAction::Merged, merged_into: Some(survivor), .. }) => {
            let survivor = node_id::format(kind, survivor);
            format!("was merged into another that is gone: restore that first, its id was {survivor}")
        }
        Some(End { action: ChangeAction::Merged, .. }) => {
            "was merged into another that is gone: restore that first".to_owned()
        }
        Some(End { revision, .. }) => {
            format!("is gone: restore that first, its id was {id} and its last revision is {revision}")
        }
        None => "is gone, and nothing is kept of it: restore a revision that does not name it".to_owned(),
    }
}
