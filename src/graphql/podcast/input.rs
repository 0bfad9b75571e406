//! Inputs of the mutations of podcasts.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Url;

/// The input of `podcastCreate`. A new podcast is a draft.
#[derive(InputObject, Debug)]
pub struct PodcastCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: PodcastFields,
}

/// The input of `podcastUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct PodcastUpdateInput {
    /// The id of the podcast.
    id: ID,
    /// The expected revision. The update fails if the podcast has another one.
    expected_revision: Option<i32>,
    /// The title.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: PodcastFields,
}

/// The fields of a podcast, but for the title.
#[derive(InputObject, Debug)]
struct PodcastFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    /// The contributors in order, at most 50. The only role is HOST.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// The URL of the feed that podcast apps subscribe to.
    feed_url: MaybeUndefined<Url>,
    /// The number of episodes.
    episode_count: MaybeUndefined<i32>,
    /// The ids of its topics, the main topic first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
