//! A revision, and pages of revisions.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::change::{FieldChange, changes};
use crate::auth::Role;
use crate::graphql::connection::{Related, connection};
use crate::graphql::context::loaders;
use crate::graphql::enums::ChangeAction;
use crate::graphql::error::withdrawn;
use crate::graphql::guard;
use crate::graphql::list::List;
use crate::graphql::scalars::{DateTime, Json};
use crate::loader::{Relation, StateOf};
use crate::model::{self, NodeKind, RevisionState};

/// A revision.
#[derive(Clone, Debug)]
pub struct Revision(pub Arc<model::Revision>);

impl From<Arc<model::Revision>> for Revision {
    fn from(revision: Arc<model::Revision>) -> Self {
        Self(revision)
    }
}

impl Revision {
    async fn states(&self, ctx: &Context<'_>) -> Result<Arc<RevisionState>> {
        loaders(ctx)?.load(StateOf(self.0.id)).await?.ok_or_else(withdrawn)
    }
}

/// One change of something: who made it, when, and what became different.
#[Object]
impl Revision {
    /// Its number, counted from 1 for each thing; pass it to `revisionRestore`.
    async fn number(&self) -> i32 {
        self.0.revision
    }

    /// When it was written.
    async fn at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Who wrote it: the name of a token or of a person, or "import".
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// What happened.
    async fn action(&self) -> ChangeAction {
        self.0.action.into()
    }

    /// What differs from the revision before, field by field. Null where that one is not kept any more, or one of the two is
    /// kept in a form of old.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Option<List<FieldChange>>> {
        let states = self.states(ctx).await?;
        Ok(changes(&self.0, &states).map(|changes| changes.into_iter().collect()))
    }

    /// The whole state that it led to, as it is kept: what is empty is left out, and other things are there by code and slug.
    async fn state(&self, ctx: &Context<'_>) -> Result<Json> {
        let states = self.states(ctx).await?;
        let mut state: serde_json::Value = serde_json::from_str(&states.after).unwrap_or_default();
        if let Some(fields) = state.as_object_mut() {
            fields.shift_remove("format");
        }
        Ok(state.into())
    }
}

connection! {
    /// A page of revisions, the newest first.
    RevisionConnection(Related<model::Revision>) {}
    /// A revision in a page.
    RevisionEdge(model::Revision => Revision) {}
}

impl RevisionConnection {
    /// The revisions of the thing in row `id`; nothing for those who are no editors.
    ///
    /// # Errors
    /// When the paging arguments of the current field cannot be taken.
    pub fn of(ctx: &Context<'_>, kind: NodeKind, id: i64) -> Result<Option<Self>> {
        // What cannot be asked is told to everybody alike.
        let revisions = Related::new(ctx, Relation::Revisions(kind), id)?;
        Ok(guard::has(ctx, Role::Editor)?.then_some(Self(revisions)))
    }
}
