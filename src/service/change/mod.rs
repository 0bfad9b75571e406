//! Changes as editors make them: one thing at a time, each in a transaction of its own.
//!
//! A change is opened (the transaction begins), the thing it is about found and its revision compared, and then what was
//! asked walks through the five steps of [`write`](super::write). Whatever its author can mend is gathered on the way and
//! answered in one go as [`Rejection`]s, and the transaction rolled back; a failing database is an error.

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
use crate::chance::Chance;
use crate::db::Database;
use session::Session;

pub use delete::Deletion;
pub use lists::{EntryChange, EntrySelector, ListChange, NewEntries, NewEntry, UpdatedList};
pub use publish::{PublicationRequest, Transition};

/// A change that the database failed to make: nothing was written.
pub type Failure = DbErr;

/// Changes the catalog in the name of one caller.
#[derive(Clone)]
pub struct Writer {
    database: Database,
    now: Timestamp,
    chance: Chance,
    actor: String,
}

/// Something that an input names by its node id, with the field in which it does: `contributors[0].personId`.
#[derive(Clone, Debug)]
pub struct NodeReference {
    pub id: String,
    pub field: String,
}

/// What an input asks of a thing, as far as it could be read.
#[derive(Clone, Debug)]
pub struct ChangeRequest {
    pub patch: Patch<NodeReference>,
    /// The slug: made from the title where something new is given none, or where it is cleared.
    pub slug: Edit<String>,
    /// What is wrong with the input already.
    pub violations: Vec<Violation>,
}

/// The thing that a change is about.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its node id.
    pub id: String,
    /// The revision that the caller has seen; where it is given, a later one refuses the change.
    pub expected_revision: Option<i32>,
}

/// Something by kind and code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeKey {
    pub kind: NodeKind,
    pub code: String,
}

/// Why a change was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// A field of the input cannot be taken.
    Violation(Violation),
    /// Somebody else changed the thing meanwhile.
    Stale { current_revision: i32, current: NodeKey },
    /// Other things point at what was to be deleted.
    InUse { first: Vec<NodeKey>, count: usize },
}

/// What came of a change: the thing as it is now to be found, or all the reasons against it.
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
    /// Reads what the input of a mutation asks of a record. Violations have the names of the record's fields.
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
    pub fn new(database: Database, now: Timestamp, chance: Chance, right: &Editor) -> Self {
        Self { database, now, chance, actor: right.name().to_owned() }
    }

    /// Makes something new. An item is a draft until it is published.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn create(&self, request: ChangeRequest) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(create::create(&mut session, request)).await?;
        session.finish(outcome).await
    }

    /// Changes something: absent is untouched, null clears, lists are replaced whole.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn update(&self, target: &Target, request: ChangeRequest) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(update::update(&mut session, target, request)).await?;
        session.finish(outcome).await
    }

    /// Publishes, withdraws or archives an item.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn publish(&self, target: &Target, request: PublicationRequest) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(publish::publish(&mut session, target, request)).await?;
        session.finish(outcome).await
    }

    /// Deletes something.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn delete(&self, target: &Target, deletion: Deletion) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(delete::delete(&mut session, target, deletion)).await?;
        session.finish(outcome).await
    }

    /// Brings an old state of something back, as a new revision. What was deleted is made anew under its id, as a draft.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn restore(&self, target: &Target, revision: i32) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(restore::restore(&mut session, target, revision)).await?;
        session.finish(outcome).await
    }

    /// Makes one book of several: the duplicates go, and what leads to them, or is theirs alone, moves to the target.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn merge(&self, target: &Target, duplicates: &[NodeReference]) -> Result<Outcome, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(merge::merge(&session, target, duplicates)).await?;
        session.finish(outcome).await
    }

    async fn open(&self) -> Result<Session, DbErr> {
        let context = Context { now: self.now, actor: self.actor.clone(), rng: self.chance.rng() };
        Session::open(&self.database, context).await
    }
}
