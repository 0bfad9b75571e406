//! The root fields for courses.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Course, CourseOrder, CourseSearchConnection, CourseWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Identifies a course by exactly one of these fields.
#[derive(OneofObject, Debug)]
pub enum CourseBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct CourseQuery;

#[Object]
impl CourseQuery {
    /// Fetches a course by its id, code or slug. Null if no visible course matches.
    async fn course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Selects the course by exactly one of its identifiers.")] by: CourseBy,
    ) -> Result<Option<Course>> {
        let course = match by {
            CourseBy::Id(id) => by_id(ctx, &id).await?,
            CourseBy::Code(code) => by_code(ctx, &code).await?,
            CourseBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(course.map(Course))
    }

    /// Lists courses, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All courses if omitted.")] condition: Option<CourseWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<CourseOrder>>,
    ) -> Result<CourseSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Course]).await?;
        let order = CourseOrder::order(order_by, search.is_some())?;
        Ok(CourseSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
