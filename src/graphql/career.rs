//! Careers.

mod article;
mod filter;
mod object;
mod query;

pub use filter::{CareerOrder, CareerWhere};
pub use object::{Career, CareerConnection, CareerSearchConnection};
pub use query::CareerQuery;
