//! The root fields for organizations.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Organization, OrganizationOrder, OrganizationSearchConnection, OrganizationWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one organization. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum OrganizationBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
    Slug(String),
}

#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// Fetches an organization by its id, code or slug. Null if no visible organization matches.
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifier of the organization. Exactly one of its fields must be set.")]
        by: OrganizationBy,
    ) -> Result<Option<Organization>> {
        let organization = match by {
            OrganizationBy::Id(id) => by_id(ctx, &id).await?,
            OrganizationBy::Code(code) => by_code(ctx, &code).await?,
            OrganizationBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(organization.map(Organization))
    }

    /// Lists the visible organizations, by relevance if `query` is given, otherwise by name. `orderBy` overrides the
    /// order.
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only organizations that match. Default: all. Maximum: 200 conditions, nested eight levels \
                    deep."
        )]
        condition: Option<OrganizationWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `NAME`."
        )]
        order_by: Option<Vec<OrganizationOrder>>,
    ) -> Result<OrganizationSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Organization]).await?;
        let order = OrganizationOrder::order(order_by, search.is_some())?;
        Ok(OrganizationSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
