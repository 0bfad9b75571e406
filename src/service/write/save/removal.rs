//! Taking things out of the catalog. What they were stays in their last revision.

use entity::choice::ChangeAction;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::{history, rows, schedule};
use crate::db::Engine;
use crate::service::write::Context;
use crate::service::write::record::{Record, Stored};

/// A thing that goes.
#[derive(Clone, Debug)]
pub struct Removal {
    pub id: i64,
    /// The number of the revision that its end makes.
    pub revision: i32,
    /// What it was.
    pub record: Record,
    /// Whether everybody saw it until now, of a person or an organization: their items are there no more to tell.
    pub was_seen: bool,
}

impl Removal {
    #[must_use]
    pub fn of(stored: Stored) -> Self {
        Self { id: stored.id, revision: stored.revision.saturating_add(1), record: stored.record, was_seen: false }
    }
}

/// Removes things to which nothing points any more, with what hangs on them; a reading list comes before its owner.
/// Each leaves a last revision and a row of the feed.
///
/// # Errors
/// What the database answers; the transaction is then to be rolled back.
pub async fn remove(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    removals: &[Removal],
    context: &Context,
) -> Result<(), DbErr> {
    for removal in removals {
        let kind: NodeKind = removal.record.kind();
        rows::where_any(transaction, engine, &format!("DELETE FROM {kind} WHERE id"), vec![removal.id]).await?;
    }
    schedule::publish_due(transaction, engine, context.now).await?;
    schedule::forget(transaction, engine, removals, context.now).await?;
    let events = removals.iter().map(|removal| history::Event {
        before: None,
        record: &removal.record,
        revision: removal.revision,
        action: ChangeAction::Deleted,
        was_seen: removal.was_seen,
    });
    history::write(transaction, &events.collect::<Vec<_>>(), context).await
}
