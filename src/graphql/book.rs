//! Books.

mod filter;
mod object;
mod query;

pub use filter::{BookOrder, BookWhere};
pub use object::{Book, BookConnection, BookSearchConnection};
pub use query::BookQuery;
