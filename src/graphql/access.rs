//! The viewer and API tokens.

mod mutation;
mod object;
mod query;

pub use mutation::ApiTokenMutation;
pub use query::AccessQuery;
