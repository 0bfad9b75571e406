//! Publishing, withdrawing and archiving items.

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::session::{Session, refused, refused_with};
use super::{NodeRef, Outcome, Subject, find};
use crate::domain::publishing::{PublicationStatus, TransitionError};
use crate::service::write::record::Routable;
use crate::service::write::{Change, Fault, FaultCode};

pub use crate::domain::publishing::Transition;

/// What is asked of an item's publication.
#[derive(Clone, Debug)]
pub struct Step {
    pub transition: Transition,
    /// What is wrong with the input already.
    pub faults: Vec<Fault>,
}

pub async fn publish(session: &mut Session, subject: &Subject, step: Step) -> Result<Outcome, DbErr> {
    let Step { transition, faults } = step;
    let stored = match find::subject(session, subject, &NodeKind::ITEMS).await? {
        Ok(stored) => stored,
        Err(refusal) => return Ok(refused_with(refusal, faults)),
    };
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }
    let mut after = stored.record.clone();
    let moved = after.routable_mut().map_or(Ok(()), |item| move_on(item, transition, session.context.now));
    if let Err(reason) = moved {
        let fault = Fault::new("id", FaultCode::InvalidTransition, Some(&subject.id), reason.to_string());
        return Ok(Err(refused(vec![fault])));
    }
    let node = NodeRef { kind: after.kind(), code: after.code().to_owned() };
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
