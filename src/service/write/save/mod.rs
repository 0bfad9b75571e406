//! Writes changes: the rows that differ, a revision and a change for each record, and the search documents that are
//! affected.
//!
//! Rows are written in batches, referenced rows first: new ones are inserted, and existing ones updated with an upsert.

mod feed;
mod history;
mod items;
mod links;
mod lists;
mod redirects;
mod released_keys;
mod removal;
mod rows;
mod schedule;
mod texts;
mod visibility;

use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::Context;
use super::record::{Record, Ref, Stored};
use crate::db::{Engine, Transaction};
use crate::domain::publishing;
use crate::service::search::AffectedDocuments;
use crate::service::spool::SpoolError;
use feed::Feed;
use links::ItemLinks;
use lists::ListVisibility;

pub use released_keys::ReleasedKeys;
pub use removal::{Removal, remove};
pub use schedule::apply_due_publications;
pub use visibility::PublicParties;

/// A change to write: the id, and the states before and after.
#[derive(Clone, Debug)]
pub struct Change {
    pub id: i64,
    /// The number of the new revision.
    pub revision: i32,
    pub created_at: Timestamp,
    pub before: Option<Record>,
    pub after: Record,
}

impl Change {
    /// Returns the creation of a record. `revision` is 1, or the number after the last revision with its code.
    #[must_use]
    pub fn create(id: i64, revision: i32, after: Record, now: Timestamp) -> Self {
        Self { id, revision, created_at: now, before: None, after }
    }

    /// Returns the update of a stored record. `None` if it does not change.
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

    /// Returns the creation of the empty reading list of a new owner.
    #[must_use]
    pub fn empty_list(&self, id: i64, code: String, now: Timestamp) -> Self {
        let owner = Ref::new(self.id, self.after.code(), self.after.slug().unwrap_or_default());
        let list = super::record::ReadingList::empty(code, self.after.kind(), owner, visible_from(&self.after));
        Self::create(id, 1, Record::ReadingList(list), now)
    }
}

/// Returns the time from which an item is public. `None` for people, organizations and lists.
#[must_use]
pub fn visible_from(record: &Record) -> Option<Timestamp> {
    record.publication().and_then(|(status, published_at)| publishing::visible_from(status, published_at))
}

/// An error of writing changes.
#[derive(Debug)]
pub enum SaveError {
    Database(DbErr),
    TemporaryFile(SpoolError),
}

impl From<DbErr> for SaveError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<SpoolError> for SaveError {
    fn from(error: SpoolError) -> Self {
        Self::TemporaryFile(error)
    }
}

/// Mutations report all errors as those of the database.
impl From<SaveError> for DbErr {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Database(error) => error,
            SaveError::TemporaryFile(error) => Self::Custom(error.to_string()),
        }
    }
}

/// Writes changes. They were validated, so violations found here are errors of the database.
///
/// # Errors
/// Returns the error of the database. The caller must roll the transaction back.
pub async fn save(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    context: &Context,
) -> Result<(), DbErr> {
    let mut writer = BatchWriter::default();
    writer.write(transaction, engine, changes, context).await?;
    Ok(writer.finish(transaction, engine, context).await?)
}

/// Writes changes in several batches. Rows that depend on all batches are written at the end.
///
/// A batch must follow those with the records that its own refer to, except references between items that are neither
/// a parent nor a topic. Unique columns that a record of a later batch [releases](ReleasedKeys) must be cleared before.
#[derive(Default)]
pub struct BatchWriter {
    item_links: ItemLinks,
    list_visibility: ListVisibility,
    feed: Feed,
    affected: AffectedDocuments,
}

impl BatchWriter {
    /// Writes a batch. Adds due publications to the change feed first, so that its order is right.
    ///
    /// # Errors
    /// Returns the error of the database or of a temporary file. The caller must roll the transaction back.
    pub async fn write(
        &mut self,
        transaction: &Transaction,
        engine: Engine,
        changes: &[Change],
        context: &Context,
    ) -> Result<(), SaveError> {
        let mut released = ReleasedKeys::default();
        for change in changes {
            change.before.iter().for_each(|before| released.add(change.id, before, &change.after));
        }
        released.clear(transaction, engine).await?;
        items::write(transaction, engine, changes, context.now).await?;
        texts::write(transaction, engine, changes).await?;
        links::write(transaction, engine, changes, &mut self.item_links).await?;
        lists::write_entries(transaction, engine, changes, context.now).await?;
        redirects::retire_removed_entry_codes(transaction, engine, changes, context.now).await?;
        redirects::write_merge_redirects(transaction, engine, changes, context.now).await?;
        history::write_slug_redirects(transaction, engine, changes, context.now).await?;
        apply_due_publications(transaction, engine, context.now).await?;
        schedule::update(transaction, engine, changes, context.now).await?;
        history::record(transaction, engine, changes, context, &mut self.feed).await?;
        self.list_visibility.add(changes);
        self.affected.add_changes(changes);
        Ok(())
    }

    /// Writes the relations between items, the visibility of lists, the change feed and the affected documents.
    ///
    /// # Errors
    /// Returns the error of the database or of a temporary file. The caller must roll the transaction back.
    pub async fn finish(self, transaction: &Transaction, engine: Engine, context: &Context) -> Result<(), SaveError> {
        self.item_links.write(transaction, engine).await?;
        self.list_visibility.write(transaction, engine).await?;
        self.feed.write(transaction, engine, context.now).await?;
        Ok(self.affected.record(transaction, engine, context.now).await?)
    }
}
