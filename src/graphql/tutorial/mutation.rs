//! The mutations of tutorials.

use super::Tutorial;
use super::input::{TutorialCreateInput, TutorialUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    TutorialMutation: tutorial as Tutorial,

    /// Makes a tutorial. It is a draft until it is published.
    tutorial_create(TutorialCreateInput) -> TutorialCreatePayload,

    /// Changes a tutorial: what is left out stays as it is, null clears, a list replaces the whole list.
    tutorial_update(TutorialUpdateInput) -> TutorialUpdatePayload,

    /// Deletes a tutorial. One that reading lists recommend is kept, unless `force` takes it off them.
    tutorial_delete(TutorialDeleteInput) -> TutorialDeletePayload,
}
