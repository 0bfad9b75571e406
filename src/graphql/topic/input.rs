//! Inputs of the mutations of topics.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::description::description;
use crate::graphql::mutation::ItemFields;

/// The fields of a new topic, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct TopicCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: TopicFields,
}

/// The changes to a topic. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct TopicUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: TopicFields,
}

/// The fields of a topic, but for the title.
#[derive(InputObject, Debug)]
struct TopicFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[doc = description!(aliases)]
    aliases: MaybeUndefined<Vec<String>>,
    /// The id of the parent topic. Optional; null makes the topic a root of the tree. Fails with `CYCLE` if the parent
    /// is the topic itself or below it, and with `TOO_MANY` if the tree would get more than 8 levels.
    parent_id: MaybeUndefined<ID>,
    /// The ids of related topics, the closest first: at most 100, without duplicates and without the topic itself. The
    /// relation is one-way. Replaces the list; null clears it.
    related_topic_ids: MaybeUndefined<Vec<ID>>,
}
