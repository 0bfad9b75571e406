//! A book, and pages of books.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::choice::ContributionRole;

use crate::domain::isbn;
use crate::graphql::connection::{Related, connection};
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
    /// A book.
    impl Book: contributed resource item {
        /// What stands below the title.
        async fn subtitle(&self) -> Option<&str> {
            self.0.subtitle.as_deref()
        }

        /// The title of the translated work, in its original language.
        async fn original_title(&self) -> Option<&str> {
            self.0.original_title.as_deref()
        }

        /// The authors in order: the contributors with the role AUTHOR.
        async fn authors(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Author).await
        }

        /// The year of this edition; negative before the common era.
        async fn publication_year(&self) -> Option<i32> {
            self.0.publication_year
        }

        /// Which edition it is, as the publisher counts: "2nd".
        async fn edition(&self) -> Option<&str> {
            self.0.edition.as_deref()
        }

        /// Its ISBN of thirteen digits, without hyphens.
        async fn isbn13(&self) -> Option<Isbn> {
            self.0.isbn13.clone().map(Isbn)
        }

        /// Its ISBN of ten digits, where there is one that means the same.
        async fn isbn10(&self) -> Option<Isbn> {
            let isbn = isbn::Isbn::parse(self.0.isbn13.as_deref()?).ok()?;
            isbn.to_isbn10().map(Isbn)
        }

        /// The number of pages.
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
    /// A page of books.
    BookConnection(Related<model::Book>) {}
    /// A book in a page.
    BookEdge(model::Book => Book) {}
}

search_connection! {
    /// A page of matching books.
    BookSearchConnection {
        /// Counts over the whole result.
        async fn facets(&self) -> BookFacets {
            BookFacets(self.0.facets())
        }
    }
    /// A book in a page.
    BookSearchEdge(model::Book => Book)
}
