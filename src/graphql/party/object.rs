//! A person, an organization, and pages of them.

use std::sync::Arc;

use async_graphql::{Context, Result};

use crate::graphql::book::BookConnection;
use crate::graphql::connection::RelationList;
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
    /// A person: an author or other contributor, or an instructor. People are visible while one of their items is.
    impl Person: routable {
        /// The full name as it is usually written, at most 500 characters.
        async fn name(&self) -> &str {
            &self.row().name
        }

        /// The URL of the person's website. Null if unknown.
        async fn url(&self) -> Option<Url> {
            self.row().url.clone().map(Url)
        }

        /// The books to which the person contributed in any role, by title.
        async fn books(&self, ctx: &Context<'_>) -> Result<BookConnection> {
            Ok(BookConnection(RelationList::new(ctx, Relation::OfPerson(NodeKind::Book), self.row().id)?))
        }

        /// The learning resources to which the person contributed in any role, including courses that the person
        /// teaches, by title.
        async fn resources(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Returns only resources of these kinds. Default: all kinds.")]
            kinds: Option<Vec<LearningResourceKind>>,
        ) -> Result<LearningResourceConnection> {
            LearningResourceConnection::of(ctx, kinds, Relation::ResourcesOfPerson, self.row().id)
        }

        /// The courses that the person teaches, by title.
        async fn courses(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(RelationList::new(ctx, Relation::OfPerson(NodeKind::Course), self.row().id)?))
        }
    }
}

object! {
    /// An organization: a publisher, a course platform, or a university. Organizations are visible while one of their
    /// items is.
    impl Organization: routable {
        /// The full name as it is usually written, at most 500 characters.
        async fn name(&self) -> &str {
            &self.row().name
        }

        /// The URL of the organization's website. Null if unknown.
        async fn url(&self) -> Option<Url> {
            self.row().url.clone().map(Url)
        }

        /// The books of which the organization is the publisher, by title.
        async fn books(&self, ctx: &Context<'_>) -> Result<BookConnection> {
            Ok(BookConnection(RelationList::new(ctx, Relation::OfOrganization(NodeKind::Book), self.row().id)?))
        }

        /// The learning resources of which the organization is the publisher, provider or institution, by title.
        async fn resources(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Returns only resources of these kinds. Default: all kinds.")]
            kinds: Option<Vec<LearningResourceKind>>,
        ) -> Result<LearningResourceConnection> {
            LearningResourceConnection::of(ctx, kinds, Relation::ResourcesOfOrganization, self.row().id)
        }

        /// The courses of which the organization is the provider or the institution, by title.
        async fn courses(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(RelationList::new(ctx, Relation::OfOrganization(NodeKind::Course), self.row().id)?))
        }
    }
}

search_connection! {
    /// A page of the people that match the `query` and `where` of `people`.
    PersonSearchConnection {}
    /// A person that `people` returns, with a cursor and, if `query` is given, a score and highlights.
    PersonSearchEdge(model::Person => Person)
}

search_connection! {
    /// A page of the organizations that match the `query` and `where` of `organizations`.
    OrganizationSearchConnection {}
    /// An organization that `organizations` returns, with a cursor and, if `query` is given, a score and highlights.
    OrganizationSearchEdge(model::Organization => Organization)
}
