//! Podcasts.

use super::item::resource;

resource! {
    /// A podcast: a series of audio episodes.
    Podcast "podcast" {
        publisher_id "publisher_id": Option<i64>,
        feed_url "feed_url": Option<String>,
        episode_count "episode_count": Option<i32>,
    }
}
