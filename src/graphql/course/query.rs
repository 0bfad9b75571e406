//! The root fields for courses.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Course, CourseOrder, CourseSearchConnection, CourseWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one course. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum CourseBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
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
        #[graphql(desc = "The identifier of the course. Exactly one of its fields must be set.")] by: CourseBy,
    ) -> Result<Option<Course>> {
        let course = match by {
            CourseBy::Id(id) => by_id(ctx, &id).await?,
            CourseBy::Code(code) => by_code(ctx, &code).await?,
            CourseBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(course.map(Course))
    }

    /// Lists the visible courses, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only courses that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<CourseWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<CourseOrder>>,
    ) -> Result<CourseSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Course]).await?;
        let order = CourseOrder::order(order_by, search.is_some())?;
        Ok(CourseSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
