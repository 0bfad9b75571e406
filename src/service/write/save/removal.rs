//! Deletes records. Their last revisions store their states.

use entity::enums::ChangeAction;
use sea_orm::DbErr;

use super::{history, redirects, rows, schedule};
use crate::db::{Engine, Transaction};
use crate::service::search::AffectedDocuments;
use crate::service::write::Context;
use crate::service::write::record::{Record, Stored};

/// A record to delete.
#[derive(Clone, Debug)]
pub struct Removal {
    pub id: i64,
    /// The number of its last revision.
    pub revision: i32,
    /// Its state.
    pub record: Record,
    /// Whether a person or an organization was public. Its items are already deleted and cannot tell.
    pub was_public: bool,
    /// The code of the survivor of a merge.
    pub merged_into: Option<String>,
}

impl Removal {
    #[must_use]
    pub fn of(stored: Stored) -> Self {
        let revision = stored.revision.saturating_add(1);
        Self { id: stored.id, revision, record: stored.record, was_public: false, merged_into: None }
    }

    /// Returns the removal of a record that was merged into the one with the code `survivor`.
    #[must_use]
    pub fn merged(stored: Stored, survivor: &str) -> Self {
        Self { merged_into: Some(survivor.to_owned()), ..Self::of(stored) }
    }
}

/// Deletes records without incoming references, and their dependent rows; reading lists precede their owners. Each
/// record gets a last revision and a row of the change feed.
///
/// # Errors
/// Returns the error of the database. The caller must roll the transaction back.
pub async fn remove(
    transaction: &Transaction,
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
    history::write(transaction, engine, &events.collect::<Vec<_>>(), context).await?;
    let mut affected = AffectedDocuments::default();
    affected.add_removals(removals);
    affected.record(transaction, engine, context.now).await
}
