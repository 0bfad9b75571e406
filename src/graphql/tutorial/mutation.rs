//! The mutations of tutorials.

use super::Tutorial;
use super::input::{TutorialCreateInput, TutorialUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    TutorialMutation: tutorial as Tutorial,

    /// Creates a tutorial as a draft.
    tutorial_create(TutorialCreateInput) -> TutorialCreatePayload,

    /// Updates a tutorial. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    tutorial_update(TutorialUpdateInput) -> TutorialUpdatePayload,

    /// Deletes a tutorial. Fails if reading lists recommend it, unless `force` removes those entries.
    tutorial_delete(TutorialDeleteInput) -> TutorialDeletePayload,
}
