//! Topics.

mod filter;
mod object;
mod query;

pub use filter::{TopicOrder, TopicWhere, has_topic};
pub use object::{Topic, TopicConnection, TopicSearchConnection};
pub use query::TopicQuery;
