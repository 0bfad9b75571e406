//! The root fields for careers.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Career, CareerOrder, CareerSearchConnection, CareerWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Identifies a career by exactly one of these fields.
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
    /// Fetches a career by its id, code or slug. Null if no visible career matches.
    async fn career(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Selects the career by exactly one of its identifiers.")] by: CareerBy,
    ) -> Result<Option<Career>> {
        let career = match by {
            CareerBy::Id(id) => by_id(ctx, &id).await?,
            CareerBy::Code(code) => by_code(ctx, &code).await?,
            CareerBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(career.map(Career))
    }

    /// Lists careers, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn careers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All careers if omitted.")] condition: Option<CareerWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<CareerOrder>>,
    ) -> Result<CareerSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Career]).await?;
        let order = CareerOrder::order(order_by, search.is_some())?;
        Ok(CareerSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
