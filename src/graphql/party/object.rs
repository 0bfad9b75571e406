//! A person, an organization, and pages of them.

use std::sync::Arc;

use async_graphql::{Context, Result};

use crate::graphql::book::BookConnection;
use crate::graphql::connection::Related;
use crate::graphql::context::loaders;
use crate::graphql::course::CourseConnection;
use crate::graphql::enums::LearningResourceKind;
use crate::graphql::object::object;
use crate::graphql::resource::LearningResourceConnection;
use crate::graphql::scalars::Url;
use crate::graphql::search::search_connection;
use crate::loader::{ById, Relation};
use crate::model::{self, NodeKind};

/// A person.
#[derive(Clone, Debug)]
pub struct Person(pub Arc<model::Person>);

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization(pub Arc<model::Organization>);

impl From<Arc<model::Person>> for Person {
    fn from(person: Arc<model::Person>) -> Self {
        Self(person)
    }
}

impl From<Arc<model::Organization>> for Organization {
    fn from(organization: Arc<model::Organization>) -> Self {
        Self(organization)
    }
}

impl Person {
    pub fn row(&self) -> &model::Party {
        &self.0.0
    }
}

impl Organization {
    pub fn row(&self) -> &model::Party {
        &self.0.0
    }

    /// The organization that a visible item names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(ctx: &Context<'_>, id: Option<i64>) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        Ok(loaders(ctx)?.load(ById::<model::Organization>::new(id)).await?.map(Self))
    }
}

object! {
    /// A person, such as an author, the creator of a video, the host of a podcast, or an instructor.
    impl Person: routable {
        /// The name, as it is usually written.
        async fn name(&self) -> &str {
            &self.row().name
        }

        /// Their own page on the web.
        async fn url(&self) -> Option<Url> {
            self.row().url.clone().map(Url)
        }

        /// The books that they worked on in any role, by title.
        async fn books(&self, ctx: &Context<'_>) -> Result<BookConnection> {
            Ok(BookConnection(Related::new(ctx, Relation::OfPerson(NodeKind::Book), self.row().id)?))
        }

        /// Learning resources that the person contributed to in any role, by title.
        async fn resources(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only resources of these kinds. All kinds if omitted.")] kinds: Option<Vec<LearningResourceKind>>,
        ) -> Result<LearningResourceConnection> {
            LearningResourceConnection::of(ctx, kinds, Relation::ResourcesOfPerson, self.row().id)
        }

        /// The courses that they teach, by title.
        async fn courses(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(Related::new(ctx, Relation::OfPerson(NodeKind::Course), self.row().id)?))
        }
    }
}

object! {
    /// An organization: a publisher, a platform for courses, a university.
    impl Organization: routable {
        /// The name, as it is usually written.
        async fn name(&self) -> &str {
            &self.row().name
        }

        /// Its own page on the web.
        async fn url(&self) -> Option<Url> {
            self.row().url.clone().map(Url)
        }

        /// The books that it published, by title.
        async fn books(&self, ctx: &Context<'_>) -> Result<BookConnection> {
            Ok(BookConnection(Related::new(ctx, Relation::OfOrganization(NodeKind::Book), self.row().id)?))
        }

        /// Learning resources that the organization published, provides, or gives as an institution, by title.
        async fn resources(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only resources of these kinds. All kinds if omitted.")] kinds: Option<Vec<LearningResourceKind>>,
        ) -> Result<LearningResourceConnection> {
            LearningResourceConnection::of(ctx, kinds, Relation::ResourcesOfOrganization, self.row().id)
        }

        /// The courses that it offers or is behind, by title.
        async fn courses(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(Related::new(ctx, Relation::OfOrganization(NodeKind::Course), self.row().id)?))
        }
    }
}

search_connection! {
    /// A page of the people that a filter lets through.
    PersonSearchConnection {}
    /// A person in a page.
    PersonSearchEdge(model::Person => Person)
}

search_connection! {
    /// A page of the organizations that a filter lets through.
    OrganizationSearchConnection {}
    /// An organization in a page.
    OrganizationSearchEdge(model::Organization => Organization)
}
