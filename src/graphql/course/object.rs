//! A course, and pages of courses.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};

use crate::domain::money;
use crate::graphql::connection::{Related, connection};
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

    /// The course of that primary key, where the caller sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(ctx: &Context<'_>, id: i64) -> Result<Option<Self>> {
        Ok(loaders(ctx)?.load(ById::<model::Course>::new(id)).await?.map(Self))
    }

    /// Who provides it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provided_by(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Organization::of(ctx, self.0.provider_id).await
    }

    /// Who teaches it, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taught_by(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Arc<model::Person>>>> {
        Ok(loaders(ctx)?.load(InstructorsOf(self.row().id)).await?.unwrap_or_default())
    }

    /// What it costs; of a course that can be taken without paying, what is paid for on top, such as a certificate.
    pub fn money(&self) -> Option<Money> {
        let (minor, currency) = (self.0.price_minor?, self.0.price_currency.clone()?);
        let amount = money::Money { minor, currency: currency.clone() }.amount();
        Some(Money { amount: Decimal(amount), currency: CurrencyCode(currency) })
    }
}

object! {
    /// A course.
    impl Course: list_owner resource item {
        /// Where it is offered: Coursera, edX, a university's own platform.
        async fn provider(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
            self.provided_by(ctx).await
        }

        /// The university or company behind it.
        async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
            Organization::of(ctx, self.0.institution_id).await
        }

        /// Who teaches it, in order.
        async fn instructors(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            Ok(self.taught_by(ctx).await?.iter().cloned().map(Person).collect())
        }

        /// How much time it asks for each week.
        async fn weekly_effort(&self) -> Option<Duration> {
            self.0.weekly_effort.map(Duration)
        }

        /// Whether it can be taken without paying; null where that is not known.
        async fn is_free(&self) -> Option<bool> {
            self.0.is_free
        }

        /// What it costs; of a course that can be taken without paying, what is paid for on top, such as a certificate.
        async fn price(&self) -> Option<Money> {
            self.money()
        }

        /// What it covers, section by section.
        async fn syllabus(&self, ctx: &Context<'_>) -> Result<List<SyllabusSection>> {
            let sections = loaders(ctx)?.load(SyllabusOf(self.row().id)).await?.unwrap_or_default();
            Ok(sections.iter().cloned().map(SyllabusSection::from).collect())
        }

        /// The courses to take before it, in the editor's order.
        async fn prerequisites(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(Related::new(ctx, Relation::Prerequisites, self.row().id)?))
        }

        /// The courses that ask for this one, by title.
        async fn prerequisite_for(&self, ctx: &Context<'_>) -> Result<CourseConnection> {
            Ok(CourseConnection(Related::new(ctx, Relation::PrerequisiteFor, self.row().id)?))
        }
    }
}

/// An amount of money.
#[derive(SimpleObject, Debug)]
#[graphql(shareable)]
pub struct Money {
    /// How much, with as many decimals as the currency has.
    amount: Decimal,
    /// In which currency.
    currency: CurrencyCode,
}

/// A section of what a course covers.
#[derive(SimpleObject, Debug)]
pub struct SyllabusSection {
    /// What it is called.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// Where it stands in the syllabus, from 1.
    position: i32,
}

impl From<model::SyllabusSection> for SyllabusSection {
    fn from(section: model::SyllabusSection) -> Self {
        Self { title: section.title, summary: section.summary, position: section.position }
    }
}

connection! {
    /// A page of courses.
    CourseConnection(Related<model::Course>) {}
    /// A course in a page.
    CourseEdge(model::Course => Course) {}
}

search_connection! {
    /// A page of matching courses.
    CourseSearchConnection {
        /// Counts over the whole result.
        async fn facets(&self) -> CourseFacets {
            CourseFacets(self.0.facets())
        }
    }
    /// A course in a page.
    CourseSearchEdge(model::Course => Course)
}
