//! The search across kinds.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use futures_util::future::try_join_all;

use super::facets::{Facets, SearchFacets};
use super::filter::{OfKind, SearchWhere};
use super::resolve;
use crate::domain::search::query::Query;
use crate::graphql::connection::{CappedCount, ConnectionArgs, connection, page_args};
use crate::graphql::context::loaders;
use crate::graphql::enums::CatalogKind;
use crate::graphql::error::bad_input;
use crate::graphql::filter::{distinct, filter};
use crate::graphql::interface::{CatalogItem, Entity};
use crate::loader::search::{CountOfSearch, CrossKindSearch, PageOfSearch, SearchHit};
use crate::loader::{BY_FOUND_RECOMMENDATIONS, BY_SCORE, Edge, Order, Page, SortKey, Window};
use crate::model::NodeKind;

/// By score, then by number of recommendations.
const BEST: [SortKey; 2] = [SortKey::descending(BY_SCORE), SortKey::descending(BY_FOUND_RECOMMENDATIONS)];

/// By number of recommendations.
const MOST_RECOMMENDED: [SortKey; 1] = [SortKey::descending(BY_FOUND_RECOMMENDATIONS)];

/// A search hit with its item.
#[derive(Debug)]
pub struct FoundItem {
    found: SearchHit,
    item: Entity,
}

impl From<Arc<FoundItem>> for CatalogItem {
    fn from(found: Arc<FoundItem>) -> Self {
        Self::new(found.item.clone())
    }
}

/// The hits of a search. Loaded when they are selected.
#[derive(Debug)]
pub struct FoundItems {
    args: ConnectionArgs,
    find: Arc<CrossKindSearch>,
    /// Whether rows of the page are selected.
    reads_rows: bool,
    facets: Facets,
}

impl FoundItems {
    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<FoundItem>>> {
        let page = self.hits(ctx).await?;
        let items = try_join_all(page.edges.iter().map(|edge| item(ctx, *edge.node))).await?;
        let edges = page.edges.iter().zip(items).filter_map(|(edge, item)| {
            // An item that was hidden between the two statements is missing.
            let node = Arc::new(FoundItem { found: *edge.node, item: item? });
            Some(Edge { node, cursor: edge.cursor.clone() })
        });
        Ok(Arc::new(Page { edges: edges.collect(), more: page.more }))
    }

    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.counted(ctx).await?.number())
    }

    async fn hits(&self, ctx: &Context<'_>) -> Result<Arc<Page<SearchHit>>> {
        Ok(loaders(ctx)?.load(PageOfSearch(self.find.clone())).await?.unwrap_or_default())
    }

    async fn counted(&self, ctx: &Context<'_>) -> Result<CappedCount> {
        if self.reads_rows {
            // Loading the page counts the hits as well.
            self.hits(ctx).await?;
        }
        Ok(CappedCount(loaders(ctx)?.load(CountOfSearch(self.find.clone())).await?.unwrap_or(0)))
    }

    pub fn args(&self) -> &ConnectionArgs {
        &self.args
    }
}

/// Loads the item of a hit; `None` if the requester cannot see it.
///
/// # Errors
/// When the database fails.
pub async fn item(ctx: &Context<'_>, found: SearchHit) -> Result<Option<Entity>> {
    Entity::by_id(ctx, found.kind, found.id).await
}

/// Returns the kinds of an argument, all if it is omitted.
pub fn kinds_of(kinds: Option<Vec<CatalogKind>>) -> Vec<NodeKind> {
    let kinds = kinds.unwrap_or_else(|| CatalogKind::ALL.to_vec());
    distinct(kinds.into_iter().map(NodeKind::from))
}

#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Searches the visible catalog items of all kinds, the best matches first. A blank query returns all items, those
    /// on the most reading lists first.
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A search query: words, \"phrases\", -excluded words. Maximum: 500 characters and 32 words.")]
        query: String,
        #[graphql(desc = "Returns only items of these kinds. Default: all kinds.")] kinds: Option<Vec<CatalogKind>>,
        #[graphql(
            name = "where",
            desc = "Returns only items that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<SearchWhere>,
    ) -> Result<SearchConnection> {
        let query = Query::parse(&query).map_err(|error| bad_input("query", error))?;
        let is_blank = query.is_blank;
        let kinds = kinds_of(kinds);
        let search = resolve(ctx, query, &kinds).await?;
        let parts = |kinds: &[NodeKind]| -> Result<_> {
            let part = |kind: &NodeKind| Ok((*kind, filter(condition.clone().map(|it| OfKind(*kind, it)))?));
            kinds.iter().map(part).collect::<Result<Vec<_>>>()
        };
        let (of_kinds, of_all) = (parts(&kinds)?, parts(&kinds_of(None))?);
        let order = if is_blank {
            Order { name: "search RECOMMENDATIONS DESC".into(), keys: (&MOST_RECOMMENDED).into(), id: "hit.id" }
        } else {
            Order { name: "search RELEVANCE DESC".into(), keys: (&BEST).into(), id: "hit.id" }
        };
        let facets = Facets::across(search.clone(), of_kinds.clone(), of_all);
        let args = page_args(ctx, order)?.with_search((!is_blank).then(|| search.clone()));
        let find = Arc::new(CrossKindSearch { search, parts: of_kinds, window: Window::clone(&args.window) });
        let ahead = ctx.look_ahead();
        let reads_rows = ahead.field("edges").exists() || ahead.field("nodes").exists();
        Ok(SearchConnection(FoundItems { args, find, reads_rows, facets }))
    }
}

connection! {
    /// A page of the results of `search`, with facets over all pages.
    SearchConnection(FoundItems) {
        /// Whether `totalCount` is exact. False if there are more than 50,000 items.
        async fn total_count_is_exact(&self, ctx: &Context<'_>) -> Result<bool> {
            Ok(self.0.counted(ctx).await?.is_exact())
        }

        /// How closely the results match `query`. Null if `query` is blank.
        #[graphql(name = "match")]
        async fn matching(&self) -> Option<super::QueryMatch> {
            self.0.args().search.as_ref().map(|search| search.matching.into())
        }

        /// The query with its typos corrected, in lowercase. Null unless `match` is `CORRECTED`.
        async fn corrected_query(&self) -> Option<String> {
            self.0.args().search.as_ref().and_then(|search| search.corrected_query())
        }

        /// The facets: counts over all pages, by value. They do not change from page to page.
        async fn facets(&self) -> SearchFacets {
            SearchFacets(self.0.facets.clone())
        }
    }
    /// A result of `search`, with its cursor, score and highlights.
    SearchEdge(FoundItem => CatalogItem) {
        /// The relevance to `query`: higher is better, and comparable only within one response. Null if `query` is
        /// blank.
        async fn score(&self) -> Option<f64> {
            super::score(&self.args.window.order, &self.row().cursor)
        }

        /// The passages that contain words of `query`, by field. Empty if `query` is blank.
        async fn highlights(
            &self,
            ctx: &Context<'_>,
        ) -> Result<crate::graphql::list::List<super::Highlight>> {
            let SearchHit { kind, id } = self.row().node.found;
            super::highlights(ctx, self.args.search.as_deref(), kind, id).await
        }
    }
}
