//! Careers.

mod article;
mod filter;
mod input;
mod mutation;
mod object;
mod query;

pub use filter::{CareerOrder, CareerWhere};
pub use mutation::CareerMutation;
pub use object::{Career, CareerConnection, CareerSearchConnection};
pub use query::CareerQuery;
