//! The mutations of careers.

use super::Career;
use super::input::{CareerCreateInput, CareerUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    CareerMutation: career as Career,

    /// Makes a career. It is a draft until it is published.
    career_create(CareerCreateInput) -> CareerCreatePayload,

    /// Changes a career: what is left out stays as it is, null clears, a list replaces the whole list.
    career_update(CareerUpdateInput) -> CareerUpdatePayload,

    /// Deletes a career. One that other careers name as related is kept, unless `force` takes it off them. Its reading list goes with it.
    career_delete(CareerDeleteInput) -> CareerDeletePayload,
}
