//! Filters and orders of tutorials.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateFilter, DateTimeFilter, DurationFilter, LanguageFilter, LevelFilter, StatusFilter, StringFilter, Where,
    combine, on, on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::graphql::party::{OrganizationWhere, PersonWhere};
use crate::graphql::reading_list::ReadingListWhere;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::columns::tutorial;
use crate::loader::{Filter, FilterRelation};
use crate::model::{NodeKind, ResourceKind};

/// A filter of tutorials. All given conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct TutorialWhere {
    /// All of these hold.
    and: Option<Vec<TutorialWhere>>,
    /// At least one of these holds.
    or: Option<Vec<TutorialWhere>>,
    /// This does not hold.
    not: Option<Box<TutorialWhere>>,
    /// The title.
    title: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
    /// When it was published.
    publication_date: Option<DateFilter>,
    /// The language.
    language: Option<LanguageFilter>,
    /// The level.
    level: Option<LevelFilter>,
    /// The total time that it takes.
    time_required: Option<DurationFilter>,
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
    /// Has a contributor that matches.
    has_contributor: Option<Box<PersonWhere>>,
    /// Has a publisher that matches.
    publisher: Option<Box<OrganizationWhere>>,
    /// Is on a reading list that matches.
    listed_in: Option<Box<ReadingListWhere>>,
}

impl Where for TutorialWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(tutorial::TITLE, tutorial::TITLE_FOLDED, self.title, all);
        on_plain_text(tutorial::SLUG, self.slug, all);
        on(tutorial::PUBLICATION_DATE, self.publication_date, all);
        on(tutorial::LANGUAGE, self.language, all);
        on(tutorial::LEVEL, self.level, all);
        on(tutorial::TIME_REQUIRED, self.time_required, all);
        on(tutorial::STATUS, self.status, all);
        on(tutorial::PUBLISHED_AT, self.published_at, all);
        on(tutorial::REVISED_AT, self.revised_at, all);
        on(tutorial::CREATED_AT, self.created_at, all);
        on(tutorial::UPDATED_AT, self.updated_at, all);
        has_topic(NodeKind::Tutorial, self.has_topic, depth, all)?;
        let contributor = FilterRelation::Contributor { to: NodeKind::Tutorial, role: None };
        related(contributor, self.has_contributor.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Publisher(NodeKind::Tutorial), self.publisher.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::ListedIn(ResourceKind::Tutorial), self.listed_in.map(|boxed| *boxed), depth, all)
    }
}

order_input! {
    /// A sort key of tutorials.
    TutorialOrder;
    /// The fields that tutorials can be sorted by.
    TutorialOrderField by crate::loader::columns::tutorial {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// When it was published.
        PublicationDate "PUBLICATION_DATE" = BY_PUBLICATION_DATE,
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
