//! The mutations of podcasts.

use super::Podcast;
use super::input::{PodcastCreateInput, PodcastUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    PodcastMutation: podcast as Podcast,

    /// Makes a podcast. It is a draft until it is published.
    podcast_create(PodcastCreateInput) -> PodcastCreatePayload,

    /// Changes a podcast: what is left out stays as it is, null clears, a list replaces the whole list.
    podcast_update(PodcastUpdateInput) -> PodcastUpdatePayload,

    /// Deletes a podcast. One that reading lists recommend is kept, unless `force` takes it off them.
    podcast_delete(PodcastDeleteInput) -> PodcastDeletePayload,
}
