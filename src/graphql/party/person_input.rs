//! What a person can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::PartyFields;

/// A person that is to be made.
#[derive(InputObject, Debug)]
pub struct PersonCreateInput {
    /// The name, as it is usually written.
    name: String,
    #[graphql(flatten)]
    fields: PartyFields,
}

/// What is to change about a person. What is left out stays as it is; null clears.
#[derive(InputObject, Debug)]
pub struct PersonUpdateInput {
    /// The id of the person.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// The name, as it is usually written.
    name: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: PartyFields,
}
