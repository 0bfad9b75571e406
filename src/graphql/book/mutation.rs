//! The mutations of books.

use super::Book;
use super::input::{BookCreateInput, BookUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    BookMutation: book as Book,

    /// Creates a book as a draft, which readers do not see until `catalogItemPublish`.
    book_create(BookCreateInput) -> BookCreatePayload,

    /// Updates a book.
    book_update(BookUpdateInput) -> BookUpdatePayload,

    /// Deletes a book. Fails with `IN_USE` if reading lists recommend it, unless `force` removes those entries.
    book_delete(BookDeleteInput) -> BookDeletePayload,
}
