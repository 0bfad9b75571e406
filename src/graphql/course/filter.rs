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

/// A filter for courses. All fields that are set must match; `{}` matches every course.
#[derive(InputObject, Debug, Default)]
pub struct CourseWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<CourseWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<CourseWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<CourseWhere>>,
    /// Matches the title. `contains` and `startsWith` ignore case and accents.
    title: Option<StringFilter>,
    /// Matches the current slug character by character. Former slugs do not match.
    slug: Option<StringFilter>,
    /// Matches the language of the content, such as `{ matches: "en" }`.
    language: Option<LanguageFilter>,
    /// Matches the prior knowledge that the resource expects.
    level: Option<LevelFilter>,
    /// Matches the total time that a learner needs, such as `{ lte: "PT10H" }`.
    time_required: Option<DurationFilter>,
    /// Matches whether learners can take the course without paying.
    is_free: Option<BooleanFilter>,
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
    /// Matches courses that a matching person teaches.
    has_instructor: Option<Box<PersonWhere>>,
    /// Matches courses whose provider matches. Courses without a provider do not match.
    provider: Option<Box<OrganizationWhere>>,
    /// Matches courses whose institution matches. Courses without an institution do not match.
    institution: Option<Box<OrganizationWhere>>,
    /// Matches resources that a matching reading list recommends.
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
    /// A sort key for lists of courses: a field and a direction.
    CourseOrder;
    /// The fields by which `courses` can be sorted. Items with equal values are always in the same order.
    CourseOrderField by crate::loader::columns::course {
        /// The title. A leading article is ignored, case and accents only break ties, and numbers compare by value:
        /// "Part 2" precedes "Part 10".
        Title "TITLE" = BY_TITLE,
        /// The total time that a learner needs. Unknown times come last in both directions.
        TimeRequired "TIME_REQUIRED" = BY_TIME_REQUIRED,
        /// The time at which the item was added to the catalog.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// The time of the last change of the item (`updatedAt`).
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
        /// The time at which the item became, or will become, public. Items without one come last in both directions.
        PublishedAt "PUBLISHED_AT" = BY_PUBLISHED_AT,
        /// The number of visible reading lists that recommend the item.
        Recommendations "RECOMMENDATIONS" = BY_RECOMMENDATIONS,
    }
}
