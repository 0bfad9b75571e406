//! Inputs of the mutations of people.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::description::description;
use crate::graphql::mutation::PartyFields;

/// The fields of a new person. Only `name` is required.
#[derive(InputObject, Debug)]
pub struct PersonCreateInput {
    #[doc = description!(name)]
    name: String,
    #[graphql(flatten)]
    fields: PartyFields,
}

/// The changes to a person. An omitted field is unchanged, and null clears it.
#[derive(InputObject, Debug)]
pub struct PersonUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_name)]
    name: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: PartyFields,
}
