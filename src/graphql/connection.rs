//! Connections: pages of a list, as the Relay specification defines them.
//!
//! Every connection field has the same four paging arguments. Resolvers read them with [`page_args`], and
//! [`super::registry`] adds them to every field that returns a connection.

use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::{Context, InputType, Result, SimpleObject};

use super::context::loaders;
use super::error::bad_input;
use super::paging::{DEFAULT_PAGE, MAX_PAGE, count};
use super::search::Facets;
use crate::loader::search::Search;
use crate::loader::{
    COUNT_LIMIT, CountOf, CountSelected, Cursor, Edge, Filter, Order, Page, PageOf, PageRow, PageSelected, Relation,
    Select, Window,
};
use crate::model::Record;

/// The position of a page in its list. Use it to request the next or the previous page.
#[derive(SimpleObject, Clone, Debug, Default)]
#[graphql(shareable)]
pub struct PageInfo {
    /// Whether items follow this page. When paging backward, true if `before` is given.
    has_next_page: bool,
    /// Whether items precede this page. When paging forward, true if `after` is given.
    has_previous_page: bool,
    /// The cursor of the first item; pass it as `before` to get the previous page. On an empty page, the argument
    /// `before`, or null if it is omitted.
    start_cursor: Option<String>,
    /// The cursor of the last item; pass it as `after` to get the next page. On an empty page, the argument `after`, or
    /// null if it is omitted.
    end_cursor: Option<String>,
}

/// Reads the paging arguments of the current field as a window on a list with this order.
///
/// # Errors
/// When the arguments cannot be combined, or a cursor belongs to another list or order.
pub fn page_args(ctx: &Context<'_>, order: Order) -> Result<ConnectionArgs> {
    let first: Option<i32> = paging_argument(ctx, "first")?;
    let last: Option<i32> = paging_argument(ctx, "last")?;
    let after: Option<String> = paging_argument(ctx, "after")?;
    let before: Option<String> = paging_argument(ctx, "before")?;
    let (limit, backward) = match (first, last) {
        (Some(_), Some(_)) => {
            return Err(bad_input("last", "cannot be combined with first: use only one of them"));
        }
        (None, Some(last)) => (size("last", last)?, true),
        (Some(first), None) => (size("first", first)?, false),
        (None, None) => (DEFAULT_PAGE, false),
    };
    let cursor = |argument: &str, text: &Option<String>| {
        text.as_deref().map(|text| Cursor::decode(text, &order).map_err(|error| bad_input(argument, error))).transpose()
    };
    let (after_place, before_place) = (cursor("after", &after)?, cursor("before", &before)?);
    let window = Window { limit, backward, after: after_place, before: before_place, order };
    Ok(ConnectionArgs {
        window: Arc::new(window),
        after: after.map(Into::into),
        before: before.map(Into::into),
        search: None,
    })
}

/// Reads a paging argument of the current field.
fn paging_argument<T: InputType>(ctx: &Context<'_>, name: &str) -> Result<Option<T>> {
    let read = ctx.param_value::<Option<T>>(name, None);
    read.map(|(_, value)| value).map_err(|error| bad_input(name, format!("is invalid: {}", error.message)))
}

fn size(argument: &str, value: i32) -> Result<u32> {
    match u32::try_from(value) {
        Err(_) => Err(bad_input(argument, "must not be negative")),
        Ok(size) if size > MAX_PAGE => Err(bad_input(argument, format!("must be at most {MAX_PAGE}, not {size}"))),
        Ok(size) => Ok(size),
    }
}

/// The arguments of a connection field.
#[derive(Clone, Debug)]
pub struct ConnectionArgs {
    pub window: Arc<Window>,
    /// The search, if there is a query.
    pub search: Option<Arc<Search>>,
    after: Option<Arc<str>>,
    before: Option<Arc<str>>,
}

impl ConnectionArgs {
    /// Adds the search, if there is one.
    pub fn with_search(self, search: Option<Arc<Search>>) -> Self {
        Self { search, ..self }
    }

    /// Creates the arguments of a list that the server reads on its own.
    pub fn without_arguments(window: Window) -> Self {
        Self { window: Arc::new(window), search: None, after: None, before: None }
    }

    pub fn page_info<T>(&self, page: &Page<T>) -> PageInfo {
        let encode = |edge: &Edge<T>| edge.cursor.encode(&self.window.order);
        // The list continues at the other end if the client passed a cursor, since the row of the cursor is there.
        let (next, previous) =
            if self.window.backward { (self.before.is_some(), page.more) } else { (page.more, self.after.is_some()) };
        PageInfo {
            has_next_page: next,
            has_previous_page: previous,
            start_cursor: page.edges.first().map(encode).or_else(|| self.before.as_deref().map(str::to_owned)),
            end_cursor: page.edges.last().map(encode).or_else(|| self.after.as_deref().map(str::to_owned)),
        }
    }
}

/// The rows of a relation of a parent. Loaded when they are selected.
#[derive(Debug)]
pub struct RelationList<T> {
    args: ConnectionArgs,
    relation: Relation,
    parent: i64,
    of: PhantomData<fn() -> T>,
}

