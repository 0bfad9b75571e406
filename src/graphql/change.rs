//! The change feed.

mod object;
mod query;

pub use object::Change;
pub use query::ChangeQuery;
