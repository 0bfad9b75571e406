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

/// What names a book: exactly one of these.
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
    /// A book by its id, code, slug or ISBN; null where there is none.
    async fn book(&self, ctx: &Context<'_>, #[graphql(desc = "What names it.")] by: BookBy) -> Result<Option<Book>> {
        let book = match by {
            BookBy::Id(id) => by_id(ctx, &id).await?,
            BookBy::Code(code) => book_by_any_code(ctx, &code).await?,
            BookBy::Slug(slug) => by_slug(ctx, &slug).await?,
            BookBy::Isbn(isbn) => loaders(ctx)?.load(ByIsbn(isbn.0)).await?,
        };
        Ok(book.map(Book))
    }

    /// Books, by title unless something is searched for, or another order asked for.
    async fn books(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<BookWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<BookOrder>>,
    ) -> Result<BookSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Book]).await?;
        let order = BookOrder::order(order_by, search.is_some())?;
        Ok(BookSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}
