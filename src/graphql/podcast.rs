//! Podcasts.

mod filter;
mod input;
mod json_ld;
mod mutation;
mod object;
mod query;

pub use filter::{PodcastOrder, PodcastWhere};
pub use mutation::PodcastMutation;
pub use object::{Podcast, PodcastSearchConnection};
pub use query::PodcastQuery;
