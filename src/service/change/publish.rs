//! Publishes, unpublishes and archives items.

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::session::{Session, rejection_with, rejections};
use super::{NodeKey, Outcome, Target, find};
use crate::domain::publishing::{PublicationStatus, TransitionError};
use crate::service::write::record::Routable;
use crate::service::write::{Change, Violation, ViolationCode};

pub use crate::domain::publishing::Transition;

/// A change of an item's publication.
#[derive(Clone, Debug)]
pub struct PublicationRequest {
    pub transition: Transition,
    /// The violations that were found while reading the input.
    pub violations: Vec<Violation>,
}

pub async fn publish(session: &mut Session, target: &Target, request: PublicationRequest) -> Result<Outcome, DbErr> {
    let PublicationRequest { transition, violations } = request;
    let stored = match find::target(session, target, &NodeKind::ITEMS).await? {
        Ok(stored) => stored,
        Err(rejection) => return Ok(rejection_with(rejection, violations)),
    };
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    let mut after = stored.record.clone();
    let moved = after.routable_mut().map_or(Ok(()), |item| move_on(item, transition, session.context.now));
    if let Err(reason) = moved {
        let violation = Violation::new("id", ViolationCode::InvalidTransition, Some(&target.id), reason.to_string());
        return Ok(Err(rejections(vec![violation])));
    }
    let node = NodeKey { kind: after.kind(), code: after.code().to_owned() };
    if let Some(change) = Change::update(stored, after) {
        session.save(&[change]).await?;
    }
    Ok(Ok(node))
}

fn move_on(item: &mut Routable, transition: Transition, now: Timestamp) -> Result<(), TransitionError> {
    if let Some((status, published_at)) = item.publication() {
        let present = PublicationStatus::of(status, published_at, now);
        let (status, published_at) = transition.apply(present, published_at, now)?;
        item.set_publication(status, published_at);
    }
    Ok(())
}
