//! Inputs of the mutations of tutorials.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::description::description;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Date;

/// The fields of a new tutorial, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct TutorialCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: TutorialFields,
}

/// The changes to a tutorial. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct TutorialUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
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
    #[doc = description!(contributors as "AUTHOR")]
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    #[doc = description!(publisher_id)]
    publisher_id: MaybeUndefined<ID>,
    #[doc = description!(publication_date)]
    publication_date: MaybeUndefined<Date>,
    #[doc = description!(topic_ids)]
    topic_ids: MaybeUndefined<Vec<ID>>,
}
