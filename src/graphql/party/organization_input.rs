//! What an organization can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::PartyFields;

/// An organization that is to be made.
#[derive(InputObject, Debug)]
pub struct OrganizationCreateInput {
    /// The name, as it is usually written.
    name: String,
    #[graphql(flatten)]
    fields: PartyFields,
}

/// What is to change about an organization. What is left out stays as it is; null clears.
#[derive(InputObject, Debug)]
pub struct OrganizationUpdateInput {
    /// The id of the organization.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// The name, as it is usually written.
    name: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: PartyFields,
}
