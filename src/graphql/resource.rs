//! Pages of learning resources of any kind.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::connection::{RelationList, connection};
use super::enums::LearningResourceKind;
use super::filter::distinct;
use super::interface::{Entity, LearningResource};
use crate::loader::Relation;
use crate::model::{Resource, ResourceKind};

connection! {
    /// A page of a list that mixes courses, books, videos, podcasts and tutorials.
    LearningResourceConnection(RelationList<Resource>) {}
    /// A learning resource of any kind, with the cursor from which to continue.
    LearningResourceEdge(Resource => LearningResource) {}
}

impl From<Arc<Resource>> for LearningResource {
    fn from(resource: Arc<Resource>) -> Self {
        Self::new(Entity::from((*resource).clone()))
    }
}

impl LearningResourceConnection {
    /// Returns the learning resources related to `parent`. `None` for `kinds` means all kinds.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn of(
        ctx: &Context<'_>,
        kinds: Option<Vec<LearningResourceKind>>,
        relation: impl FnOnce(Vec<ResourceKind>) -> Relation,
        parent: i64,
    ) -> Result<Self> {
        let kinds = kinds.unwrap_or_else(|| LearningResourceKind::ALL.to_vec());
        let relation = relation(distinct(kinds.into_iter().map(ResourceKind::from)));
        Ok(Self(RelationList::new(ctx, relation, parent)?))
    }
}
