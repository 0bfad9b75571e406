//! What a podcast can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Url;

/// A podcast that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct PodcastCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: PodcastFields,
}

/// What is to change about a podcast. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct PodcastUpdateInput {
    /// The id of the podcast.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
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
    /// Everybody who worked on it, in order, at most 50. The only role is HOST.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// The address of its feed, which apps for podcasts subscribe to.
    feed_url: MaybeUndefined<Url>,
    /// How many episodes it has.
    episode_count: MaybeUndefined<i32>,
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}
