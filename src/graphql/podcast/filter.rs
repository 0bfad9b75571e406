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

/// A filter for podcasts. All fields that are set must match; `{}` matches every podcast.
#[derive(InputObject, Debug, Default)]
pub struct PodcastWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<PodcastWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<PodcastWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<PodcastWhere>>,
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
    /// Matches items to which a matching person contributed in any role.
    has_contributor: Option<Box<PersonWhere>>,
    /// Matches items whose publisher matches. Items without a publisher do not match.
    publisher: Option<Box<OrganizationWhere>>,
    /// Matches resources that a matching reading list recommends.
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
    /// A sort key for lists of podcasts: a field and a direction.
    PodcastOrder;
    /// The fields by which `podcasts` can be sorted. Items with equal values are always in the same order.
    PodcastOrderField by crate::loader::columns::podcast {
        /// The title. A leading article is ignored, case and accents only break ties, and numbers compare by value:
        /// "Part 2" precedes "Part 10".
        Title "TITLE" = BY_TITLE,
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
