//! The feed of changes.

mod object;
mod query;

pub use object::Change;
pub use query::ChangeQuery;
