//! What a tutorial can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Date;

/// A tutorial that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct TutorialCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: TutorialFields,
}

/// What is to change about a tutorial. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct TutorialUpdateInput {
    /// The id of the tutorial.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: TutorialFields,
}

/// The fields of a tutorial, but for the title.
#[derive(InputObject, Debug)]
struct TutorialFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    /// Everybody who worked on it, in order, at most 50. The only role is AUTHOR.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// When it was published.
    publication_date: MaybeUndefined<Date>,
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
