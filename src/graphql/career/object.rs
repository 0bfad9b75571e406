//! A career, and pages of careers.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::article::Article;
use crate::graphql::connection::{Related, connection};
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
    /// A career: an article about the job, the learning resources for it in order, and related careers.
    impl Career: list_owner item {
        /// What the job is; null while nothing is written.
        async fn article(&self, ctx: &Context<'_>) -> Result<Option<Article>> {
            match loaders(ctx)?.load(ArticleOf(self.row().id)).await? {
                Some(markdown) => Article::load(ctx, &markdown).await.map(Some),
                None => Ok(None),
            }
        }

        /// Other names of the career.
        async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
            Ok(aliases(ctx, self.row().id).await?.to_vec())
        }

        /// The occupation in a public classification, O*NET-SOC or ISCO-08: "15-1254.00".
        async fn occupation_code(&self) -> Option<&str> {
            self.0.occupation_code.as_deref()
        }

        /// The topics that it carries, the main one first.
        async fn topics(&self, ctx: &Context<'_>) -> Result<TopicConnection> {
            TopicConnection::carried_by(ctx, self.row())
        }

        /// The careers that an editor put beside it, in the editor's order.
        async fn related_careers(&self, ctx: &Context<'_>) -> Result<CareerConnection> {
            Ok(CareerConnection(Related::new(ctx, Relation::RelatedCareers, self.row().id)?))
        }
    }
}

connection! {
    /// A page of careers.
    CareerConnection(Related<model::Career>) {}
    /// A career in a page.
    CareerEdge(model::Career => Career) {}
}

search_connection! {
    /// A page of matching careers.
    CareerSearchConnection {
        /// Counts over the whole result.
        async fn facets(&self) -> CareerFacets {
            CareerFacets(self.0.facets())
        }
    }
    /// A career in a page.
    CareerSearchEdge(model::Career => Career)
}
