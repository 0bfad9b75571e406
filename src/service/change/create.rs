//! Creates records.

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::{Session, rejections};
use super::{ChangeRequest, NodeKey, Outcome, cycles, find, slugs};
use crate::service::write::check::{self, merged};
use crate::service::write::record::Record;
use crate::service::write::{Change, Edit, codes, ids, uniqueness};

pub async fn create(session: &mut Session, request: ChangeRequest) -> Result<Outcome, DbErr> {
    let ChangeRequest { patch, slug, mut violations } = request;
    let kind = patch.kind();
    let Some(mut patch) = find::references(session, patch, &mut violations).await? else {
        return Ok(Err(rejections(violations)));
    };
    let avoid: HashSet<String> = slug.value().cloned().into_iter().collect();
    let code = draw(session, kind, &avoid).await?;
    let slug = match slug {
        Edit::Set(slug) => slug,
        Edit::Unchanged | Edit::Clear => {
            slugs::unique_slug(session, kind, patch.title().unwrap_or_default(), &code, 0).await?
        }
    };
    patch.set_slug(slug);
    let after = patch.apply(None, &code, session.context.now);
    let mut found = check::check(&after, session.context.now);
    let claims = uniqueness::find(&session.transaction, session.engine, &[(0, &after)]).await?;
    found.extend(claims.into_iter().map(|(_, violation)| violation));
    found.extend(cycles::find(session, 0, None, &after).await?);
    let violations = merged(violations, found);
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    let changes = changes(session, after).await?;
    session.save(&changes).await?;
    Ok(Ok(NodeKey { kind, code }))
}

/// Returns the change that creates a record, and the change that creates its empty reading list.
async fn changes(session: &mut Session, after: Record) -> Result<Vec<Change>, DbErr> {
    let row = allocate_id(session, after.kind()).await?;
    let owner = Change::create(row, 1, after, session.context.now);
    let list = if owner.after.owns_list() { Some(empty_list(session, &owner).await?) } else { None };
    Ok([owner].into_iter().chain(list).collect())
}

/// Returns the change that creates the empty reading list of a new record.
pub async fn empty_list(session: &mut Session, owner: &Change) -> Result<Change, DbErr> {
    let kind = NodeKind::ReadingList;
    let code = draw(session, kind, &HashSet::new()).await?;
    Ok(owner.empty_list(allocate_id(session, kind).await?, code, session.context.now))
}

/// Allocates the id of a new record.
pub async fn allocate_id(session: &Session, kind: NodeKind) -> Result<i64, DbErr> {
    let rows = ids::take(&session.transaction, session.engine, kind, 1).await?;
    rows.first().copied().ok_or_else(|| DbErr::RecordNotFound("no row id was handed out".to_owned()))
}

async fn draw(session: &mut Session, kind: NodeKind, avoid: &HashSet<String>) -> Result<String, DbErr> {
    let Session { transaction, engine, context, .. } = session;
    let drawn = codes::draw(transaction, *engine, kind, 1, |code| avoid.contains(code), &mut *context.rng).await?;
    Ok(drawn.into_iter().next().unwrap_or_default())
}
