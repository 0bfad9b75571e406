//! A revision, and pages of revisions.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::change::{FieldChange, changes};
use crate::auth::Role;
use crate::graphql::connection::{RelationList, connection};
use crate::graphql::context::loaders;
use crate::graphql::enums::ChangeAction;
use crate::graphql::error::concurrent_unpublish;
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
        loaders(ctx)?.load(StateOf(self.0.id)).await?.ok_or_else(concurrent_unpublish)
    }
}

/// A revision of an object: who changed it, when, and how. `revisionRestore` restores the state of a revision.
#[Object]
impl Revision {
    /// The number of the revision, starting at 1 for each object. Pass it to `revisionRestore`.
    async fn number(&self) -> i32 {
        self.0.revision
    }

    /// When the revision was recorded, which for a scheduled publication is before it takes effect.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The author of the change: the name of an API token or of a signed-in person, or "import".
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// The effect of the change on the object, such as `UPDATED`.
    async fn action(&self) -> ChangeAction {
        self.0.action.into()
    }

    /// The fields that differ from the previous revision. Null if the previous revision was purged, or if one of the
    /// two is stored in an outdated format.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Option<List<FieldChange>>> {
        let states = self.states(ctx).await?;
        Ok(changes(&self.0, &states).map(|changes| changes.into_iter().collect()))
    }

    /// The complete state after the change, as stored. Empty fields are omitted, and other objects are referenced by
    /// code and slug.
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
    /// A page of the change history of one object, newest revision first.
    RevisionConnection(RelationList<model::Revision>) {}
    /// A revision of a change history, with the cursor from which to continue.
    RevisionEdge(model::Revision => Revision) {}
}

impl RevisionConnection {
    /// Returns the revisions of the record with row id `id`; `None` if the viewer is not an editor.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn of(ctx: &Context<'_>, kind: NodeKind, id: i64) -> Result<Option<Self>> {
        // Invalid arguments are an error for everybody.
        let revisions = RelationList::new(ctx, Relation::Revisions(kind), id)?;
        Ok(guard::has(ctx, Role::Editor)?.then_some(Self(revisions)))
    }
}
