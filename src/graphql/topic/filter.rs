//! Filters and orders of topics.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateTimeFilter, StatusFilter, StringFilter, Where, combine, nested, on, on_alias, on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::loader::columns::topic;
use crate::loader::{Filter, FilterRelation};
use crate::model::NodeKind;

/// A filter for topics. All fields that are set must match; `{}` matches every topic.
#[derive(InputObject, Clone, Debug)]
pub struct TopicWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<TopicWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<TopicWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<TopicWhere>>,
    /// Matches the title. `contains` and `startsWith` ignore case and accents.
    title: Option<StringFilter>,
    /// Matches one of the other names. `isNull: true` matches topics without other names.
    alias: Option<StringFilter>,
    /// Matches the current slug character by character. Former slugs do not match.
    slug: Option<StringFilter>,
    /// Matches the publication status at the time of the request. Useful only with a preview of drafts.
    status: Option<StatusFilter>,
    /// Matches the time at which the item became, or will become, public.
    published_at: Option<DateTimeFilter>,
    /// Matches the time at which the item was added to the catalog.
    created_at: Option<DateTimeFilter>,
    /// Matches the time of the last change of the item.
    updated_at: Option<DateTimeFilter>,
    /// `true` matches root topics, which have no parent that the caller can see; `false` matches all others.
    is_root: Option<bool>,
    /// Matches topics whose parent matches. Roots do not match.
    parent: Option<Box<TopicWhere>>,
    /// Within `hasTopic`: whether items that have a topic below a matching topic match too. Default: true. Elsewhere it
    /// has no effect.
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
            // A topic whose parent is hidden is a root for requesters who cannot see the parent.
            let has_parent = Filter::Related(FilterRelation::Parent, Box::new(Filter::everything()));
            all.push(if is_root { Filter::Not(Box::new(has_parent)) } else { has_parent });
        }
        on_alias(NodeKind::Topic, self.alias, all);
        related(FilterRelation::Parent, self.parent.map(|boxed| *boxed), depth, all)
    }
}

/// Adds the condition that an item of kind `of` has a matching topic.
///
/// # Errors
/// When the filter is nested too deep.
pub fn has_topic(of: NodeKind, condition: Option<Box<TopicWhere>>, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
    if let Some(condition) = condition {
        let relation = FilterRelation::HasTopic { of, descendants: condition.include_descendants };
        all.push(Filter::Related(relation, Box::new(nested(*condition, depth)?)));
    }
    Ok(())
}

order_input! {
    /// A sort key for lists of topics: a field and a direction.
    TopicOrder;
    /// The fields by which `topics` can be sorted. Items with equal values are always in the same order.
    TopicOrderField by crate::loader::columns::topic {
        /// The title. A leading article is ignored, case and accents only break ties, and numbers compare by value:
        /// "Part 2" precedes "Part 10".
        Title "TITLE" = BY_TITLE,
        /// The time at which the item was added to the catalog.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// The time of the last change of the item (`updatedAt`).
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
        /// The time at which the item became, or will become, public. Items without one come last in both directions.
        PublishedAt "PUBLISHED_AT" = BY_PUBLISHED_AT,
    }
}
