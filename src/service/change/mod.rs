//! Changes by editors: each changes one record in its own transaction.
//!
//! A change begins a transaction, finds its target and compares the revision, and then runs the five steps of
//! [`write`](super::write). It collects all errors of the input as [`Rejection`]s and rolls the transaction back; a
//! failure of the database is an error.

mod create;
mod cycles;
mod delete;
mod detach;
mod find;
mod lists;
mod merge;
mod publish;
mod references;
mod restore;
mod session;
mod slugs;
mod stored_revision;
mod tombstone;
mod undelete;
mod update;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;
use serde_json::{Map, Value as Json};

use super::input::{self, Fields, Reference};
use super::write::patch::RoutablePatch;
use super::write::{Context, Edit, Patch, Violation};
use crate::auth::Editor;
use crate::catalog::{Field, Kind};
use crate::db::Database;
use crate::rng::RngSource;
use session::Session;

pub use delete::Deletion;
pub use lists::{EntryChange, EntrySelector, ListChange, NewEntries, NewEntry, UpdatedList};
pub use publish::{PublicationRequest, Transition};

/// A failure of the database. Nothing was written, unless the outcome of the commit is unknown.
pub type Failure = DbErr;

/// Executes changes for one caller.
#[derive(Clone)]
pub struct Writer {
    database: Database,
    now: Timestamp,
    rng: RngSource,
    actor: String,
}

/// A reference by node id, and the path of its field in the input: `contributors[0].personId`.
#[derive(Clone, Debug)]
pub struct NodeReference {
    pub id: String,
    pub field: String,
}

/// The changes of a record that an input requests.
#[derive(Clone, Debug)]
pub struct ChangeRequest {
    pub patch: Patch<NodeReference>,
    /// The slug. A new record without one, and a cleared one, get a slug generated from the title.
    pub slug: Edit<String>,
    /// The violations that were found while reading the input.
    pub violations: Vec<Violation>,
}

/// The target of a change.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its node id.
    pub id: String,
    /// The revision that the caller expects. The change is rejected if the record has another one.
    pub expected_revision: Option<i32>,
}

/// The kind and code of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeKey {
    pub kind: NodeKind,
    pub code: String,
}

/// The reason for rejecting a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// A field of the input is invalid.
    Violation(Violation),
    /// The record is not at the expected revision.
    Stale { current_revision: i32, current: NodeKey },
    /// Other records refer to the record to delete.
    InUse { first: Vec<NodeKey>, count: usize },
}

/// The result of a change: the changed record, or all rejections.
pub type Outcome<T = NodeKey> = Result<T, Vec<Rejection>>;

impl Reference for NodeReference {
    const PERSON: &'static str = "personId";
    const DEFAULT_ROLE: bool = true;

    fn names(field: &'static Field) -> &'static [&'static str] {
        if field.input.is_some() { &field.names[..1] } else { &[] }
    }

    fn read(fields: &mut Fields, place: &str, value: &Json) -> Option<Self> {
        let id = fields.id(place, value)?;
        Some(Self { id, field: fields.path(place) })
    }
}

impl ChangeRequest {
    /// Reads the input of a mutation. Violations refer to the names of the record's fields.
    #[must_use]
    pub fn read(kind: &'static Kind, input: Map<String, Json>) -> Self {
        let name = |input: String| {
            kind.fields().find(|field| field.input == Some(&*input)).map_or(input, |it| it.name().to_owned())
        };
        let input = input.into_iter().map(|(input, value)| (name(input), value)).collect();
        let mut fields = Fields::of_input(input);
        let mut patch = RoutablePatch::new(kind);
        let slug = fields.token(&["slug"]);
        patch.external_id = fields.token(&["externalId"]);
        input::edits(&mut fields, &mut patch);
        Self { patch: Patch::Routable(patch), slug, violations: fields.violations }
    }
}

impl Writer {
    #[must_use]
    pub fn new(database: Database, now: Timestamp, rng: RngSource, right: &Editor) -> Self {
        Self { database, now, rng, actor: right.name().to_owned() }
    }

    /// Creates a record. Items are drafts until they are published.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn create(&self, request: ChangeRequest) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(create::create(&mut session, request)).await?;
        session.finish(outcome).await
    }

    /// Updates a record: absent fields are unchanged, null clears, lists are replaced.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn update(&self, target: &Target, request: ChangeRequest) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(update::update(&mut session, target, request)).await?;
        session.finish(outcome).await
    }

    /// Publishes, unpublishes or archives an item.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn publish(&self, target: &Target, request: PublicationRequest) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(publish::publish(&mut session, target, request)).await?;
        session.finish(outcome).await
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn delete(&self, target: &Target, deletion: Deletion) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(delete::delete(&mut session, target, deletion)).await?;
        session.finish(outcome).await
    }

    /// Restores an old state of a record as a new revision. A deleted record is recreated under its id, as a draft.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn restore(&self, target: &Target, revision: i32) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(restore::restore(&mut session, target, revision)).await?;
        session.finish(outcome).await
    }

    /// Merges duplicate books into the target, and deletes the duplicates.
    ///
    /// # Errors
    /// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
    pub async fn merge(&self, target: &Target, duplicates: &[NodeReference]) -> Result<Outcome, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(merge::merge(&session, target, duplicates)).await?;
        session.finish(outcome).await
    }

    async fn open(&self) -> Result<Session, DbErr> {
        let context = Context { now: self.now, actor: self.actor.clone(), rng: self.rng.rng() };
        Session::open(&self.database, context).await
    }
}
