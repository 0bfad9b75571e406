//! The filter of searches across kinds.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{DateTimeFilter, LanguageFilter, LevelFilter, StatusFilter, Where, combine, on};
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::columns::{book, career, course, podcast, topic, tutorial, video};
use crate::loader::{Column, Filter};
use crate::model::NodeKind;

/// A filter for catalog items of any kind. All fields that are set must match. A field that a kind lacks, such as the
/// level of a career, counts as unknown.
#[derive(InputObject, Clone, Debug, Default)]
pub struct SearchWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<SearchWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<SearchWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<SearchWhere>>,
    /// Matches the language of a learning resource. Careers and topics have none.
    language: Option<LanguageFilter>,
    /// Matches the level of a learning resource. Careers and topics have none.
    level: Option<LevelFilter>,
    /// Matches the publication status at the time of the request. Useful only with a preview of drafts.
    status: Option<StatusFilter>,
    /// Matches the time at which the item became, or will become, public.
    published_at: Option<DateTimeFilter>,
    /// Matches the time at which the item was added to the catalog.
    created_at: Option<DateTimeFilter>,
    /// Matches the time of the last change of the item.
    updated_at: Option<DateTimeFilter>,
    /// Matches items with a matching topic or, unless `includeDescendants` is false, a topic below one. Topics never
    /// match.
    has_topic: Option<Box<TopicWhere>>,
}

/// The columns of a kind that the filter uses.
struct Columns {
    language: Column,
    level: Column,
    status: Column,
    published_at: Column,
    created_at: Column,
    updated_at: Column,
}

/// Lists the columns of a kind.
macro_rules! columns_of {
    ($table:ident) => {
        Columns {
            language: $table::LANGUAGE,
            level: $table::LEVEL,
            status: $table::STATUS,
            published_at: $table::PUBLISHED_AT,
            created_at: $table::CREATED_AT,
            updated_at: $table::UPDATED_AT,
        }
    };
}

/// The filter for one kind.
pub struct OfKind(pub NodeKind, pub SearchWhere);

impl OfKind {
    fn columns(&self) -> Columns {
        match self.0 {
            NodeKind::Course => columns_of!(course),
            NodeKind::Book => columns_of!(book),
            NodeKind::Video => columns_of!(video),
            NodeKind::Podcast => columns_of!(podcast),
            NodeKind::Tutorial => columns_of!(tutorial),
            NodeKind::Topic => columns_of!(topic),
            NodeKind::Career
            | NodeKind::Person
            | NodeKind::Organization
            | NodeKind::ReadingList
            | NodeKind::ReadingListEntry => columns_of!(career),
        }
    }
}

impl Where for OfKind {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        let columns = self.columns();
        let Self(kind, filter) = self;
        let each = |filters: Option<Vec<SearchWhere>>| {
            filters.map(|filters| filters.into_iter().map(|filter| Self(kind, filter)).collect())
        };
        let not = filter.not.map(|not| Box::new(Self(kind, *not)));
        combine(each(filter.and), each(filter.or), not, depth, all)?;
        on(columns.language, filter.language, all);
        on(columns.level, filter.level, all);
        on(columns.status, filter.status, all);
        on(columns.published_at, filter.published_at, all);
        on(columns.created_at, filter.created_at, all);
        on(columns.updated_at, filter.updated_at, all);
        if kind == NodeKind::Topic && filter.has_topic.is_some() {
            all.push(Filter::Any(Vec::new()));
            return Ok(());
        }
        has_topic(kind, filter.has_topic, depth, all)
    }
}
