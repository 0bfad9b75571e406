//! What a topic can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::ItemFields;

/// A topic that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct TopicCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: TopicFields,
}

/// What is to change about a topic. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct TopicUpdateInput {
    /// The id of the topic.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
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
