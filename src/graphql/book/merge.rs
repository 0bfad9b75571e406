//! The mutation that makes one book of several.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::Book;
use crate::graphql::list::List;
use crate::graphql::lookup::by_code;
use crate::graphql::mutation::{listed, outcome, user_errors, writer, written};
use crate::graphql::user_error::UserError;
use crate::service::change::Target;

/// Which books are one.
#[derive(InputObject, Debug)]
pub struct BookMergeInput {
    /// The id of the book that is to be left.
    id: ID,
    /// The ids of the books that are the same: 1 to 20. What the one that is left lacks, it takes from them in this order.
    duplicate_ids: Vec<ID>,
    /// The revision of the book that is to be left that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
}

/// What came of a merge.
#[derive(SimpleObject, Debug)]
pub struct BookMergePayload {
    /// The book that is left, as it is now; null where nothing was written.
    book: Option<Book>,
    /// The ids of the books that went into it; empty where nothing was written.
    merged_ids: List<ID>,
    /// What is to be mended before they can be merged; empty where they were.
    user_errors: List<UserError>,
}

#[derive(Default)]
pub struct BookMergeMutation;

#[Object]
impl BookMergeMutation {
    /// Makes one book of several records of it. Reading lists, topics and contributors move to the one that is left, which
    /// also takes what it lacks; notes are kept; old codes, slugs and ISBNs lead there.
    /// Needs the role EDITOR.
    async fn book_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one is to be left, and which are the same.")] input: BookMergeInput,
    ) -> Result<BookMergePayload> {
        let writer = writer(ctx)?;
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        let duplicates = listed("duplicateIds", input.duplicate_ids.clone());
        match outcome(writer.merge(&subject, &duplicates).await)? {
            Ok(node) => Ok(BookMergePayload {
                book: Some(Book(written(by_code(ctx, &node.code).await?)?)),
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
