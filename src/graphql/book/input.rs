//! Inputs of the mutations of books.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::description::description;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Isbn;

/// The fields of a new book, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct BookCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: BookFields,
}

/// The changes to a book. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct BookUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: BookFields,
}

/// The fields of a book, but for the title.
#[derive(InputObject, Debug)]
struct BookFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    /// The subtitle, at most 500 characters. Null clears it.
    subtitle: MaybeUndefined<String>,
    /// The original title of a translated work, at most 500 characters. Null clears it.
    original_title: MaybeUndefined<String>,
    /// The contributors in display order: at most 50, each person at most once per role. Replaces the list; null clears
    /// it.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    #[doc = description!(publisher_id)]
    publisher_id: MaybeUndefined<ID>,
    /// The year in which this edition was published, from -3000 to next year; years BCE are negative. Null clears it.
    publication_year: MaybeUndefined<i32>,
    /// The edition as the publisher names it, such as "2nd", at most 100 characters. Null clears it.
    edition: MaybeUndefined<String>,
    /// The ISBN, with 10 or 13 digits. Fails with `TAKEN` if it belongs to another book, or to one that was merged into
    /// another. Null clears it.
    isbn13: MaybeUndefined<Isbn>,
    /// The number of pages, from 1 to 50,000. Null clears it.
    page_count: MaybeUndefined<i32>,
    #[doc = description!(topic_ids)]
    topic_ids: MaybeUndefined<Vec<ID>>,
}
