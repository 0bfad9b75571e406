//! Filters and orders of careers.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateTimeFilter, StatusFilter, StringFilter, Where, combine, on, on_alias, on_plain_text, on_text,
};
use crate::graphql::order::order_input;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::Filter;
use crate::loader::columns::career;
use crate::model::NodeKind;

/// A filter for careers. All fields that are set must match; `{}` matches every career.
#[derive(InputObject, Debug, Default)]
pub struct CareerWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<CareerWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<CareerWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<CareerWhere>>,
    /// Matches the title. `contains` and `startsWith` ignore case and accents.
    title: Option<StringFilter>,
    /// Matches the current slug character by character. Former slugs do not match.
    slug: Option<StringFilter>,
    /// Matches one of the other names. `isNull: true` matches careers without other names.
    alias: Option<StringFilter>,
    /// Matches the code of the occupation character by character.
    occupation_code: Option<StringFilter>,
    /// Matches the publication status at the time of the request. Useful only with a preview of drafts.
    status: Option<StatusFilter>,
    /// Matches the time at which the item became, or will become, public.
    published_at: Option<DateTimeFilter>,
    /// Matches the date of the last revision of the content, as set by an editor.
    revised_at: Option<DateTimeFilter>,
    /// Matches the time at which the item was added to the catalog.
    created_at: Option<DateTimeFilter>,
    /// Matches the time of the last change of the item.
    updated_at: Option<DateTimeFilter>,
    /// Matches items with a matching topic or, unless `includeDescendants` is false, a topic below one.
    has_topic: Option<Box<TopicWhere>>,
}

impl Where for CareerWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(career::TITLE, career::TITLE_FOLDED, self.title, all);
        on_plain_text(career::SLUG, self.slug, all);
        on_alias(NodeKind::Career, self.alias, all);
        on_plain_text(career::OCCUPATION_CODE, self.occupation_code, all);
        on(career::STATUS, self.status, all);
        on(career::PUBLISHED_AT, self.published_at, all);
        on(career::REVISED_AT, self.revised_at, all);
        on(career::CREATED_AT, self.created_at, all);
        on(career::UPDATED_AT, self.updated_at, all);
        has_topic(NodeKind::Career, self.has_topic, depth, all)
    }
}

order_input! {
    /// A sort key for lists of careers: a field and a direction.
    CareerOrder;
    /// The fields by which `careers` can be sorted. Items with equal values are always in the same order.
    CareerOrderField by crate::loader::columns::career {
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
