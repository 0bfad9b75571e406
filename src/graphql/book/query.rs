//! The root fields for books.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Book, BookOrder, BookSearchConnection, BookWhere};
use crate::graphql::connection::RootList;
use crate::graphql::context::loaders;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{book_by_any_code, by_id, by_slug};
use crate::graphql::scalars::Isbn;
use crate::graphql::search::search;
use crate::loader::ByIsbn;
use crate::model::NodeKind;

/// Selects one book. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum BookBy {
    /// The global id, as returned by the field `id`. The id of a book that was merged into another one selects nothing.
    Id(ID),
    /// The code of the book, or of a book that was merged into it.
    Code(String),
    /// The slug of the book, current or former, or of a book that was merged into it.
    Slug(String),
    /// The ISBN-10 or ISBN-13 of the book, or of a book that was merged into it.
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
        #[graphql(desc = "The identifier of the book. Exactly one of its fields must be set.")] by: BookBy,
    ) -> Result<Option<Book>> {
        let book = match by {
            BookBy::Id(id) => by_id(ctx, &id).await?,
            BookBy::Code(code) => book_by_any_code(ctx, &code).await?,
            BookBy::Slug(slug) => by_slug(ctx, &slug).await?,
            BookBy::Isbn(isbn) => loaders(ctx)?.load(ByIsbn(isbn.0)).await?,
        };
        Ok(book.map(Book))
    }

    /// Lists the visible books, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn books(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only books that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<BookWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<BookOrder>>,
    ) -> Result<BookSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Book]).await?;
        let order = BookOrder::order(order_by, search.is_some())?;
        Ok(BookSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}
