//! The root fields for courses.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Course, CourseOrder, CourseSearchConnection, CourseWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a course: exactly one of these.
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
    /// A course by its id, code or slug; null where there is none.
    async fn course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What names it.")] by: CourseBy,
    ) -> Result<Option<Course>> {
        let course = match by {
            CourseBy::Id(id) => by_id(ctx, &id).await?,
            CourseBy::Code(code) => by_code(ctx, &code).await?,
            CourseBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(course.map(Course))
    }

    /// Courses, by title unless something is searched for, or another order asked for.
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<CourseWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<CourseOrder>>,
    ) -> Result<CourseSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Course]).await?;
        let order = CourseOrder::order(order_by, search.is_some())?;
        Ok(CourseSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
