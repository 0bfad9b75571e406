//! Books.

mod filter;
mod input;
mod merge;
mod mutation;
mod object;
mod query;

pub use filter::{BookOrder, BookWhere};
pub use merge::BookMergeMutation;
pub use mutation::BookMutation;
pub use object::{Book, BookConnection, BookSearchConnection};
pub use query::BookQuery;
