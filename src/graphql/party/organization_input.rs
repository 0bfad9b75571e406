//! What an organization can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::{PartyFields, Reading};
use crate::service::change::{Subject, Wish};
use crate::service::write::Patch;

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

impl From<OrganizationCreateInput> for Wish {
    fn from(input: OrganizationCreateInput) -> Self {
        wish(MaybeUndefined::Value(input.name), input.fields)
    }
}

impl From<OrganizationUpdateInput> for (Subject, Wish) {
    fn from(input: OrganizationUpdateInput) -> Self {
        let subject = Subject { id: input.id.0, expected_revision: input.expected_revision };
        (subject, wish(input.name, input.fields))
    }
}

fn wish(name: MaybeUndefined<String>, fields: PartyFields) -> Wish {
    let mut reading = Reading::default();
    let (party, slug) = fields.read(&mut reading, name);
    Wish { patch: Patch::Organization(party), slug, faults: reading.faults }
}
