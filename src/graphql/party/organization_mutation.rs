//! The mutations of organizations.

use super::Organization;
use super::organization_input::{OrganizationCreateInput, OrganizationUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    OrganizationMutation: organization as Organization,

    /// Makes an organization.
    organization_create(OrganizationCreateInput) -> OrganizationCreatePayload,

    /// Changes an organization: what is left out stays as it is, null clears.
    organization_update(OrganizationUpdateInput) -> OrganizationUpdatePayload,

    /// Deletes an organization. One that books or courses name is kept, unless `force` takes it off them.
    organization_delete(OrganizationDeleteInput) -> OrganizationDeletePayload,
}
