//! Filters and orders of courses.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    BooleanFilter, DateTimeFilter, DurationFilter, LanguageFilter, LevelFilter, StatusFilter, StringFilter, Where,
    combine, on, on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::graphql::party::{OrganizationWhere, PersonWhere};
use crate::graphql::reading_list::ReadingListWhere;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::columns::course;
use crate::loader::{Filter, FilterRelation};
use crate::model::{NodeKind, ResourceKind};

/// A filter of courses. All given conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct CourseWhere {
    /// All of these hold.
    and: Option<Vec<CourseWhere>>,
    /// At least one of these holds.
    or: Option<Vec<CourseWhere>>,
    /// This does not hold.
    not: Option<Box<CourseWhere>>,
    /// The title.
    title: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
    /// The language.
    language: Option<LanguageFilter>,
    /// The level.
    level: Option<LevelFilter>,
    /// The total time that it takes.
    time_required: Option<DurationFilter>,
    /// Whether it can be taken without paying.
    is_free: Option<BooleanFilter>,
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
    /// Such a person teaches it.
    has_instructor: Option<Box<PersonWhere>>,
    /// Such an organization offers it.
    provider: Option<Box<OrganizationWhere>>,
    /// Such a university or company is behind it.
    institution: Option<Box<OrganizationWhere>>,
    /// Is on a reading list that matches.
    listed_in: Option<Box<ReadingListWhere>>,
}

impl Where for CourseWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(course::TITLE, course::TITLE_FOLDED, self.title, all);
        on_plain_text(course::SLUG, self.slug, all);
        on(course::LANGUAGE, self.language, all);
        on(course::LEVEL, self.level, all);
        on(course::TIME_REQUIRED, self.time_required, all);
        on(course::IS_FREE, self.is_free, all);
        on(course::STATUS, self.status, all);
        on(course::PUBLISHED_AT, self.published_at, all);
        on(course::REVISED_AT, self.revised_at, all);
        on(course::CREATED_AT, self.created_at, all);
        on(course::UPDATED_AT, self.updated_at, all);
        has_topic(NodeKind::Course, self.has_topic, depth, all)?;
        related(FilterRelation::Instructor, self.has_instructor.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Provider, self.provider.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Institution, self.institution.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::ListedIn(ResourceKind::Course), self.listed_in.map(|boxed| *boxed), depth, all)
    }
}

order_input! {
    /// A sort key of courses.
    CourseOrder;
    /// The fields that courses can be sorted by.
    CourseOrderField by crate::loader::columns::course {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// The total time that it takes.
        TimeRequired "TIME_REQUIRED" = BY_TIME_REQUIRED,
        /// When the item was created.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// When the item last changed.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
        /// When the item became, or will become, public.
        PublishedAt "PUBLISHED_AT" = BY_PUBLISHED_AT,
        /// The number of reading lists that it is on.
        Recommendations "RECOMMENDATIONS" = BY_RECOMMENDATIONS,
    }
}
