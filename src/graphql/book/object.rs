//! A book, and pages of books.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use entity::choice;

use crate::domain::isbn;
use crate::graphql::connection::{Related, connection};
use crate::graphql::context::loaders;
use crate::graphql::enums::ContributionRole;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::party::{Organization, Person};
use crate::graphql::scalars::{Isbn, Url};
use crate::graphql::search::{BookFacets, search_connection};
use crate::loader::{BookEntry, ById, ContributionsOf};
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

    /// Who did what for it, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contributions(&self, ctx: &Context<'_>) -> Result<Arc<Vec<model::Contribution>>> {
        Ok(loaders(ctx)?.load(ContributionsOf(self.row().id)).await?.unwrap_or_default())
    }

    /// Who published it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn published_by(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Organization::of(ctx, self.0.publisher_id).await
    }
}

object! {
    /// A book.
    impl Book: resource item {
        /// What stands below the title.
        async fn subtitle(&self) -> Option<&str> {
            self.0.subtitle.as_deref()
        }

        /// The title of the work that it translates, in the language of that work.
        async fn original_title(&self) -> Option<&str> {
            self.0.original_title.as_deref()
        }

        /// Everybody who worked on it, in order, with what they did.
        async fn contributors(&self, ctx: &Context<'_>) -> Result<List<Contribution>> {
            Ok(self.contributions(ctx).await?.iter().map(Contribution::from).collect())
        }

        /// Who wrote it, in order: the contributors whose role is AUTHOR.
        async fn authors(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            let contributions = self.contributions(ctx).await?;
            let authors = contributions.iter().filter(|contribution| contribution.role == choice::ContributionRole::Author);
            Ok(authors.map(|author| Person(author.person.clone())).collect())
        }

        /// Who published it.
        async fn publisher(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
            self.published_by(ctx).await
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

        /// How many pages it has.
        async fn page_count(&self) -> Option<i32> {
            self.0.page_count
        }

        /// A picture of its cover.
        async fn cover_url(&self) -> Option<Url> {
            self.0.cover_url.clone().map(Url)
        }
    }
}

/// What a person did for a book.
#[derive(SimpleObject, Debug)]
pub struct Contribution {
    /// Who it was.
    person: Person,
    /// What they did.
    role: ContributionRole,
    /// Where the book names them, from 1.
    position: i32,
}

impl From<&model::Contribution> for Contribution {
    fn from(contribution: &model::Contribution) -> Self {
        Self {
            person: Person(contribution.person.clone()),
            role: contribution.role.into(),
            position: contribution.position,
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
    /// A page of the books that a filter lets through.
    BookSearchConnection {
        /// The whole result, counted.
        async fn facets(&self) -> BookFacets {
            BookFacets(self.0.facets())
        }
    }
    /// A book in a page.
    BookSearchEdge(model::Book => Book)
}

impl Book {
    /// The book of that primary key, where the caller sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(ctx: &Context<'_>, id: i64) -> Result<Option<Self>> {
        Ok(loaders(ctx)?.load(ById::<model::Book>::new(id)).await?.map(Self))
    }
}
