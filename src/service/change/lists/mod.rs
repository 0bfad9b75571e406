//! Editing a reading list: its own texts, and the entries on it.
//!
//! Whatever is done to a list or its entries is one change of the list: it gets one revision and one row of the feed, and
//! its owner's revision stays. `expected_revision` is the list's, also where an entry is named.

mod add;
mod edit;
mod find_entries;
mod list_editor;
mod move_entries;
mod resources;

use entity::choice::EntryRole;
use sea_orm::DbErr;

use super::{NodeKey, Outcome, Target, Writer};
use crate::domain::placement::Place;
use crate::service::write::{Edit, Violation};

/// What is asked of a list's own fields.
#[derive(Clone, Debug)]
pub struct ListChange {
    pub title: Edit<String>,
    pub introduction: Edit<String>,
    /// What is wrong with the input already.
    pub violations: Vec<Violation>,
}

/// A learning resource that is to be put on a list.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The node id of the learning resource.
    pub resource_id: String,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
}

/// What is to be put on a list, and where: beside which entry, by its node id.
#[derive(Clone, Debug)]
pub struct NewEntries {
    pub entries: Vec<NewEntry>,
    pub place: Place<String>,
    /// What is wrong with the input already.
    pub violations: Vec<Violation>,
}

/// What is asked of one entry.
#[derive(Clone, Debug)]
pub struct EntryChange {
    pub note: Edit<String>,
    pub role: Edit<EntryRole>,
    /// What is wrong with the input already.
    pub violations: Vec<Violation>,
}

/// Entries of a list, by their node ids.
#[derive(Clone, Debug)]
pub struct EntrySelector(pub Vec<String>);

/// A list that was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedList {
    pub list: NodeKey,
    /// The row of the list.
    pub id: i64,
    /// The codes of the entries that the change was about.
    pub entries: Vec<String>,
}

impl Writer {
    /// Changes a list's title and introduction.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn update_list(&self, list: &Target, request: ListChange) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(edit::list(&session, list, request)).await?;
        session.finish(outcome).await
    }

    /// Puts learning resources on a list, in the order in which they are given.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn add_entries(&self, list: &Target, new_entries: NewEntries) -> Result<Outcome<UpdatedList>, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(add::add(&mut session, list, new_entries)).await?;
        session.finish(outcome).await
    }

    /// Changes an entry's note and role. The target is the entry, but for the revision, which is its list's.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn update_entry(&self, entry: &Target, request: EntryChange) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(edit::entry(&session, entry, request)).await?;
        session.finish(outcome).await
    }

    /// Moves entries of a list to one place, in the order that they have in it.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
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

    /// Takes entries off a list.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn remove_entries(&self, list: &Target, selector: &EntrySelector) -> Result<Outcome<UpdatedList>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(move_entries::remove(&session, list, selector)).await?;
        session.finish(outcome).await
    }
}
