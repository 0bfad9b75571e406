//! The mutations of tutorials.

use super::Tutorial;
use super::input::{TutorialCreateInput, TutorialUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    TutorialMutation: tutorial as Tutorial,

    /// Creates a tutorial as a draft, which readers do not see until `catalogItemPublish`.
    tutorial_create(TutorialCreateInput) -> TutorialCreatePayload,

    /// Updates a tutorial.
    tutorial_update(TutorialUpdateInput) -> TutorialUpdatePayload,

    /// Deletes a tutorial. Fails with `IN_USE` if reading lists recommend it, unless `force` removes those entries.
    tutorial_delete(TutorialDeleteInput) -> TutorialDeletePayload,
}
