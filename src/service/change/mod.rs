//! Changes as editors make them: one thing at a time, each in a transaction of its own.
//!
//! A change is opened (the transaction begins), the thing it is about found and its revision compared, and then what was
//! asked walks through the five steps of [`write`](super::write). Whatever its author can mend is gathered on the way and
//! answered in one go as [`Refusal`]s, and the transaction rolled back; a failing database is an error.

mod circles;
mod create;
mod cut;
mod delete;
mod find;
mod gone;
mod lists;
mod merge;
mod publish;
mod restore;
mod revive;
mod session;
mod slugs;
mod stored_revision;
mod update;
mod uses;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;
use serde_json::{Map, Value as Json};

use super::input::{self, Fields, Reference};
use super::write::patch::RoutablePatch;
use super::write::{Context, Edit, Fault, Patch};
use crate::auth::Editor;
use crate::catalog::{Field, Kind};
use crate::chance::Chance;
use crate::db::Database;
use session::Session;

pub use delete::Deletion;
pub use lists::{Addition, EntryWish, ListWish, Listed, NewEntry, Pick};
pub use publish::{Step, Transition};

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
pub struct Mention {
    pub id: String,
    pub field: String,
}

/// What an input asks of a thing, as far as it could be read.
#[derive(Clone, Debug)]
pub struct Wish {
    pub patch: Patch<Mention>,
    /// The slug: made from the title where something new is given none, or where it is cleared.
    pub slug: Edit<String>,
    /// What is wrong with the input already.
    pub faults: Vec<Fault>,
}

/// The thing that a change is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its node id.
    pub id: String,
    /// The revision that the caller has seen; where it is given, a later one refuses the change.
    pub expected_revision: Option<i32>,
}

/// Something by kind and code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRef {
    pub kind: NodeKind,
    pub code: String,
}

/// Why a change was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A field of the input cannot be taken.
    Fault(Fault),
    /// Somebody else changed the thing meanwhile.
    Stale { current_revision: i32, current: NodeRef },
    /// Other things point at what was to be deleted.
    InUse { first: Vec<NodeRef>, count: usize },
}

/// What came of a change: the thing as it is now to be found, or all the reasons against it.
pub type Outcome<T = NodeRef> = Result<T, Vec<Refusal>>;

impl Reference for Mention {
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

impl Wish {
    /// Reads what the input of a mutation asks of a record. Faults have the names of the record's fields.
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
        Self { patch: Patch::Routable(patch), slug, faults: fields.faults }
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
    pub async fn create(&self, wish: Wish) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(create::create(&mut session, wish)).await?;
        session.close(outcome).await
    }

    /// Changes something: absent is untouched, null clears, lists are replaced whole.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn update(&self, subject: &Subject, wish: Wish) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(update::update(&mut session, subject, wish)).await?;
        session.close(outcome).await
    }

    /// Publishes, withdraws or archives an item.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn publish(&self, subject: &Subject, step: Step) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(publish::publish(&mut session, subject, step)).await?;
        session.close(outcome).await
    }

    /// Deletes something.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn delete(&self, subject: &Subject, deletion: Deletion) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(delete::delete(&mut session, subject, deletion)).await?;
        session.close(outcome).await
    }

    /// Brings an old state of something back, as a new revision. What was deleted is made anew under its id, as a draft.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn restore(&self, subject: &Subject, revision: i32) -> Result<Outcome, DbErr> {
        let mut session = self.open().await?;
        let outcome = Box::pin(restore::restore(&mut session, subject, revision)).await?;
        session.close(outcome).await
    }

    /// Makes one book of several: the duplicates go, and what leads to them, or is theirs alone, moves to the subject.
    ///
    /// # Errors
    /// What the database answers; nothing is then left behind.
    pub async fn merge(&self, subject: &Subject, duplicates: &[Mention]) -> Result<Outcome, DbErr> {
        let session = self.open().await?;
        let outcome = Box::pin(merge::merge(&session, subject, duplicates)).await?;
        session.close(outcome).await
    }

    async fn open(&self) -> Result<Session, DbErr> {
        let context = Context { now: self.now, actor: self.actor.clone(), rng: self.chance.rng() };
        Session::open(&self.database, context).await
    }
}