impl<T: PageRow> RelationList<T> {
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn new(ctx: &Context<'_>, relation: Relation, parent: i64) -> Result<Self> {
        let args = page_args(ctx, relation.order())?;
        Ok(Self { args, relation, parent, of: PhantomData })
    }

    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<T>>> {
        let key = PageOf::<T>::new(self.relation.clone(), self.parent, self.args.window.clone());
        Ok(loaders(ctx)?.load(key).await?.unwrap_or_default())
    }

    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let key = CountOf { relation: self.relation.clone(), parent: self.parent };
        Ok(count(loaders(ctx)?.load(key).await?))
    }

    pub fn args(&self) -> &ConnectionArgs {
        &self.args
    }
}

/// The rows of a root list. Loaded when they are selected.
#[derive(Debug)]
pub struct RootList<T> {
    args: ConnectionArgs,
    select: Arc<Select>,
    of: PhantomData<fn() -> T>,
}

impl<T: Record> RootList<T> {
    /// Selects the visible rows that match `search` and `filter`, in `order`.
    ///
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn new(ctx: &Context<'_>, search: Option<Arc<Search>>, filter: Filter, order: Order) -> Result<Self> {
        let args = page_args(ctx, order)?.with_search(search.clone());
        let select = Arc::new(Select { filter, window: Window::clone(&args.window), search });
        Ok(Self { args, select, of: PhantomData })
    }

    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<T>>> {
        Ok(loaders(ctx)?.load(PageSelected::<T>::new(self.select.clone())).await?.unwrap_or_default())
    }

    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.counted(ctx).await?.number())
    }

    pub async fn counted(&self, ctx: &Context<'_>) -> Result<CappedCount> {
        Ok(CappedCount(loaders(ctx)?.load(CountSelected::<T>::new(self.select.clone())).await?.unwrap_or(0)))
    }

    /// Returns the facets of the whole list.
    pub fn facets(&self) -> Facets {
        Facets::new(self.select.search.clone(), (T::KIND, self.select.filter.clone()))
    }

    pub fn args(&self) -> &ConnectionArgs {
        &self.args
    }
}

/// The number of rows of a list, counted up to a maximum.
pub struct CappedCount(pub i64);

impl CappedCount {
    pub fn number(&self) -> i32 {
        count(Some(self.0.min(COUNT_LIMIT)))
    }

    /// Whether the count is exact.
    pub fn is_exact(&self) -> bool {
        self.0 <= COUNT_LIMIT
    }
}

/// Defines a connection type and its edge type over a list of rows: [`RelationList`], [`RootList`] or another type with
/// the methods `page`, `count` and `args`. `From<Arc<Row>>` converts a row to a node. Additional fields of each type
/// follow in braces.
macro_rules! connection {
    (
        $(#[$connection_meta:meta])*
        $connection:ident($list:ty) { $($connection_fields:tt)* }
        $(#[$edge_meta:meta])*
        $edge:ident($row:ty => $node:ty) { $($edge_fields:tt)* }
    ) => {
        #[derive(Debug)]
        pub struct $connection(pub $list);

        #[async_graphql::Object]
        $(#[$connection_meta])*
        impl $connection {
            /// The items of the page in list order, each with its cursor.
            async fn edges(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::list::List<$edge>> {
                let page = self.0.page(ctx).await?;
                let args = self.0.args();
                Ok((0..page.edges.len()).map(|index| $edge { page: page.clone(), index, args: args.clone() }).collect())
            }

            /// The items of the page in list order, without cursors.
            async fn nodes(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::list::List<$node>> {
                let page = self.0.page(ctx).await?;
                Ok(page.edges.iter().map(|edge| <$node>::from(edge.node.clone())).collect())
            }

            /// The first and last cursor of the page, and whether more items precede or follow it.
            async fn page_info(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::connection::PageInfo> {
                let page = self.0.page(ctx).await?;
                Ok(self.0.args().page_info(&page))
            }

            /// The number of items on all pages. Connections with `totalCountIsExact` stop counting at 50,000.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                self.0.count(ctx).await
            }

            $($connection_fields)*
        }

        #[derive(Debug)]
        pub struct $edge {
            page: std::sync::Arc<$crate::loader::Page<$row>>,
            index: usize,
            args: $crate::graphql::connection::ConnectionArgs,
        }

        impl $edge {
            fn row(&self) -> &$crate::loader::Edge<$row> {
                &self.page.edges[self.index]
            }
        }

        #[async_graphql::Object]
        $(#[$edge_meta])*
        impl $edge {
            /// The position of the item in the list, for `after` or `before`. Opaque, and valid only for lists in the
            /// same order.
            async fn cursor(&self) -> String {
                self.row().cursor.encode(&self.args.window.order)
            }

            /// The item at the end of the edge.
            async fn node(&self) -> $node {
                <$node>::from(self.row().node.clone())
            }

            $($edge_fields)*
        }
    };
}
pub(super) use connection;
