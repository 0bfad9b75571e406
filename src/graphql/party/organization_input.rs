//! Inputs of the mutations of organizations.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::description::description;
use crate::graphql::mutation::PartyFields;

/// The fields of a new organization. Only `name` is required.
#[derive(InputObject, Debug)]
pub struct OrganizationCreateInput {
    #[doc = description!(name)]
    name: String,
    #[graphql(flatten)]
    fields: PartyFields,
}

/// The changes to an organization. An omitted field is unchanged, and null clears it.
#[derive(InputObject, Debug)]
pub struct OrganizationUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_name)]
    name: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: PartyFields,
}
