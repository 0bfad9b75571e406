//! Filters and orders of books.

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

/// A filter of books. All given conditions must hold.
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
    /// The number of pages.
    page_count: Option<IntFilter>,
    /// The language.
    language: Option<LanguageFilter>,
    /// The level.
    level: Option<LevelFilter>,
    /// The total time that it takes.
    time_required: Option<DurationFilter>,
    /// Its ISBN.
    isbn: Option<IsbnFilter>,
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
    /// Has an author that matches.
    has_author: Option<Box<PersonWhere>>,
    /// Has a contributor, in any role, that matches.
    has_contributor: Option<Box<PersonWhere>>,
    /// Has a publisher that matches.
    publisher: Option<Box<OrganizationWhere>>,
    /// Is on a reading list that matches.
    listed_in: Option<Box<ReadingListWhere>>,
}

impl Where for BookWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(book::TITLE, book::TITLE_FOLDED, self.title, all);
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
    /// A sort key of books.
    BookOrder;
    /// The fields that books can be sorted by.
    BookOrderField by crate::loader::columns::book {
        /// The title, case and accents aside.
        Title "TITLE" = BY_TITLE,
        /// The year of this edition.
        PublicationYear "PUBLICATION_YEAR" = BY_PUBLICATION_YEAR,
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
