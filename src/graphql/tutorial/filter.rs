//! What tutorials are filtered and ordered by.

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

/// Which tutorials. All conditions that are given must hold.
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
    /// The language that it is in.
    language: Option<LanguageFilter>,
    /// How much it expects one to know.
    level: Option<LevelFilter>,
    /// How long it takes in all.
    time_required: Option<DurationFilter>,
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
    /// Such a person worked on it.
    has_contributor: Option<Box<PersonWhere>>,
    /// Such an organization published it.
    publisher: Option<Box<OrganizationWhere>>,
    /// It is on such a reading list.
    listed_in: Option<Box<ReadingListWhere>>,
}

impl Where for TutorialWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(tutorial::TITLE, tutorial::TITLE_KEY, self.title, all);
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
    /// What tutorials are ordered by.
    TutorialOrder;
    /// What tutorials can be ordered by.
    TutorialOrderField by crate::loader::columns::tutorial {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// When it was published.
        PublicationDate "PUBLICATION_DATE" = BY_PUBLICATION_DATE,
        /// When it was made.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// When it was last changed.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
        /// From when on it is there for everybody.
        PublishedAt "PUBLISHED_AT" = BY_PUBLISHED_AT,
        /// How many reading lists it is on.
        Recommendations "RECOMMENDATIONS" = BY_RECOMMENDATIONS,
    }
}
