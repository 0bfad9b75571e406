//! Inputs of the mutations of podcasts.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::contribution::ContributorInput;
use crate::graphql::description::description;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::Url;

/// The fields of a new podcast, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct PodcastCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: PodcastFields,
}

/// The changes to a podcast. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct PodcastUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
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
    #[doc = description!(contributors as "HOST")]
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    #[doc = description!(publisher_id)]
    publisher_id: MaybeUndefined<ID>,
    /// The URL of the feed that podcast apps subscribe to, at most 2,048 characters. Null clears it.
    feed_url: MaybeUndefined<Url>,
    /// The number of episodes published so far, from 1 to 100,000. Null clears it.
    episode_count: MaybeUndefined<i32>,
    #[doc = description!(topic_ids)]
    topic_ids: MaybeUndefined<Vec<ID>>,
}
