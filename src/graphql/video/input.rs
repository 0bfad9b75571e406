//! Inputs of the mutations of videos.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::description::description;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Date;

/// The fields of a new video, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct VideoCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: VideoFields,
}

/// The changes to a video. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct VideoUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: VideoFields,
}

/// The fields of a video, but for the title.
#[derive(InputObject, Debug)]
struct VideoFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    #[doc = description!(contributors as "CREATOR")]
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    #[doc = description!(publisher_id)]
    publisher_id: MaybeUndefined<ID>,
    #[doc = description!(publication_date)]
    publication_date: MaybeUndefined<Date>,
    #[doc = description!(topic_ids)]
    topic_ids: MaybeUndefined<Vec<ID>>,
}
