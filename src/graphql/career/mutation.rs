//! The mutations of careers.

use super::Career;
use super::input::{CareerCreateInput, CareerUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    CareerMutation: career as Career,

    /// Creates a career as a draft.
    career_create(CareerCreateInput) -> CareerCreatePayload,

    /// Updates a career. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    career_update(CareerUpdateInput) -> CareerUpdatePayload,

    /// Deletes a career. One that other careers name as related is kept, unless `force` takes it off them. Its reading list goes with it.
    career_delete(CareerDeleteInput) -> CareerDeletePayload,
}
