//! What books are filtered and ordered by.

use async_graphql::{InputObject, Result};
use entity::choice::ContributionRole;

use crate::graphql::filter::{
    DateTimeFilter, DurationFilter, IntFilter, IsbnFilter, LanguageFilter, LevelFilter, StatusFilter, StringFilter,
    Where, combine, on, on_plain_text, on_text, related,
};
use crate::graphql::order::order_input;
use crate::graphql::party::{OrganizationWhere, PersonWhere};
use crate::graphql::reading_list::ReadingListWhere;
use crate::graphql::topic::{TopicWhere, has_topic};
use crate::loader::columns::book;
use crate::loader::{Filter, FilterRelation};
use crate::model::{NodeKind, ResourceKind};

/// Which books. All conditions that are given must hold.
#[derive(InputObject, Debug, Default)]
pub struct BookWhere {
    /// All of these hold.
    and: Option<Vec<BookWhere>>,
    /// At least one of these holds.
    or: Option<Vec<BookWhere>>,
    /// This does not hold.
    not: Option<Box<BookWhere>>,
    /// The title.
    title: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
    /// The year of this edition.
    publication_year: Option<IntFilter>,
    /// How many pages it has.
    page_count: Option<IntFilter>,
    /// The language that it is in.
    language: Option<LanguageFilter>,
    /// How much it expects one to know.
    level: Option<LevelFilter>,
    /// How long it takes in all.
    time_required: Option<DurationFilter>,
    /// Its ISBN.
    isbn: Option<IsbnFilter>,
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
    /// Such a person wrote it.
    has_author: Option<Box<PersonWhere>>,
    /// Such a person worked on it in any role.
    has_contributor: Option<Box<PersonWhere>>,
    /// Such an organization published it.
    publisher: Option<Box<OrganizationWhere>>,
    /// It is on such a reading list.
    listed_in: Option<Box<ReadingListWhere>>,
}

impl Where for BookWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(book::TITLE, book::TITLE_KEY, self.title, all);
        on_plain_text(book::SLUG, self.slug, all);
        on(book::PUBLICATION_YEAR, self.publication_year, all);
        on(book::PAGE_COUNT, self.page_count, all);
        on(book::LANGUAGE, self.language, all);
        on(book::LEVEL, self.level, all);
        on(book::TIME_REQUIRED, self.time_required, all);
        on(book::ISBN, self.isbn, all);
        on(book::STATUS, self.status, all);
        on(book::PUBLISHED_AT, self.published_at, all);
        on(book::REVISED_AT, self.revised_at, all);
        on(book::CREATED_AT, self.created_at, all);
        on(book::UPDATED_AT, self.updated_at, all);
        has_topic(NodeKind::Book, self.has_topic, depth, all)?;
        let author = FilterRelation::Contributor { to: NodeKind::Book, role: Some(ContributionRole::Author) };
        related(author, self.has_author.map(|boxed| *boxed), depth, all)?;
        let contributor = FilterRelation::Contributor { to: NodeKind::Book, role: None };
        related(contributor, self.has_contributor.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Publisher(NodeKind::Book), self.publisher.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::ListedIn(ResourceKind::Book), self.listed_in.map(|boxed| *boxed), depth, all)
    }
}

order_input! {
    /// What books are ordered by.
    BookOrder;
    /// What books can be ordered by.
    BookOrderField by crate::loader::columns::book {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// The year of this edition.
        PublicationYear "PUBLICATION_YEAR" = BY_PUBLICATION_YEAR,
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
