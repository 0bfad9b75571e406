//! What videos are filtered and ordered by.

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

/// Which videos. All conditions that are given must hold.
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

impl Where for VideoWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(video::TITLE, video::TITLE_KEY, self.title, all);
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
    /// What videos are ordered by.
    VideoOrder;
    /// What videos can be ordered by.
    VideoOrderField by crate::loader::columns::video {
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
