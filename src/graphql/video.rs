//! Videos.

mod filter;
mod input;
mod json_ld;
mod mutation;
mod object;
mod query;

pub use filter::{VideoOrder, VideoWhere};
pub use mutation::VideoMutation;
pub use object::{Video, VideoSearchConnection};
pub use query::VideoQuery;
