//! What careers are filtered and ordered by.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateTimeFilter, StatusFilter, StringFilter, Where, combine, on, on_alias, on_plain_text, on_text,
};
use crate::graphql::order::order_input;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::Filter;
use crate::loader::columns::career;
use crate::model::NodeKind;

/// Which careers. All conditions that are given must hold.
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
    /// Where it is between being written and being withdrawn.
    status: Option<StatusFilter>,
    /// From when on it is there for everybody.
    published_at: Option<DateTimeFilter>,
    /// When an editor last called it revised.
    revised_at: Option<DateTimeFilter>,
    /// When it was made.
    created_at: Option<DateTimeFilter>,
    /// When it was last changed.
    updated_at: Option<DateTimeFilter>,
    /// It carries such a topic.
    has_topic: Option<Box<TopicWhere>>,
}

impl Where for CareerWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(career::TITLE, career::TITLE_KEY, self.title, all);
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
    /// What careers are ordered by.
    CareerOrder;
    /// What careers can be ordered by.
    CareerOrderField by crate::loader::columns::career {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// When it was made.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// When it was last changed.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
        /// From when on it is there for everybody.
        PublishedAt "PUBLISHED_AT" = BY_PUBLISHED_AT,
    }
}
