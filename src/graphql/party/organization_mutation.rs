//! The mutations of organizations.

use super::Organization;
use super::organization_input::{OrganizationCreateInput, OrganizationUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    OrganizationMutation: organization as Organization,

    /// Creates an organization. Readers see it once a published item refers to it.
    organization_create(OrganizationCreateInput) -> OrganizationCreatePayload,

    /// Updates an organization.
    organization_update(OrganizationUpdateInput) -> OrganizationUpdatePayload,

    /// Deletes an organization. Fails with `IN_USE` if it is the publisher, provider or institution of an item, unless
    /// `force` removes it from the item.
    organization_delete(OrganizationDeleteInput) -> OrganizationDeletePayload,
}
