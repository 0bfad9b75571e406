//! A tutorial, and pages of tutorials.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::enums::ContributionRole;

use crate::graphql::contribution;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::party::Person;
use crate::graphql::scalars::Date;
use crate::graphql::search::{facets, search_connection};
use crate::model::{self, Resource};

/// A tutorial, such as an article or a guide on the web.
#[derive(Clone, Debug)]
pub struct Tutorial(pub Arc<model::Tutorial>);

impl From<Arc<model::Tutorial>> for Tutorial {
    fn from(tutorial: Arc<model::Tutorial>) -> Self {
        Self(tutorial)
    }
}

impl Tutorial {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn resource_fields(&self) -> &model::ResourceFields {
        &self.0.resource
    }

    pub fn as_resource(&self) -> Resource {
        Resource::Tutorial(self.0.clone())
    }
}

object! {
    /// A tutorial: an article or guide on the web that teaches a single subject or task.
    impl Tutorial: contributed resource item {
        /// The contributors with the role `AUTHOR`, in the editor's order.
        async fn authors(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Author).await
        }

        /// When the tutorial was published; the day, or the day and the month, can be missing. Null if unknown.
        async fn publication_date(&self) -> Option<Date> {
            self.0.publication_date.map(Date)
        }
    }
}

search_connection! {
    /// A page of the tutorials that match the `query` and `where` of `tutorials`, with facets.
    TutorialSearchConnection {
        /// The facets: counts over all pages, by value.
        async fn facets(&self) -> TutorialFacets {
            TutorialFacets(self.0.facets())
        }
    }
    /// A tutorial that `tutorials` returns, with its cursor and, if `query` is given, its score and highlights.
    TutorialSearchEdge(model::Tutorial => Tutorial)
}

facets! {
    /// The facets of a list of tutorials: the number of tutorials with each value, over all pages.
    TutorialFacets: published resource; {}
}
