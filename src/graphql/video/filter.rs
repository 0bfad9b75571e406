//! Filters and orders of videos.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{
    DateFilter, DateTimeFilter, DurationFilter, LanguageFilter, LevelFilter, StatusFilter, StringFilter, Where,
    combine, on, on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::graphql::party::{OrganizationWhere, PersonWhere};
use crate::graphql::reading_list::ReadingListWhere;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::columns::video;
use crate::loader::{Filter, FilterRelation};
use crate::model::{NodeKind, ResourceKind};

/// A filter of videos. All given conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct VideoWhere {
    /// All of these hold.
    and: Option<Vec<VideoWhere>>,
    /// At least one of these holds.
    or: Option<Vec<VideoWhere>>,
    /// This does not hold.
    not: Option<Box<VideoWhere>>,
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

impl Where for VideoWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(video::TITLE, video::TITLE_FOLDED, self.title, all);
        on_plain_text(video::SLUG, self.slug, all);
        on(video::PUBLICATION_DATE, self.publication_date, all);
        on(video::LANGUAGE, self.language, all);
        on(video::LEVEL, self.level, all);
        on(video::TIME_REQUIRED, self.time_required, all);
        on(video::STATUS, self.status, all);
        on(video::PUBLISHED_AT, self.published_at, all);
        on(video::REVISED_AT, self.revised_at, all);
        on(video::CREATED_AT, self.created_at, all);
        on(video::UPDATED_AT, self.updated_at, all);
        has_topic(NodeKind::Video, self.has_topic, depth, all)?;
        let contributor = FilterRelation::Contributor { to: NodeKind::Video, role: None };
        related(contributor, self.has_contributor.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Publisher(NodeKind::Video), self.publisher.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::ListedIn(ResourceKind::Video), self.listed_in.map(|boxed| *boxed), depth, all)
    }
}

order_input! {
    /// A sort key of videos.
    VideoOrder;
    /// The fields that videos can be sorted by.
    VideoOrderField by crate::loader::columns::video {
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
