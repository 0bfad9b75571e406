//! Edits reading lists: their own fields and their entries.
//!
//! Each edit of a list or its entries is one change of the list: it adds one revision and one row to the change feed,
//! and does not change the revision of the owner. `expected_revision` is that of the list, even if an entry is the
//! target.

mod add;
mod edit;
mod find_entries;
mod list_editor;
mod move_entries;
mod resources;

use entity::enums::EntryRole;
use sea_orm::DbErr;

use super::{NodeKey, Outcome, Target, Writer};
use crate::domain::placement::Place;
use crate::service::write::{Edit, Violation};

/// The changes of a list's own fields.
#[derive(Clone, Debug)]
pub struct ListChange {
    pub title: Edit<String>,
    pub introduction: Edit<String>,
    /// The violations that were found while reading the input.
    pub violations: Vec<Violation>,
}

/// A learning resource to add to a list.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The node id of the learning resource.
    pub resource_id: String,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
}

/// The entries to add to a list, and the place: an end of the list, or beside an entry with this node id.
#[derive(Clone, Debug)]
pub struct NewEntries {
    pub entries: Vec<NewEntry>,
    pub place: Place<String>,
    /// The violations that were found while reading the input.
    pub violations: Vec<Violation>,
}

/// The changes of an entry.
#[derive(Clone, Debug)]
pub struct EntryChange {
    pub note: Edit<String>,
    pub role: Edit<EntryRole>,
    /// The violations that were found while reading the input.
    pub violations: Vec<Violation>,
}

/// Selects entries of a list by their node ids.
#[derive(Clone, Debug)]
pub struct EntrySelector(pub Vec<String>);

/// The result of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedList {
    pub list: NodeKey,
    /// The id of the list in the database.
    pub id: i64,
    /// The codes of the affected entries.
    pub entries: Vec<String>,
}

impl Writer {
    /// Updates a list's title and introduction.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn update_list(&self, list: &Target, request: ListChange) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(edit::list(&session, list, request)).await?;
        session.finish(outcome).await
    }

    /// Adds learning resources to a list in the given order.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn add_entries(&self, list: &Target, new_entries: NewEntries) -> Result<Outcome<UpdatedList>, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(add::add(&mut session, list, new_entries)).await?;
        session.finish(outcome).await
    }

    /// Updates an entry's note and role. The target is the entry, but with the expected revision of its list.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn update_entry(&self, entry: &Target, request: EntryChange) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(edit::entry(&session, entry, request)).await?;
        session.finish(outcome).await
    }

    /// Moves entries of a list to one place, in the order of the list.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn move_entries(
        &self,
        list: &Target,
        selector: &EntrySelector,
        place: Place<String>,
    ) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(move_entries::move_entries(&session, list, selector, place)).await?;
        session.finish(outcome).await
    }

    /// Removes entries from a list.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn remove_entries(&self, list: &Target, selector: &EntrySelector) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(move_entries::remove(&session, list, selector)).await?;
        session.finish(outcome).await
    }
}
