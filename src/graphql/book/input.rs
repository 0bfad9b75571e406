//! Inputs of the mutations of books.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Isbn;

/// The input of `bookCreate`. A new book is a draft.
#[derive(InputObject, Debug)]
pub struct BookCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: BookFields,
}

/// The input of `bookUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct BookUpdateInput {
    /// The id of the book.
    id: ID,
    /// The expected revision. The update fails if the book has another one.
    expected_revision: Option<i32>,
    /// The title.
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
    /// What stands below the title.
    subtitle: MaybeUndefined<String>,
    /// The title of the translated work, in its original language.
    original_title: MaybeUndefined<String>,
    /// The contributors in order, at most 50.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// The year of this edition; negative before the common era.
    publication_year: MaybeUndefined<i32>,
    /// Which edition it is, as the publisher counts: "2nd".
    edition: MaybeUndefined<String>,
    /// Its ISBN, of ten digits or thirteen; no other book may have it.
    isbn13: MaybeUndefined<Isbn>,
    /// The number of pages.
    page_count: MaybeUndefined<i32>,
    /// The ids of its topics, the main topic first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
