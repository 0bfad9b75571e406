//! What a book can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Isbn;

/// A book that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct BookCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: BookFields,
}

/// What is to change about a book. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct BookUpdateInput {
    /// The id of the book.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
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
    /// The title of the work that it translates, in the language of that work.
    original_title: MaybeUndefined<String>,
    /// Everybody who worked on it, in order, at most 50.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// The year of this edition; negative before the common era.
    publication_year: MaybeUndefined<i32>,
    /// Which edition it is, as the publisher counts: "2nd".
    edition: MaybeUndefined<String>,
    /// Its ISBN, of ten digits or thirteen; no other book may have it.
    isbn13: MaybeUndefined<Isbn>,
    /// How many pages it has.
    page_count: MaybeUndefined<i32>,
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
