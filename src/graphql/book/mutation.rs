//! The mutations of books.

use super::Book;
use super::input::{BookCreateInput, BookUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    BookMutation: book as Book,

    /// Creates a book as a draft.
    book_create(BookCreateInput) -> BookCreatePayload,

    /// Updates a book. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    book_update(BookUpdateInput) -> BookUpdatePayload,

    /// Deletes a book. Fails if reading lists recommend it, unless `force` removes those entries.
    book_delete(BookDeleteInput) -> BookDeletePayload,
}
