//! Topics.

mod filter;
mod input;
mod mutation;
mod object;
mod query;

pub use filter::{TopicOrder, TopicWhere, has_topic};
pub use mutation::TopicMutation;
pub use object::{Topic, TopicConnection, TopicSearchConnection};
pub use query::TopicQuery;
