//! What a video can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Date;

/// A video that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct VideoCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: VideoFields,
}

/// What is to change about a video. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct VideoUpdateInput {
    /// The id of the video.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
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
    /// Everybody who worked on it, in order, at most 50. The only role is CREATOR.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// When it was published.
    publication_date: MaybeUndefined<Date>,
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
