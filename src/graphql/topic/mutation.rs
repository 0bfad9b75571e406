//! The mutations of topics.

use super::Topic;
use super::input::{TopicCreateInput, TopicUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    TopicMutation: topic as Topic,

    /// Creates a topic as a draft, which readers do not see until `catalogItemPublish`.
    topic_create(TopicCreateInput) -> TopicCreatePayload,

    /// Updates a topic.
    topic_update(TopicUpdateInput) -> TopicUpdatePayload,

    /// Deletes a topic and its reading list. Fails with `IN_USE` if items have the topic or if it is the parent or a
    /// related topic of others, unless `force` removes these references. Its subtopics become roots of the tree then.
    topic_delete(TopicDeleteInput) -> TopicDeletePayload,
}
