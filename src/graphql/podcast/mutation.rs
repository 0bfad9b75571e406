//! The mutations of podcasts.

use super::Podcast;
use super::input::{PodcastCreateInput, PodcastUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    PodcastMutation: podcast as Podcast,

    /// Creates a podcast as a draft, which readers do not see until `catalogItemPublish`.
    podcast_create(PodcastCreateInput) -> PodcastCreatePayload,

    /// Updates a podcast.
    podcast_update(PodcastUpdateInput) -> PodcastUpdatePayload,

    /// Deletes a podcast. Fails with `IN_USE` if reading lists recommend it, unless `force` removes those entries.
    podcast_delete(PodcastDeleteInput) -> PodcastDeletePayload,
}
