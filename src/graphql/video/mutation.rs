//! The mutations of videos.

use super::Video;
use super::input::{VideoCreateInput, VideoUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    VideoMutation: video as Video,

    /// Creates a video as a draft, which readers do not see until `catalogItemPublish`.
    video_create(VideoCreateInput) -> VideoCreatePayload,

    /// Updates a video.
    video_update(VideoUpdateInput) -> VideoUpdatePayload,

    /// Deletes a video. Fails with `IN_USE` if reading lists recommend it, unless `force` removes those entries.
    video_delete(VideoDeleteInput) -> VideoDeletePayload,
}
