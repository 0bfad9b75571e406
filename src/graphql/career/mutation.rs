//! The mutations of careers.

use super::Career;
use super::input::{CareerCreateInput, CareerUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    CareerMutation: career as Career,

    /// Creates a career as a draft, which readers do not see until `catalogItemPublish`.
    career_create(CareerCreateInput) -> CareerCreatePayload,

    /// Updates a career.
    career_update(CareerUpdateInput) -> CareerUpdatePayload,

    /// Deletes a career and its reading list. Fails with `IN_USE` if it is a related career of others, unless `force`
    /// removes it from them.
    career_delete(CareerDeleteInput) -> CareerDeletePayload,
}
