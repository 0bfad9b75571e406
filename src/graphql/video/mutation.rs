//! The mutations of videos.

use super::Video;
use super::input::{VideoCreateInput, VideoUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    VideoMutation: video as Video,

    /// Makes a video. It is a draft until it is published.
    video_create(VideoCreateInput) -> VideoCreatePayload,

    /// Changes a video: what is left out stays as it is, null clears, a list replaces the whole list.
    video_update(VideoUpdateInput) -> VideoUpdatePayload,

    /// Deletes a video. One that reading lists recommend is kept, unless `force` takes it off them.
    video_delete(VideoDeleteInput) -> VideoDeletePayload,
}
