//! Inputs of the mutations of videos.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Date;

/// The input of `videoCreate`. A new video is a draft.
#[derive(InputObject, Debug)]
pub struct VideoCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: VideoFields,
}

/// The input of `videoUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct VideoUpdateInput {
    /// The id of the video.
    id: ID,
    /// The expected revision. The update fails if the video has another one.
    expected_revision: Option<i32>,
    /// The title.
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
    /// The contributors in order, at most 50. The only role is CREATOR.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// When it was published.
    publication_date: MaybeUndefined<Date>,
    /// The ids of its topics, the main topic first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
