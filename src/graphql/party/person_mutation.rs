//! The mutations of people.

use super::Person;
use super::person_input::{PersonCreateInput, PersonUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    PersonMutation: person as Person,

    /// Makes a person.
    person_create(PersonCreateInput) -> PersonCreatePayload,

    /// Changes a person: what is left out stays as it is, null clears.
    person_update(PersonUpdateInput) -> PersonUpdatePayload,

    /// Deletes a person. Somebody whom books or courses name is kept, unless `force` takes the name off them.
    person_delete(PersonDeleteInput) -> PersonDeletePayload,
}
