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

/// A filter of careers. All given conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct CareerWhere {
    /// All of these hold.
    and: Option<Vec<CareerWhere>>,
    /// At least one of these holds.
    or: Option<Vec<CareerWhere>>,
    /// This does not hold.
    not: Option<Box<CareerWhere>>,
    /// The title.
    title: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
    /// One of its other names.
    alias: Option<StringFilter>,
    /// The occupation's code.
    occupation_code: Option<StringFilter>,
    /// The publication status.
    status: Option<StatusFilter>,
    /// When the item became, or will become, public.
    published_at: Option<DateTimeFilter>,
    /// When an editor last marked the item as revised.
    revised_at: Option<DateTimeFilter>,
    /// When the item was created.
    created_at: Option<DateTimeFilter>,
    /// When the item last changed.
    updated_at: Option<DateTimeFilter>,
    /// Has a topic that matches.
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
    /// A sort key of careers.
    CareerOrder;
    /// The fields that careers can be sorted by.
    CareerOrderField by crate::loader::columns::career {
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
