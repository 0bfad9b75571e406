//! Search: the `query` argument of root lists, the search across kinds, and completions of prefixes.

mod facets;
mod filter;
mod find;
mod highlight;
mod suggest;

use std::sync::Arc;

use async_graphql::{Context, Enum, Result};
use search_index::Snapshot;

use super::context::{loaders, now, request_data};
use super::error::{self, bad_input};
use crate::domain::search::query::Query;
use crate::loader::search::{Match, Search, SearchPlanKey, SearchRequest};
use crate::loader::{BY_SCORE, Cursor, Order, ReadError, SortValue};
use crate::model::NodeKind;
use crate::service::search::IndexError;

pub(super) use facets::facets;
pub use facets::{
    BookFacets, CareerFacets, CourseFacets, Facets, LanguageFacet, LevelFacet, OrganizationFacet, TopicFacet,
};
pub use find::SearchQuery;
pub use highlight::{Highlight, highlights};
pub use suggest::SuggestQuery;

/// How closely the results of a search match its query. Clients can use it to explain the results to users.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryMatch {
    /// The results contain all words of the query. Also reported if there are no results.
    AllWords,
    /// No item contains all words. The results lack one word of the query, or at most two if the query has six or more
    /// words.
    MostWords,
    /// No item contains the words as typed. The results contain all words after typos were corrected.
    Corrected,
}

impl From<Match> for QueryMatch {
    fn from(matching: Match) -> Self {
        match matching {
            Match::AllWords => Self::AllWords,
            Match::MostWords => Self::MostWords,
            Match::Corrected => Self::Corrected,
        }
    }
}

/// Plans the search of a `query` argument among `kinds`; `None` if the query is only whitespace.
///
/// # Errors
/// When it is too long, or the database fails.
pub async fn search(ctx: &Context<'_>, query: Option<&str>, kinds: &[NodeKind]) -> Result<Option<Arc<Search>>> {
    let Some(query) = query else { return Ok(None) };
    let query = Query::parse(query).map_err(|error| bad_input("query", error))?;
    if query.is_blank {
        return Ok(None);
    }
    resolve(ctx, query, kinds).await.map(Some)
}

/// Plans a search over the index in its present state.
async fn resolve(ctx: &Context<'_>, query: Query, kinds: &[NodeKind]) -> Result<Arc<Search>> {
    let request = Arc::new(SearchRequest { query, kinds: kinds.to_vec(), snapshot: snapshot(ctx).await? });
    let plain = || Arc::new(Search::new(request.query.clone(), Match::AllWords, request.snapshot.clone()));
    Ok(loaders(ctx)?.load(SearchPlanKey(request.clone())).await?.unwrap_or_else(plain))
}

/// Returns the index in its present state, the same for the whole request.
///
/// # Errors
/// When the index is not updated in time.
pub async fn snapshot(ctx: &Context<'_>) -> Result<Snapshot> {
    let data = request_data(ctx)?;
    let now = now(ctx)?;
    let snapshot = data.index.get_or_try_init(|| data.indexer.snapshot(data.loaders.reader().database(), now)).await;
    snapshot.cloned().map_err(|error| match error {
        IndexError::TimedOut(percent) => error::search_index_behind(percent),
        IndexError::Database(cause) => ReadError::Database(cause).into(),
        IndexError::Index(cause) => ReadError::Index(cause).into(),
    })
}

/// The score of a row, if its list is ordered by score first.
pub fn score(order: &Order, cursor: &Cursor) -> Option<f64> {
    let first = order.keys.first().filter(|key| key.by == BY_SCORE)?;
    debug_assert!(first.descending, "the best come first");
    match cursor.values.first()? {
        SortValue::Number(score) => i32::try_from(*score).ok().map(f64::from),
        _ => None,
    }
}

/// Defines a connection type over [`RootList`](super::connection::RootList) and its edge type, with the fields of
/// searches.
macro_rules! search_connection {
    (
        $(#[$connection_meta:meta])*
        $connection:ident { $($connection_fields:tt)* }
        $(#[$edge_meta:meta])*
        $edge:ident($row:ty => $node:ty)
    ) => {
        $crate::graphql::connection::connection! {
            $(#[$connection_meta])*
            $connection($crate::graphql::connection::RootList<$row>) {
                /// Whether `totalCount` is exact. False if there are more than 50,000 items.
                async fn total_count_is_exact(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<bool> {
                    Ok(self.0.counted(ctx).await?.is_exact())
                }

                /// How closely the results match `query`. Null if `query` is omitted or blank.
                #[graphql(name = "match")]
                async fn matching(&self) -> Option<$crate::graphql::search::QueryMatch> {
                    self.0.args().search.as_ref().map(|search| search.matching.into())
                }

                /// The query with its typos corrected, in lowercase. Null unless `match` is `CORRECTED`.
                async fn corrected_query(&self) -> Option<String> {
                    self.0.args().search.as_ref().and_then(|search| search.corrected_query())
                }

                $($connection_fields)*
            }
            $(#[$edge_meta])*
            $edge($row => $node) {
                /// The relevance to `query`: higher is better, and comparable only within one response. Null if `query`
                /// is omitted or blank, or if `RELEVANCE` is not the first sort key.
                async fn score(&self) -> Option<f64> {
                    $crate::graphql::search::score(&self.args.window.order, &self.row().cursor)
                }

                /// The passages that contain words of `query`, by field. Empty if `query` is omitted or blank.
                async fn highlights(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                ) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::search::Highlight>> {
                    use $crate::model::Record;
                    let id = self.row().node.id();
                    $crate::graphql::search::highlights(ctx, self.args.search.as_deref(), <$row>::KIND, id).await
                }
            }
        }
    };
}
pub(super) use search_connection;
