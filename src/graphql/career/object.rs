//! A career, and pages of careers.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::article::Article;
use crate::graphql::connection::{RelationList, connection};
use crate::graphql::context::{aliases, loaders};
use crate::graphql::object::object;
use crate::graphql::search::{CareerFacets, search_connection};
use crate::graphql::topic::TopicConnection;
use crate::loader::{ArticleOf, Relation};
use crate::model::{self, OwnerKind, OwnerRef};

/// A career.
#[derive(Clone, Debug)]
pub struct Career(pub Arc<model::Career>);

impl From<Arc<model::Career>> for Career {
    fn from(career: Arc<model::Career>) -> Self {
        Self(career)
    }
}

impl Career {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn owner(&self) -> OwnerRef {
        OwnerRef { kind: OwnerKind::Career, id: self.0.item.id }
    }
}

object! {
    /// A career, such as back-end developer, with an article about the job and a reading list of resources for learning
    /// it.
    impl Career: list_owner item {
        /// The article about the job. Null if none has been written.
        async fn article(&self, ctx: &Context<'_>) -> Result<Option<Article>> {
            match loaders(ctx)?.load(ArticleOf(self.row().id)).await? {
                Some(markdown) => Article::load(ctx, &markdown).await.map(Some),
                None => Ok(None),
            }
        }

        /// Other names of the career, in the editor's order. At most 20.
        async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
            Ok(aliases(ctx, self.row().id).await?.to_vec())
        }

        /// The code of the occupation in a public classification such as O*NET-SOC or ISCO-08: "15-1254.00". Null if
        /// unknown.
        async fn occupation_code(&self) -> Option<&str> {
            self.0.occupation_code.as_deref()
        }

        /// The topics of the item in the editor's order, the main topic first.
        async fn topics(&self, ctx: &Context<'_>) -> Result<TopicConnection> {
            TopicConnection::carried_by(ctx, self.row())
        }

        /// The related careers that editors chose, in their order. At most 100.
        async fn related_careers(&self, ctx: &Context<'_>) -> Result<CareerConnection> {
            Ok(CareerConnection(RelationList::new(ctx, Relation::RelatedCareers, self.row().id)?))
        }
    }
}

connection! {
    /// A page of the careers that are related to another object, such as a topic. The root field `careers` returns a
    /// `CareerSearchConnection`.
    CareerConnection(RelationList<model::Career>) {}
    /// A career of a `CareerConnection`, with the cursor from which to continue.
    CareerEdge(model::Career => Career) {}
}

search_connection! {
    /// A page of the careers that match the `query` and `where` of `careers`, with facets.
    CareerSearchConnection {
        /// The facets: counts over all pages, by value.
        async fn facets(&self) -> CareerFacets {
            CareerFacets(self.0.facets())
        }
    }
    /// A career that `careers` returns, with its cursor and, if `query` is given, its score and highlights.
    CareerSearchEdge(model::Career => Career)
}
