//! A topic, and pages of topics.

use std::sync::Arc;

use async_graphql::{Context, Result};

use crate::graphql::book::BookConnection;
use crate::graphql::career::CareerConnection;
use crate::graphql::connection::{RelationList, connection};
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
    /// A topic: a subject in the tree of topics, which has up to eight levels. Items have topics, and a topic has a
    /// reading list of its own.
    impl Topic: list_owner item {
        /// Other names of the topic, in the editor's order. At most 20.
        async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
            Ok(aliases(ctx, self.row().id).await?.to_vec())
        }

        /// The parent topic. Null if the topic has no parent, or if the caller cannot see it.
        async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Topic>> {
            let Some(parent) = self.0.parent_id else { return Ok(None) };
            Ok(loaders(ctx)?.load(ById::<model::Topic>::new(parent)).await?.map(Topic))
        }

        /// The topics above this one, the root first. The list starts below the nearest ancestor that the caller cannot
        /// see.
        async fn ancestors(&self, ctx: &Context<'_>) -> Result<List<Topic>> {
            let above = loaders(ctx)?.load(AncestorsOf(self.row().id)).await?.unwrap_or_default();
            Ok(above.iter().cloned().map(Topic).collect())
        }

        /// The topics directly below this one, by title.
        async fn children(&self, ctx: &Context<'_>) -> Result<TopicConnection> {
            Ok(TopicConnection(RelationList::new(ctx, Relation::Children, self.row().id)?))
        }

        /// The related topics that editors chose, in their order. At most 100.
        async fn related_topics(&self, ctx: &Context<'_>) -> Result<TopicConnection> {
            Ok(TopicConnection(RelationList::new(ctx, Relation::RelatedTopics, self.row().id)?))
        }

        /// The careers that have this topic or, unless `includeDescendants` is false, a topic below it, by title.
        async fn careers(
            &self,
            ctx: &Context<'_>,
            #[graphql(
                default = true,
                desc = "Whether to include items that have only topics below this one. Default: true."
            )]
            include_descendants: bool,
        ) -> Result<CareerConnection> {
            let (relation, parent) = self.with_topic(NodeKind::Career, include_descendants);
            Ok(CareerConnection(RelationList::new(ctx, relation, parent)?))
        }

        /// The learning resources that have this topic or, unless `includeDescendants` is false, a topic below it.
        /// Those on the most reading lists come first, then by title.
        async fn resources(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Returns only resources of these kinds. Default: all kinds.")]
            kinds: Option<Vec<LearningResourceKind>>,
            #[graphql(
                default = true,
                desc = "Whether to include items that have only topics below this one. Default: true."
            )]
            include_descendants: bool,
        ) -> Result<LearningResourceConnection> {
            let with_topic = |kinds| Relation::ResourcesWithTopic { kinds, descendants: include_descendants };
            LearningResourceConnection::of(ctx, kinds, with_topic, self.row().id)
        }

        /// The courses that have this topic or, unless `includeDescendants` is false, a topic below it. Those on the
        /// most reading lists come first, then by title.
        async fn courses(
            &self,
            ctx: &Context<'_>,
            #[graphql(
                default = true,
                desc = "Whether to include items that have only topics below this one. Default: true."
            )]
            include_descendants: bool,
        ) -> Result<CourseConnection> {
            let (relation, parent) = self.with_topic(NodeKind::Course, include_descendants);
            Ok(CourseConnection(RelationList::new(ctx, relation, parent)?))
        }

        /// The books that have this topic or, unless `includeDescendants` is false, a topic below it. Those on the most
        /// reading lists come first, then by title.
        async fn books(
            &self,
            ctx: &Context<'_>,
            #[graphql(
                default = true,
                desc = "Whether to include items that have only topics below this one. Default: true."
            )]
            include_descendants: bool,
        ) -> Result<BookConnection> {
            let (relation, parent) = self.with_topic(NodeKind::Book, include_descendants);
            Ok(BookConnection(RelationList::new(ctx, relation, parent)?))
        }
    }
}

impl TopicConnection {
    /// Returns the topics of an item.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn carried_by(ctx: &Context<'_>, item: &model::Item) -> Result<Self> {
        Ok(Self(RelationList::new(ctx, Relation::TopicsOf(item.kind), item.id)?))
    }
}

connection! {
    /// A page of the topics that are related to another object, such as a course. The root field `topics` returns a
    /// `TopicSearchConnection`.
    TopicConnection(RelationList<model::Topic>) {}
    /// A topic of a `TopicConnection`, with the cursor from which to continue.
    TopicEdge(model::Topic => Topic) {}
}

search_connection! {
    /// A page of the topics that match the `query` and `where` of `topics`.
    TopicSearchConnection {}
    /// A topic that `topics` returns, with its cursor and, if `query` is given, its score and highlights.
    TopicSearchEdge(model::Topic => Topic)
}
