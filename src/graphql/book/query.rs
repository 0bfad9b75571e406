//! The root fields for books.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Book, BookOrder, BookSearchConnection, BookWhere};
use crate::graphql::connection::Selected;
use crate::graphql::context::loaders;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{book_by_any_code, by_id, by_slug};
use crate::graphql::scalars::Isbn;
use crate::graphql::search::search;
use crate::loader::ByIsbn;
use crate::model::NodeKind;

/// Identifies a book by exactly one of these fields.
#[derive(OneofObject, Debug)]
pub enum BookBy {
    /// Its id.
    Id(ID),
    /// Its code, or that of a book that was merged into it.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
    /// Its ISBN, of ten digits or thirteen, or that of a book that was merged into it.
    Isbn(Isbn),
}

#[derive(Default)]
pub struct BookQuery;

#[Object]
impl BookQuery {
    /// Fetches a book by its id, code, slug or ISBN. Null if no visible book matches.
    async fn book(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Selects the book by exactly one of its identifiers.")] by: BookBy,
    ) -> Result<Option<Book>> {
        let book = match by {
            BookBy::Id(id) => by_id(ctx, &id).await?,
            BookBy::Code(code) => book_by_any_code(ctx, &code).await?,
            BookBy::Slug(slug) => by_slug(ctx, &slug).await?,
            BookBy::Isbn(isbn) => loaders(ctx)?.load(ByIsbn(isbn.0)).await?,
        };
        Ok(book.map(Book))
    }

    /// Lists books, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn books(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All books if omitted.")] condition: Option<BookWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<BookOrder>>,
    ) -> Result<BookSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Book]).await?;
        let order = BookOrder::order(order_by, search.is_some())?;
        Ok(BookSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
