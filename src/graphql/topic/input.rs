//! Inputs of the mutations of topics.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::ItemFields;

/// The input of `topicCreate`. A new topic is a draft.
#[derive(InputObject, Debug)]
pub struct TopicCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: TopicFields,
}

/// The input of `topicUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct TopicUpdateInput {
    /// The id of the topic.
    id: ID,
    /// The expected revision. The update fails if the topic has another one.
    expected_revision: Option<i32>,
    /// The title.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: TopicFields,
}

/// The fields of a topic, but for the title.
#[derive(InputObject, Debug)]
struct TopicFields {
    #[graphql(flatten)]
    item: ItemFields,
    /// What else it is called, at most 20 names.
    aliases: MaybeUndefined<Vec<String>>,
    /// The id of the topic above it; a topic without one is a root of the tree.
    parent_id: MaybeUndefined<ID>,
    /// The ids of topics that are close to it, the closest first.
    related_topic_ids: MaybeUndefined<Vec<ID>>,
}
