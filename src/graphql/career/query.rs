//! The root fields for careers.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Career, CareerOrder, CareerSearchConnection, CareerWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a career: exactly one of these.
#[derive(OneofObject, Debug)]
pub enum CareerBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct CareerQuery;

#[Object]
impl CareerQuery {
    /// A career by its id, code or slug; null where there is none.
    async fn career(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What names it.")] by: CareerBy,
    ) -> Result<Option<Career>> {
        let career = match by {
            CareerBy::Id(id) => by_id(ctx, &id).await?,
            CareerBy::Code(code) => by_code(ctx, &code).await?,
            CareerBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(career.map(Career))
    }

    /// Careers, by title unless something is searched for, or another order asked for.
    async fn careers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<CareerWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<CareerOrder>>,
    ) -> Result<CareerSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Career]).await?;
        let order = CareerOrder::order(order_by, search.is_some())?;
        Ok(CareerSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
