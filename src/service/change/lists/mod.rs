//! Editing a reading list: its own texts, and the entries on it.
//!
//! Whatever is done to a list or its entries is one change of the list: it gets one revision and one row of the feed, and
//! its owner's revision stays. `expected_revision` is the list's, also where an entry is named.

mod add;
mod arrange;
mod edit;
mod named;
mod open;
mod resources;

use entity::choice::EntryRole;
use sea_orm::DbErr;

use super::{NodeRef, Outcome, Subject, Writer};
use crate::domain::placement::Place;
use crate::service::write::{Edit, Fault};

/// What is asked of a list's own fields.
#[derive(Clone, Debug)]
pub struct ListWish {
    pub title: Edit<String>,
    pub introduction: Edit<String>,
    /// What is wrong with the input already.
    pub faults: Vec<Fault>,
}

/// A learning resource that is to be put on a list.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The node id of the learning resource.
    pub resource: String,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
}

/// What is to be put on a list, and where: beside which entry, by its node id.
#[derive(Clone, Debug)]
pub struct Addition {
    pub entries: Vec<NewEntry>,
    pub place: Place<String>,
    /// What is wrong with the input already.
    pub faults: Vec<Fault>,
}

/// What is asked of one entry.
#[derive(Clone, Debug)]
pub struct EntryWish {
    pub note: Edit<String>,
    pub role: Edit<EntryRole>,
    /// What is wrong with the input already.
    pub faults: Vec<Fault>,
}

/// Entries of a list, by their node ids.
#[derive(Clone, Debug)]
pub struct Pick(pub Vec<String>);

/// A list that was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub list: NodeRef,
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
    pub async fn update_list(&self, list: &Subject, wish: ListWish) -> Result<Outcome<Listed>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(edit::list(&session, list, wish)).await?;
        session.close(outcome).await
    }

    /// Puts learning resources on a list, in the order in which they are given.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn add_entries(&self, list: &Subject, addition: Addition) -> Result<Outcome<Listed>, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(add::add(&mut session, list, addition)).await?;
        session.close(outcome).await
    }

    /// Changes an entry's note and role. The subject is the entry, but for the revision, which is its list's.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn update_entry(&self, entry: &Subject, wish: EntryWish) -> Result<Outcome<Listed>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(edit::entry(&session, entry, wish)).await?;
        session.close(outcome).await
    }

    /// Moves entries of a list to one place, in the order that they have in it.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn move_entries(
        &self,
        list: &Subject,
        pick: &Pick,
        place: Place<String>,
    ) -> Result<Outcome<Listed>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(arrange::shift(&session, list, pick, place)).await?;
        session.close(outcome).await
    }

    /// Takes entries off a list.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn remove_entries(&self, list: &Subject, pick: &Pick) -> Result<Outcome<Listed>, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(arrange::remove(&session, list, pick)).await?;
        session.close(outcome).await
    }
}
