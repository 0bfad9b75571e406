//! The mutations of people.

use super::Person;
use super::person_input::{PersonCreateInput, PersonUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    PersonMutation: person as Person,

    /// Creates a person. Readers see the person once a published item has them as a contributor or instructor.
    person_create(PersonCreateInput) -> PersonCreatePayload,

    /// Updates a person.
    person_update(PersonUpdateInput) -> PersonUpdatePayload,

    /// Deletes a person. Fails with `IN_USE` if the person is a contributor to an item or an instructor of a course,
    /// unless `force` removes the person from them.
    person_delete(PersonDeleteInput) -> PersonDeletePayload,
}
