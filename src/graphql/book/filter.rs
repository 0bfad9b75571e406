//! Filters and orders of books.

use async_graphql::{InputObject, Result};
use entity::enums::ContributionRole;

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

/// A filter for books. All fields that are set must match; `{}` matches every book.
#[derive(InputObject, Debug, Default)]
pub struct BookWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<BookWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<BookWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<BookWhere>>,
    /// Matches the title. `contains` and `startsWith` ignore case and accents.
    title: Option<StringFilter>,
    /// Matches the current slug character by character. Former slugs do not match.
    slug: Option<StringFilter>,
    /// Matches the year in which the edition was published.
    publication_year: Option<IntFilter>,
    /// Matches the number of pages, such as `{ lte: 300 }`.
    page_count: Option<IntFilter>,
    /// Matches the language of the content, such as `{ matches: "en" }`.
    language: Option<LanguageFilter>,
    /// Matches the prior knowledge that the resource expects.
    level: Option<LevelFilter>,
    /// Matches the total time that a learner needs, such as `{ lte: "PT10H" }`.
    time_required: Option<DurationFilter>,
    /// Matches the ISBN of the book, whether given as ISBN-10 or ISBN-13. ISBNs of merged books do not match.
    isbn: Option<IsbnFilter>,
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
    /// Matches books of which a matching person is a contributor with the role `AUTHOR`.
    has_author: Option<Box<PersonWhere>>,
    /// Matches books to which a matching person contributed in any role.
    has_contributor: Option<Box<PersonWhere>>,
    /// Matches items whose publisher matches. Items without a publisher do not match.
    publisher: Option<Box<OrganizationWhere>>,
    /// Matches resources that a matching reading list recommends.
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
    /// A sort key for lists of books: a field and a direction.
    BookOrder;
    /// The fields by which `books` can be sorted. Items with equal values are always in the same order.
    BookOrderField by crate::loader::columns::book {
        /// The title. A leading article is ignored, case and accents only break ties, and numbers compare by value:
        /// "Part 2" precedes "Part 10".
        Title "TITLE" = BY_TITLE,
        /// The year in which the edition was published. Unknown years come last in both directions.
        PublicationYear "PUBLICATION_YEAR" = BY_PUBLICATION_YEAR,
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
