//! A course, and pages of courses.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};

use crate::domain::money;
use crate::graphql::connection::{RelationList, connection};
use crate::graphql::context::loaders;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::party::{Organization, Person};
use crate::graphql::scalars::{CurrencyCode, Decimal, Duration};
use crate::graphql::search::{CourseFacets, search_connection};
use crate::loader::{ById, CourseEntry, InstructorsOf, Relation, SyllabusOf};
use crate::model::{self, OwnerKind, OwnerRef, Resource};

/// A course.
#[derive(Clone, Debug)]
pub struct Course(pub Arc<model::Course>);

impl From<Arc<model::Course>> for Course {
    fn from(course: Arc<model::Course>) -> Self {
        Self(course)
    }
}

impl From<Arc<CourseEntry>> for Course {
    fn from(entry: Arc<CourseEntry>) -> Self {
        Self(entry.course.clone())
    }
}

impl Course {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn resource_fields(&self) -> &model::ResourceFields {
        &self.0.resource
    }

    pub fn as_resource(&self) -> Resource {
        Resource::Course(self.0.clone())
    }

    pub fn owner(&self) -> OwnerRef {
        OwnerRef { kind: OwnerKind::Course, id: self.0.item.id }
    }

    /// Loads a course by its primary key; `None` if the requester cannot see it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(ctx: &Context<'_>, id: i64) -> Result<Option<Self>> {
        Ok(loaders(ctx)?.load(ById::<model::Course>::new(id)).await?.map(Self))
    }

    /// Loads the provider.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provided_by(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Organization::of(ctx, self.0.provider_id).await
    }

    /// Loads the instructors, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taught_by(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Arc<model::Person>>>> {
        Ok(loaders(ctx)?.load(InstructorsOf(self.row().id)).await?.unwrap_or_default())
    }

    /// The price; for a free course, the price of extras such as a certificate.
    pub fn money(&self) -> Option<Money> {
        let (minor, currency) = (self.0.price_minor?, self.0.price_currency.clone()?);
        let amount = money::Money { minor, currency: currency.clone() }.amount();
        Some(Money { amount: Decimal(amount), currency: CurrencyCode(currency) })
    }
}

object! {
    /// A course that an organization offers, such as a MOOC or a university course. Like careers and topics, it has a
    /// reading list.
    impl Course: list_owner resource item {
        /// The organization that offers the course, such as Coursera, edX, or a university. Null if unknown.
        async fn provider(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
            self.provided_by(ctx).await
        }

        /// The university or company that created the course. Null if unknown.
        async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
            Organization::of(ctx, self.0.institution_id).await
        }

        /// The people who teach the course, in the editor's order. At most 50.
        async fn instructors(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            Ok(self.taught_by(ctx).await?.iter().cloned().map(Person).collect())
        }

        /// The expected study time per week. Null if unknown.
        async fn weekly_effort(&self) -> Option<Duration> {
            self.0.weekly_effort.map(Duration)
        }

        /// Whether learners can take the course without paying. Null if unknown.
        async fn is_free(&self) -> Option<bool> {
            self.0.is_free
        }

        /// The price of the course or, if `isFree` is true, of optional extras such as a certificate. Null if unknown.
        async fn price(&self) -> Option<Money> {
            self.money()
        }

        /// The sections of the syllabus, in order. At most 200.
        async fn syllabus(&self, ctx: &Context<'_>) -> Result<List<SyllabusSection>> {
            let sections = loaders(ctx)?.load(SyllabusOf(self.row().id)).await?.unwrap_or_default();
            Ok(sections.iter().cloned().map(SyllabusSection::from).collect())
        }

        /// The courses that this one directly requires, in the editor's order. At most 100.
        async fn prerequisites(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(RelationList::new(ctx, Relation::Prerequisites, self.row().id)?))
        }

        /// The courses that directly require this one, by title.
        async fn prerequisite_for(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(RelationList::new(ctx, Relation::PrerequisiteFor, self.row().id)?))
        }
    }
}

/// An amount of money in one currency.
#[derive(SimpleObject, Debug)]
#[graphql(shareable)]
pub struct Money {
    /// The amount, with as many decimals as the currency has, such as "49.00" for EUR.
    amount: Decimal,
    /// The ISO 4217 currency of `amount`.
    currency: CurrencyCode,
}

/// A section of the syllabus of a course, such as a week or a chapter.
#[derive(SimpleObject, Debug)]
pub struct SyllabusSection {
    /// The title of the section, in plain text. Several sections can have the same title.
    title: String,
    /// The content of the section, at most 1,000 characters. Null if there is none.
    summary: Option<String>,
    /// The position in the syllabus, starting at 1.
    position: i32,
}

impl From<model::SyllabusSection> for SyllabusSection {
    fn from(section: model::SyllabusSection) -> Self {
        Self { title: section.title, summary: section.summary, position: section.position }
    }
}

connection! {
    /// A page of the courses that are related to another object, such as a person. The root field `courses` returns a
    /// `CourseSearchConnection`.
    CourseConnection(RelationList<model::Course>) {}
    /// A course of a `CourseConnection`, with the cursor from which to continue.
    CourseEdge(model::Course => Course) {}
}

search_connection! {
    /// A page of the courses that match the `query` and `where` of `courses`, with facets.
    CourseSearchConnection {
        /// The facets: counts over all pages, by value.
        async fn facets(&self) -> CourseFacets {
            CourseFacets(self.0.facets())
        }
    }
    /// A course that `courses` returns, with its cursor and, if `query` is given, its score and highlights.
    CourseSearchEdge(model::Course => Course)
}
