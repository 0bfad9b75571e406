//! A book, and pages of books.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::enums::ContributionRole;

use crate::domain::isbn;
use crate::graphql::connection::{RelationList, connection};
use crate::graphql::contribution;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::party::Person;
use crate::graphql::scalars::Isbn;
use crate::graphql::search::{BookFacets, search_connection};
use crate::loader::BookEntry;
use crate::model::{self, Resource};

/// A book.
#[derive(Clone, Debug)]
pub struct Book(pub Arc<model::Book>);

impl From<Arc<model::Book>> for Book {
    fn from(book: Arc<model::Book>) -> Self {
        Self(book)
    }
}

impl Book {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn resource_fields(&self) -> &model::ResourceFields {
        &self.0.resource
    }

    pub fn as_resource(&self) -> Resource {
        Resource::Book(self.0.clone())
    }
}

object! {
    /// A book: one edition of a textbook, a monograph, a manual, or any other written work.
    impl Book: contributed resource item {
        /// The subtitle, at most 500 characters. Null if there is none.
        async fn subtitle(&self) -> Option<&str> {
            self.0.subtitle.as_deref()
        }

        /// The title of the original work, if the book is a translation. Null if it is not, or if the title is unknown.
        async fn original_title(&self) -> Option<&str> {
            self.0.original_title.as_deref()
        }

        /// The contributors with the role `AUTHOR`, in the editor's order.
        async fn authors(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Author).await
        }

        /// The year in which this edition was published; years BCE are negative. Null if unknown.
        async fn publication_year(&self) -> Option<i32> {
            self.0.publication_year
        }

        /// The edition as the publisher names it, such as "2nd". Null if unknown.
        async fn edition(&self) -> Option<&str> {
            self.0.edition.as_deref()
        }

        /// The ISBN-13 without hyphens, unique among books. Null if the book has no known ISBN.
        async fn isbn13(&self) -> Option<Isbn> {
            self.0.isbn13.clone().map(Isbn)
        }

        /// The ISBN-10 that is equivalent to `isbn13`. Null if there is none, as for ISBNs with the prefix 979.
        async fn isbn10(&self) -> Option<Isbn> {
            let isbn = isbn::Isbn::parse(self.0.isbn13.as_deref()?).ok()?;
            isbn.to_isbn10().map(Isbn)
        }

        /// The number of pages, from 1 to 50,000. Null if unknown.
        async fn page_count(&self) -> Option<i32> {
            self.0.page_count
        }
    }
}

impl From<Arc<BookEntry>> for Book {
    fn from(entry: Arc<BookEntry>) -> Self {
        Self(entry.book.clone())
    }
}

connection! {
    /// A page of the books that are related to another object, such as a person. The root field `books` returns a
    /// `BookSearchConnection`.
    BookConnection(RelationList<model::Book>) {}
    /// A book of a `BookConnection`, with the cursor from which to continue.
    BookEdge(model::Book => Book) {}
}

search_connection! {
    /// A page of the books that match the `query` and `where` of `books`, with facets.
    BookSearchConnection {
        /// The facets: counts over all pages, by value.
        async fn facets(&self) -> BookFacets {
            BookFacets(self.0.facets())
        }
    }
    /// A book that `books` returns, with its cursor and, if `query` is given, its score and highlights.
    BookSearchEdge(model::Book => Book)
}
