//! Changing something.

use sea_orm::DbErr;

use super::session::{Session, refused, refused_with};
use super::{NodeRef, Outcome, Subject, Wish, circles, find, slugs};
use crate::service::write::check::{self, merged};
use crate::service::write::record::{Record, Stored};
use crate::service::write::{Change, Edit, Fault, taken};

pub async fn update(session: &mut Session, subject: &Subject, wish: Wish) -> Result<Outcome, DbErr> {
    let Wish { patch, slug, mut faults } = wish;
    let stored = find::stored(session, "id", subject, &[patch.kind()]).await?;
    let patch = find::mentions(session, patch, &mut faults).await?;
    let stored = match stored {
        Ok(stored) => stored,
        Err(refusal) => return Ok(refused_with(refusal, faults)),
    };
    let Some(mut patch) = patch else { return Ok(Err(refused(faults))) };
    match slug {
        Edit::Keep => {}
        Edit::Set(slug) => patch.set_slug(slug),
        Edit::Clear => {
            let title = patch.title().unwrap_or(stored.record.title());
            let slug = slugs::made(session, patch.kind(), title, stored.record.code(), stored.id).await?;
            patch.set_slug(slug);
        }
    }
    let after = patch.apply(Some(&stored.record), "", session.context.now);
    match find::stale(subject, &stored) {
        // What is wrong with the input is told beside it.
        Some(stale) => Ok(refused_with(stale, merged(faults, faults_of(session, &stored, &after).await?))),
        None => settle(session, stored, after, faults).await,
    }
}

/// Writes what something stored is to become, where nothing is wrong with it.
pub async fn settle(session: &Session, stored: Stored, after: Record, faults: Vec<Fault>) -> Result<Outcome, DbErr> {
    let faults = merged(faults, faults_of(session, &stored, &after).await?);
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }
    let node = NodeRef { kind: after.kind(), code: after.code().to_owned() };
    if let Some(change) = Change::update(stored, after) {
        session.save(&[change]).await?;
    }
    Ok(Ok(node))
}

/// All that is wrong with what something stored is to become. What stays as it is, is not looked at again.
async fn faults_of(session: &Session, stored: &Stored, after: &Record) -> Result<Vec<Fault>, DbErr> {
    if stored.record == *after {
        return Ok(Vec::new());
    }
    let mut faults = check::check(after, session.context.now);
    if taken::unique_keys_differ(&stored.record, after) {
        let claims = taken::find(&session.transaction, session.engine, &[(stored.id, after)]).await?;
        faults.extend(claims.into_iter().map(|(_, fault)| fault));
    }
    faults.extend(circles::find(session, stored.id, Some(stored), after).await?);
    Ok(faults)
}
