//! The mutations of videos.

use super::Video;
use super::input::{VideoCreateInput, VideoUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    VideoMutation: video as Video,

    /// Creates a video as a draft.
    video_create(VideoCreateInput) -> VideoCreatePayload,

    /// Updates a video. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    video_update(VideoUpdateInput) -> VideoUpdatePayload,

    /// Deletes a video. Fails if reading lists recommend it, unless `force` removes those entries.
    video_delete(VideoDeleteInput) -> VideoDeletePayload,
}
