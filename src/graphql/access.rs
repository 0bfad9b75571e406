//! Who is asking, and the tokens that let others ask.

mod mutation;
mod object;
mod query;

pub use mutation::ApiTokenMutation;
pub use query::AccessQuery;
