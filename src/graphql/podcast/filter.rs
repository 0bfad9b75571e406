//! Filters and orders of podcasts.

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

/// A filter of podcasts. All given conditions must hold.
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

impl Where for PodcastWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(podcast::TITLE, podcast::TITLE_FOLDED, self.title, all);
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
    /// A sort key of podcasts.
    PodcastOrder;
    /// The fields that podcasts can be sorted by.
    PodcastOrderField by crate::loader::columns::podcast {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
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
