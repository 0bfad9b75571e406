//! What podcasts are filtered and ordered by.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateTimeFilter, DurationFilter, LanguageFilter, LevelFilter, StatusFilter, StringFilter, Where, combine, on,
    on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::graphql::party::{OrganizationWhere, PersonWhere};
use crate::graphql::reading_list::ReadingListWhere;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::columns::podcast;
use crate::loader::{Filter, FilterRelation};
use crate::model::{NodeKind, ResourceKind};

/// Which podcasts. All conditions that are given must hold.
#[derive(InputObject, Debug, Default)]
pub struct PodcastWhere {
    /// All of these hold.
    and: Option<Vec<PodcastWhere>>,
    /// At least one of these holds.
    or: Option<Vec<PodcastWhere>>,
    /// This does not hold.
    not: Option<Box<PodcastWhere>>,
    /// The title.
    title: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
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

impl Where for PodcastWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(podcast::TITLE, podcast::TITLE_KEY, self.title, all);
        on_plain_text(podcast::SLUG, self.slug, all);
        on(podcast::LANGUAGE, self.language, all);
        on(podcast::LEVEL, self.level, all);
        on(podcast::TIME_REQUIRED, self.time_required, all);
        on(podcast::STATUS, self.status, all);
        on(podcast::PUBLISHED_AT, self.published_at, all);
        on(podcast::REVISED_AT, self.revised_at, all);
        on(podcast::CREATED_AT, self.created_at, all);
        on(podcast::UPDATED_AT, self.updated_at, all);
        has_topic(NodeKind::Podcast, self.has_topic, depth, all)?;
        let contributor = FilterRelation::Contributor { to: NodeKind::Podcast, role: None };
        related(contributor, self.has_contributor.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Publisher(NodeKind::Podcast), self.publisher.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::ListedIn(ResourceKind::Podcast), self.listed_in.map(|boxed| *boxed), depth, all)
    }
}

order_input! {
    /// What podcasts are ordered by.
    PodcastOrder;
    /// What podcasts can be ordered by.
    PodcastOrderField by crate::loader::columns::podcast {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
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
