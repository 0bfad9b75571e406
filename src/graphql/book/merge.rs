//! The mutation that merges duplicates into a book.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::Book;
use crate::graphql::description::description;
use crate::graphql::list::List;
use crate::graphql::lookup::by_code;
use crate::graphql::mutation::{outcome, references, user_errors, writer, written};
use crate::graphql::user_error::UserError;
use crate::service::change::Target;

/// The book to keep, and the duplicates to merge into it.
#[derive(InputObject, Debug)]
pub struct BookMergeInput {
    /// The id of the book to keep. An unknown id fails with `NOT_FOUND`, the id of another type with `WRONG_TYPE`.
    id: ID,
    /// The ids of the duplicates to merge into it and to delete: 1 to 20, without repetitions and without the book to
    /// keep. Missing values are taken from the first duplicate that has them.
    duplicate_ids: Vec<ID>,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
}

/// The result of `bookMerge`: the merged book, or the errors that prevented the merge.
#[derive(SimpleObject, Debug)]
pub struct BookMergePayload {
    /// The surviving book, after the merge. Null if nothing was written because of `userErrors`.
    book: Option<Book>,
    /// The ids of the duplicates, as given in the input; they are deleted now. Empty if nothing was written.
    merged_ids: List<ID>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

#[derive(Default)]
pub struct BookMergeMutation;

#[Object]
impl BookMergeMutation {
    /// Merges duplicates of a book into it and deletes them. The book takes over their reading list entries with the
    /// notes, their topics and contributors, and the values that it lacks; their codes, slugs and ISBNs redirect to it.
    /// Fails with `INVALID_TRANSITION` if a duplicate is public before the book is, with `TOO_MANY` or `TOO_LONG` if
    /// the result exceeds a limit, and with `STALE_REVISION` if `expectedRevision` is not the current one. A merge
    /// cannot be undone. Requires the role `EDITOR`.
    async fn book_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The book to keep, and the 1 to 20 duplicates to merge into it.")] input: BookMergeInput,
    ) -> Result<BookMergePayload> {
        let writer = writer(ctx)?;
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        let duplicates = references("duplicateIds", input.duplicate_ids.clone());
        match outcome(writer.merge(&subject, &duplicates).await)? {
            Ok(node) => Ok(BookMergePayload {
                book: Some(Book(written(by_code(ctx, &node.code).await)?)),
                merged_ids: List(input.duplicate_ids),
                user_errors: List(Vec::new()),
            }),
            Err(rejections) => {
                let user_errors = user_errors(ctx, rejections).await?;
                Ok(BookMergePayload { book: None, merged_ids: List(Vec::new()), user_errors })
            }
        }
    }
}
