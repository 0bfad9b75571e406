//! Filters and orders of topics.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateTimeFilter, StatusFilter, StringFilter, Where, combine, nested, on, on_alias, on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::loader::columns::topic;
use crate::loader::{Filter, FilterRelation};
use crate::model::NodeKind;

/// A filter of topics. All given conditions must hold.
#[derive(InputObject, Clone, Debug)]
pub struct TopicWhere {
    /// All of these hold.
    and: Option<Vec<TopicWhere>>,
    /// At least one of these holds.
    or: Option<Vec<TopicWhere>>,
    /// This does not hold.
    not: Option<Box<TopicWhere>>,
    /// The title, which is the topic's name.
    title: Option<StringFilter>,
    /// One of its other names; `isNull: false` for having any, `isNull: true` for having none.
    alias: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
    /// The publication status.
    status: Option<StatusFilter>,
    /// When the item became, or will become, public.
    published_at: Option<DateTimeFilter>,
    /// When the item was created.
    created_at: Option<DateTimeFilter>,
    /// When the item last changed.
    updated_at: Option<DateTimeFilter>,
    /// Whether it has no topic above it.
    is_root: Option<bool>,
    /// The topic right above it.
    parent: Option<Box<TopicWhere>>,
    /// In `hasTopic`: whether an item also matches that carries a topic below such a topic. It has no effect elsewhere.
    #[graphql(default = true)]
    include_descendants: bool,
}

impl Where for TopicWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(topic::TITLE, topic::TITLE_FOLDED, self.title, all);
        on_plain_text(topic::SLUG, self.slug, all);
        on(topic::STATUS, self.status, all);
        on(topic::PUBLISHED_AT, self.published_at, all);
        on(topic::CREATED_AT, self.created_at, all);
        on(topic::UPDATED_AT, self.updated_at, all);
        if let Some(is_root) = self.is_root {
            // A topic whose parent is hidden is a root to who cannot see the parent.
            let has_parent = Filter::Related(FilterRelation::Parent, Box::new(Filter::everything()));
            all.push(if is_root { Filter::Not(Box::new(has_parent)) } else { has_parent });
        }
        on_alias(NodeKind::Topic, self.alias, all);
        related(FilterRelation::Parent, self.parent.map(|boxed| *boxed), depth, all)
    }
}

/// Adds the condition that an item of kind `of` carries such a topic.
///
/// # Errors
/// When it is nested too deep.
pub fn has_topic(of: NodeKind, condition: Option<Box<TopicWhere>>, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
    if let Some(condition) = condition {
        let relation = FilterRelation::HasTopic { of, descendants: condition.include_descendants };
        all.push(Filter::Related(relation, Box::new(nested(*condition, depth)?)));
    }
    Ok(())
}

order_input! {
    /// A sort key of topics.
    TopicOrder;
    /// The fields that topics can be sorted by.
    TopicOrderField by crate::loader::columns::topic {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// When the item was created.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// When the item last changed.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
        /// When the item became, or will become, public.
        PublishedAt "PUBLISHED_AT" = BY_PUBLISHED_AT,
    }
}
