//! Writing: the rows that differ, for each thing that changed a revision and a row of the feed, and what search looks in.
//!
//! Rows are written many at a time, things before what refers to them. One statement serves what is new and what is
//! changed: an insert that updates where the row is there already.

mod history;
mod items;
mod links;
mod lists;
mod redirects;
mod removal;
mod rows;
mod schedule;
mod texts;
mod visibility;

use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::Context;
use super::record::{Record, Ref, Stored};
use crate::db::Engine;
use crate::domain::publishing;
use crate::service::search::AffectedDocuments;

pub use removal::{Removal, remove};
pub use schedule::apply_due_publications;
pub use visibility::PublicParties;

/// A thing that is to be written: its row, and the state before and after.
#[derive(Clone, Debug)]
pub struct Change {
    pub id: i64,
    /// The number of the revision that this change makes.
    pub revision: i32,
    pub created_at: Timestamp,
    pub before: Option<Record>,
    pub after: Record,
}

impl Change {
    /// Something new in row `id`. `revision` is 1, or one more than the last that is remembered of its code.
    #[must_use]
    pub fn create(id: i64, revision: i32, after: Record, now: Timestamp) -> Self {
        Self { id, revision, created_at: now, before: None, after }
    }

    /// Something stored that is to be `after`; nothing when that is what it is already.
    #[must_use]
    pub fn update(stored: Stored, after: Record) -> Option<Self> {
        (stored.record != after).then(|| Self {
            id: stored.id,
            revision: stored.revision.saturating_add(1),
            created_at: stored.created_at,
            before: Some(stored.record),
            after,
        })
    }

    /// The reading list, without entries, that a new career, course or topic comes with.
    #[must_use]
    pub fn empty_list(&self, id: i64, code: String, now: Timestamp) -> Self {
        let owner = Ref::new(self.id, self.after.code(), self.after.slug().unwrap_or_default());
        let list = super::record::ReadingList::empty(code, self.after.kind(), owner, visible_from(&self.after));
        Self::create(id, 1, Record::ReadingList(list), now)
    }
}

/// From when on a record shows: its item's rule; people, organizations and lists have none of their own.
#[must_use]
pub fn visible_from(record: &Record) -> Option<Timestamp> {
    record.publication().and_then(|(status, published_at)| publishing::visible_from(status, published_at))
}

/// Writes all `changes`. They have been checked: a violation that is found only here is an error of the database.
///
/// The feed first gets the rows of what became due before, so that it tells everything in order.
///
/// # Errors
/// What the database answers; the transaction is then to be rolled back.
pub async fn save(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
    context: &Context,
) -> Result<(), DbErr> {
    items::clear_unique_columns(transaction, engine, changes).await?;
    items::write(transaction, engine, changes, context.now).await?;
    texts::write(transaction, engine, changes).await?;
    links::write(transaction, engine, changes).await?;
    lists::write_entries(transaction, engine, changes, context.now).await?;
    redirects::retire_removed_entry_codes(transaction, engine, changes, context.now).await?;
    lists::update_list_visibility(transaction, engine, changes).await?;
    redirects::write_merge_redirects(transaction, engine, changes, context.now).await?;
    history::write_slug_redirects(transaction, engine, changes, context.now).await?;
    apply_due_publications(transaction, engine, context.now).await?;
    schedule::update(transaction, engine, changes, context.now).await?;
    history::record(transaction, engine, changes, context).await?;
    let mut affected = AffectedDocuments::default();
    affected.add_changes(changes);
    affected.record(transaction, engine, context.now).await
}
