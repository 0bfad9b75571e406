//! Taking things out of the catalog. What they were stays in their last revision.

use entity::choice::ChangeAction;
use sea_orm::{ConnectionTrait, DbErr};

use super::{history, redirects, rows, schedule};
use crate::db::Engine;
use crate::service::search::AffectedDocuments;
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
    pub was_public: bool,
    /// The code of what took its place, where something did.
    pub merged_into: Option<String>,
}

impl Removal {
    #[must_use]
    pub fn of(stored: Stored) -> Self {
        let revision = stored.revision.saturating_add(1);
        Self { id: stored.id, revision, record: stored.record, was_public: false, merged_into: None }
    }

    /// Of a thing that was merged into the one with the code `survivor`.
    #[must_use]
    pub fn merged(stored: Stored, survivor: &str) -> Self {
        Self { merged_into: Some(survivor.to_owned()), ..Self::of(stored) }
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
    let table = |removal: &Removal| removal.record.kind().table();
    for run in removals.chunk_by(|one, next| table(one) == table(next)) {
        let Some(table) = run.first().map(table) else { continue };
        let ids = run.iter().map(|removal| removal.id).collect();
        rows::execute_for_ids(transaction, engine, &format!("DELETE FROM {table} WHERE id"), ids).await?;
    }
    let lists = removals.iter().filter_map(|removal| removal.record.list());
    redirects::retire_entry_codes(transaction, engine, lists.flat_map(redirects::codes_of), context.now).await?;
    schedule::apply_due_publications(transaction, engine, context.now).await?;
    schedule::remove(transaction, engine, removals, context.now).await?;
    let events = removals.iter().map(|removal| history::Event {
        before: None,
        record: &removal.record,
        revision: removal.revision,
        action: if removal.merged_into.is_some() { ChangeAction::Merged } else { ChangeAction::Deleted },
        was_public: removal.was_public,
        merged_into: removal.merged_into.as_deref(),
    });
    history::write(transaction, &events.collect::<Vec<_>>(), context).await?;
    let mut affected = AffectedDocuments::default();
    affected.add_removals(removals);
    affected.record(transaction, engine, context.now).await
}
