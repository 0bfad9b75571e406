//! The feed of changes.

mod object;
mod query;

pub use query::ChangeQuery;
