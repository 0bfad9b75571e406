//! The mutations of books.

use super::Book;
use super::input::{BookCreateInput, BookUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    BookMutation: book as Book,

    /// Makes a book. It is a draft until it is published.
    book_create(BookCreateInput) -> BookCreatePayload,

    /// Changes a book: what is left out stays as it is, null clears, a list replaces the whole list.
    book_update(BookUpdateInput) -> BookUpdatePayload,

    /// Deletes a book. One that reading lists recommend is kept, unless `force` takes it off them.
    book_delete(BookDeleteInput) -> BookDeletePayload,
}
