//! The root fields for careers.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Career, CareerOrder, CareerSearchConnection, CareerWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one career. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum CareerBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
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
        #[graphql(desc = "The identifier of the career. Exactly one of its fields must be set.")] by: CareerBy,
    ) -> Result<Option<Career>> {
        let career = match by {
            CareerBy::Id(id) => by_id(ctx, &id).await?,
            CareerBy::Code(code) => by_code(ctx, &code).await?,
            CareerBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(career.map(Career))
    }

    /// Lists the visible careers, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn careers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only careers that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<CareerWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<CareerOrder>>,
    ) -> Result<CareerSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Career]).await?;
        let order = CareerOrder::order(order_by, search.is_some())?;
        Ok(CareerSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
