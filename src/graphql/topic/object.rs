//! A topic, and pages of topics.

use std::sync::Arc;

use async_graphql::{Context, Result};

use crate::graphql::book::BookConnection;
use crate::graphql::career::CareerConnection;
use crate::graphql::connection::{Related, connection};
use crate::graphql::context::{aliases, loaders};
use crate::graphql::course::CourseConnection;
use crate::graphql::enums::LearningResourceKind;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::resource::LearningResourceConnection;
use crate::graphql::search::search_connection;
use crate::loader::{AncestorsOf, ById, Relation};
use crate::model::{self, NodeKind, OwnerKind, OwnerRef};

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic(pub Arc<model::Topic>);

impl From<Arc<model::Topic>> for Topic {
    fn from(topic: Arc<model::Topic>) -> Self {
        Self(topic)
    }
}

impl Topic {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn owner(&self) -> OwnerRef {
        OwnerRef { kind: OwnerKind::Topic, id: self.0.item.id }
    }

    fn with_topic(&self, kind: NodeKind, include_descendants: bool) -> (Relation, i64) {
        (Relation::WithTopic { kind, descendants: include_descendants }, self.row().id)
    }
}

object! {
    /// A topic: a subject in the tree of subjects. Its title is its name.
    impl Topic: list_owner item {
        /// Other names of the topic.
        async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
            Ok(aliases(ctx, self.row().id).await?.to_vec())
        }

        /// The topic above it; null for a root.
        async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Topic>> {
            let Some(parent) = self.0.parent_id else { return Ok(None) };
            Ok(loaders(ctx)?.load(ById::<model::Topic>::new(parent)).await?.map(Topic))
        }

        /// The topics above it, root first.
        async fn ancestors(&self, ctx: &Context<'_>) -> Result<List<Topic>> {
            let above = loaders(ctx)?.load(AncestorsOf(self.row().id)).await?.unwrap_or_default();
            Ok(above.iter().cloned().map(Topic).collect())
        }

        /// The topics right below it, by title.
        async fn children(&self, ctx: &Context<'_>) -> Result<TopicConnection> {
            Ok(TopicConnection(Related::new(ctx, Relation::Children, self.row().id)?))
        }

        /// The topics that an editor put beside it, in the editor's order.
        async fn related_topics(&self, ctx: &Context<'_>) -> Result<TopicConnection> {
            Ok(TopicConnection(Related::new(ctx, Relation::RelatedTopics, self.row().id)?))
        }

        /// The careers that carry it, by title.
        async fn careers(
            &self,
            ctx: &Context<'_>,
            #[graphql(default = true, desc = "Whether to include items of topics below this one.")] include_descendants: bool,
        ) -> Result<CareerConnection> {
            let (relation, parent) = self.with_topic(NodeKind::Career, include_descendants);
            Ok(CareerConnection(Related::new(ctx, relation, parent)?))
        }

        /// Learning resources with this topic, the most recommended first, then by title.
        async fn resources(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only resources of these kinds. All kinds if omitted.")] kinds: Option<Vec<LearningResourceKind>>,
            #[graphql(default = true, desc = "Whether to include items of topics below this one.")] include_descendants: bool,
        ) -> Result<LearningResourceConnection> {
            let with_topic = |kinds| Relation::ResourcesWithTopic { kinds, descendants: include_descendants };
            LearningResourceConnection::of(ctx, kinds, with_topic, self.row().id)
        }

        /// The courses that carry it, most recommended first, then by title.
        async fn courses(
            &self,
            ctx: &Context<'_>,
            #[graphql(default = true, desc = "Whether to include items of topics below this one.")] include_descendants: bool,
        ) -> Result<CourseConnection> {
            let (relation, parent) = self.with_topic(NodeKind::Course, include_descendants);
            Ok(CourseConnection(Related::new(ctx, relation, parent)?))
        }

        /// The books that carry it, most recommended first, then by title.
        async fn books(
            &self,
            ctx: &Context<'_>,
            #[graphql(default = true, desc = "Whether to include items of topics below this one.")] include_descendants: bool,
        ) -> Result<BookConnection> {
            let (relation, parent) = self.with_topic(NodeKind::Book, include_descendants);
            Ok(BookConnection(Related::new(ctx, relation, parent)?))
        }
    }
}

impl TopicConnection {
    /// The topics that an item carries.
    ///
    /// # Errors
    /// When the paging arguments of the current field cannot be taken.
    pub fn carried_by(ctx: &Context<'_>, item: &model::Item) -> Result<Self> {
        Ok(Self(Related::new(ctx, Relation::TopicsOf(item.kind), item.id)?))
    }
}

connection! {
    /// A page of topics.
    TopicConnection(Related<model::Topic>) {}
    /// A topic in a page.
    TopicEdge(model::Topic => Topic) {}
}

search_connection! {
    /// A page of matching topics.
    TopicSearchConnection {}
    /// A topic in a page.
    TopicSearchEdge(model::Topic => Topic)
}
