//! The root fields for organizations.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Organization, OrganizationOrder, OrganizationSearchConnection, OrganizationWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names an organization: exactly one of these.
#[derive(OneofObject, Debug)]
pub enum OrganizationBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// An organization by its id, code or slug; null where there is none.
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What names it.")] by: OrganizationBy,
    ) -> Result<Option<Organization>> {
        let organization = match by {
            OrganizationBy::Id(id) => by_id(ctx, &id).await?,
            OrganizationBy::Code(code) => by_code(ctx, &code).await?,
            OrganizationBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(organization.map(Organization))
    }

    /// Organizations, by name unless something is searched for, or another order asked for.
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<OrganizationWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<OrganizationOrder>>,
    ) -> Result<OrganizationSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Organization]).await?;
        let order = OrganizationOrder::order(order_by, search.is_some())?;
        Ok(OrganizationSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
