//! Inputs of the mutations of tutorials.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Date;

/// The input of `tutorialCreate`. A new tutorial is a draft.
#[derive(InputObject, Debug)]
pub struct TutorialCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: TutorialFields,
}

/// The input of `tutorialUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct TutorialUpdateInput {
    /// The id of the tutorial.
    id: ID,
    /// The expected revision. The update fails if the tutorial has another one.
    expected_revision: Option<i32>,
    /// The title.
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
    /// The contributors in order, at most 50. The only role is AUTHOR.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// When it was published.
    publication_date: MaybeUndefined<Date>,
    /// The ids of its topics, the main topic first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
