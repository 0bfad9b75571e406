//! The mutations of podcasts.

use super::Podcast;
use super::input::{PodcastCreateInput, PodcastUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    PodcastMutation: podcast as Podcast,

    /// Creates a podcast as a draft.
    podcast_create(PodcastCreateInput) -> PodcastCreatePayload,

    /// Updates a podcast. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    podcast_update(PodcastUpdateInput) -> PodcastUpdatePayload,

    /// Deletes a podcast. Fails if reading lists recommend it, unless `force` removes those entries.
    podcast_delete(PodcastDeleteInput) -> PodcastDeletePayload,
}
