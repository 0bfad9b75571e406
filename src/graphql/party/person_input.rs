//! What a person can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::{PartyFields, Reading};
use crate::service::change::{Subject, Wish};
use crate::service::write::Patch;

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

impl From<PersonCreateInput> for Wish {
    fn from(input: PersonCreateInput) -> Self {
        wish(MaybeUndefined::Value(input.name), input.fields)
    }
}

impl From<PersonUpdateInput> for (Subject, Wish) {
    fn from(input: PersonUpdateInput) -> Self {
        let subject = Subject { id: input.id.0, expected_revision: input.expected_revision };
        (subject, wish(input.name, input.fields))
    }
}

fn wish(name: MaybeUndefined<String>, fields: PartyFields) -> Wish {
    let mut reading = Reading::default();
    let (party, slug) = fields.read(&mut reading, name);
    Wish { patch: Patch::Person(party), slug, faults: reading.faults }
}
