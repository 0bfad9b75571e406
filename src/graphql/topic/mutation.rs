//! The mutations of topics.

use super::Topic;
use super::input::{TopicCreateInput, TopicUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    TopicMutation: topic as Topic,

    /// Creates a topic as a draft.
    topic_create(TopicCreateInput) -> TopicCreatePayload,

    /// Updates a topic. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    topic_update(TopicUpdateInput) -> TopicUpdatePayload,

    /// Deletes a topic. One that items carry, or that has topics below or beside it, is kept, unless `force` cuts these ties: what was below it becomes a root. Its reading list goes with it.
    topic_delete(TopicDeleteInput) -> TopicDeletePayload,
}
