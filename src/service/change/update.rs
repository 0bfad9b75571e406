//! Updates records.

use sea_orm::DbErr;

use super::session::{Session, rejection_with, rejections};
use super::{ChangeRequest, NodeKey, Outcome, Target, cycles, find, slugs};
use crate::service::write::check::{self, merged};
use crate::service::write::record::{Record, Stored};
use crate::service::write::{Change, Edit, Violation, uniqueness};

pub async fn update(session: &mut Session, target: &Target, request: ChangeRequest) -> Result<Outcome, DbErr> {
    let ChangeRequest { patch, slug, mut violations } = request;
    let stored = find::stored(session, "id", target, &[patch.kind()]).await?;
    let patch = find::references(session, patch, &mut violations).await?;
    let stored = match stored {
        Ok(stored) => stored,
        Err(rejection) => return Ok(rejection_with(rejection, violations)),
    };
    let Some(mut patch) = patch else { return Ok(Err(rejections(violations))) };
    match slug {
        Edit::Unchanged => {}
        Edit::Set(slug) => patch.set_slug(slug),
        Edit::Clear => {
            let title = patch.title().unwrap_or(stored.record.title());
            let slug = slugs::unique_slug(session, patch.kind(), title, stored.record.code(), stored.id).await?;
            patch.set_slug(slug);
        }
    }
    let after = patch.apply(Some(&stored.record), "", session.context.now);
    match find::stale(target, &stored) {
        // A stale revision is reported together with the violations of the input.
        Some(stale) => Ok(rejection_with(stale, merged(violations, validate(session, &stored, &after).await?))),
        None => write_if_valid(session, stored, after, violations).await,
    }
}

/// Writes the new state of a stored record if it is valid.
pub async fn write_if_valid(
    session: &Session,
    stored: Stored,
    after: Record,
    violations: Vec<Violation>,
) -> Result<Outcome, DbErr> {
    let violations = merged(violations, validate(session, &stored, &after).await?);
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    let node = NodeKey { kind: after.kind(), code: after.code().to_owned() };
    if let Some(change) = Change::update(stored, after) {
        session.save(&[change]).await?;
    }
    Ok(Ok(node))
}

/// Returns all violations of the new state of a stored record. A state that does not change is not checked.
async fn validate(session: &Session, stored: &Stored, after: &Record) -> Result<Vec<Violation>, DbErr> {
    if stored.record == *after {
        return Ok(Vec::new());
    }
    let mut violations = check::check(after, session.context.now);
    if uniqueness::unique_keys_differ(&stored.record, after) {
        let claims = uniqueness::find(&session.transaction, session.engine, &[(stored.id, after)]).await?;
        violations.extend(claims.into_iter().map(|(_, violation)| violation));
    }
    violations.extend(cycles::find(session, stored.id, Some(stored), after).await?);
    Ok(violations)
}
