//! Searches of the index.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use entity::kind::NodeKind;
use search_index::{
    Counts, FacetRequest, Hit, IndexQuery, KindFilter, Matches, OrderBy, OrderKey, PageRequest, PreparedQuery,
    Snapshot, Value,
};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;

use super::conditions::Resolver;
use super::kind_tag;
use super::layout::{ALL_RECOMMENDATIONS, RECOMMENDATIONS, SORT_KEY};
use crate::domain::search::query::Query;
use crate::loader::{
    BY_FOUND_RECOMMENDATIONS, BY_SCORE, Cursor, Filter, Order, ReadError, Reader, Scope, SortBy, SortValue, Window,
};

/// Limits the number of concurrent searches.
static SEARCH_PERMITS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZeroUsize::get))));
/// The maximum duration of a search.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(10);

/// How results match a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    AllWords,
    MostWords,
    Corrected,
}

/// A query over a snapshot of the index.
#[derive(Clone)]
pub struct Search {
    pub query: Query,
    pub matching: Match,
    snapshot: Snapshot,
    /// The query in the snapshot, from its first use on.
    prepared: Arc<OnceLock<PreparedQuery>>,
    /// The filters that were resolved: pages, counts and facets use the same ones.
    selections: Arc<Mutex<Vec<Arc<Selection>>>>,
}

/// The rows that a search is limited to.
struct Selection {
    filters: Vec<(NodeKind, Filter)>,
    kinds: Vec<KindFilter>,
    /// The number of matches, once it is known.
    total: OnceLock<usize>,
}

impl fmt::Debug for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { query, matching, .. } = self;
        formatter.debug_struct("Search").field("query", query).field("matching", matching).finish_non_exhaustive()
    }
}

/// A page of hits.
#[derive(Debug)]
pub(in crate::loader) struct PageOfHits {
    /// In list order.
    pub hits: Vec<Hit>,
    /// Whether there are more in the direction of the page.
    pub more: bool,
}

impl Search {
    #[must_use]
    pub fn new(query: Query, matching: Match, snapshot: Snapshot) -> Self {
        Self { query, matching, snapshot, prepared: Arc::default(), selections: Arc::default() }
    }

    /// Returns the search that matches everything.
    #[must_use]
    pub fn everything(snapshot: Snapshot) -> Self {
        Self::new(Query { is_blank: true, ..Query::default() }, Match::AllWords, snapshot)
    }

    /// The text of the query with its typos corrected; `None` if the search needed no correction.
    #[must_use]
    pub fn corrected_query(&self) -> Option<String> {
        (self.matching == Match::Corrected).then(|| self.query.corrected_text())
    }

    /// Whether an item of `kinds` matches.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn finds(&self, scope: Scope, kinds: &[NodeKind]) -> Result<bool, ReadError> {
        let kinds = all_of(kinds);
        Ok(self.read(move |query| query.has(&index_scope(scope, &kinds))).await?.unwrap_or_default())
    }

    /// Returns the documents that match.
    pub(super) async fn all(&self, scope: Scope, kinds: Vec<KindFilter>) -> Result<Vec<i64>, ReadError> {
        Ok(self.read(move |query| query.all(&index_scope(scope, &kinds))).await?.unwrap_or_default())
    }

    /// Returns the page of a window.
    pub(in crate::loader) async fn page(
        &self,
        reader: &Reader,
        filters: &[(NodeKind, Filter)],
        window: &Window,
    ) -> Result<PageOfHits, ReadError> {
        let selection = self.selection(reader, filters).await?;
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let hit = |cursor: &Cursor| Hit { id: cursor.id, values: cursor.values.iter().map(value).collect() };
        let page = PageRequest {
            limit: limit.saturating_add(1),
            is_backward: window.backward,
            after: window.after.as_ref().map(hit),
            before: window.before.as_ref().map(hit),
        };
        let (scope, order) = (reader.scope(), index_order(&window.order, reader.scope()));
        let shared = selection.clone();
        let found = self.read(move |query| query.page(&index_scope(scope, &shared.kinds), &order, &page));
        let Some(Matches { mut hits, total }) = found.await? else {
            return Ok(PageOfHits { hits: Vec::new(), more: false });
        };
        selection.total.get_or_init(|| total);
        let more = hits.len() > limit;
        hits.truncate(limit);
        if window.backward {
            hits.reverse();
        }
        Ok(PageOfHits { hits, more })
    }

    /// Counts the matching documents that pass the filters.
    pub(in crate::loader) async fn count(
        &self,
        reader: &Reader,
        filters: &[(NodeKind, Filter)],
    ) -> Result<usize, ReadError> {
        let selection = self.selection(reader, filters).await?;
        if let Some(total) = selection.total.get() {
            return Ok(*total);
        }
        let (scope, shared) = (reader.scope(), selection.clone());
        let total = self.read(move |query| query.count(&index_scope(scope, &shared.kinds))).await?.unwrap_or_default();
        Ok(*selection.total.get_or_init(|| total))
    }

    /// Counts the matching documents that pass the filters, for each facet.
    pub(super) async fn facets(
        &self,
        reader: &Reader,
        filters: &[(NodeKind, Filter)],
        facets: Vec<FacetRequest>,
    ) -> Result<Vec<Counts>, ReadError> {
        let (scope, selection) = (reader.scope(), self.selection(reader, filters).await?);
        let none = vec![Counts::new(); facets.len()];
        let counts = self.read(move |query| query.facets(&index_scope(scope, &selection.kinds), &facets)).await?;
        Ok(counts.unwrap_or(none))
    }

    async fn selection(&self, reader: &Reader, filters: &[(NodeKind, Filter)]) -> Result<Arc<Selection>, ReadError> {
        let mut selections = self.selections.lock().await;
        if let Some(selection) = selections.iter().find(|selection| selection.filters == filters) {
            return Ok(selection.clone());
        }
        let mut resolver = Resolver::new(reader);
        let mut kinds = Vec::with_capacity(filters.len());
        for (kind, filter) in filters {
            kinds.push(self.kind_filter(&mut resolver, *kind, filter).await?);
        }
        let selection = Arc::new(Selection { filters: filters.to_vec(), kinds, total: OnceLock::new() });
        selections.push(selection.clone());
        Ok(selection)
    }

    /// Reads the index on a blocking thread; `None` if the query has no words.
    async fn read<T: Send + 'static>(
        &self,
        search: impl FnOnce(&PreparedQuery) -> Result<T, search_index::Error> + Send + 'static,
    ) -> Result<Option<T>, ReadError> {
        let Some(index_query) = self.index_query() else { return Ok(None) };
        let prepared = self.prepared.clone();
        let found = read(&self.snapshot, move |index| {
            if let Some(query) = prepared.get() {
                return search(query);
            }
            let query = index.prepare(&index_query)?;
            search(prepared.get_or_init(|| query))
        });
        found.await.map(Some)
    }

    /// Returns the query for the index; `None` if the query has no words.
    fn index_query(&self) -> Option<IndexQuery> {
        let max_missing = if self.matching == Match::MostWords { self.query.max_missing() } else { 0 };
        self.query.index_query(max_missing)
    }
}

/// Translates the order of a list.
fn index_order(order: &Order, scope: Scope) -> search_index::HitOrder {
    let recommendations = if scope.drafts { ALL_RECOMMENDATIONS } else { RECOMMENDATIONS };
    let column = |expression: &'static str| expression.rsplit('.').next().unwrap_or_default();
    let by = |by: SortBy| match by {
        BY_SCORE => OrderBy::Score,
        BY_FOUND_RECOMMENDATIONS | SortBy::AllRecommendations(_) | SortBy::Recommendations(_) => {
            OrderBy::Number(recommendations)
        }
        SortBy::Number(expression) | SortBy::NullableNumber(expression) => OrderBy::Number(column(expression)),
        SortBy::Text(_) => OrderBy::Text(SORT_KEY),
    };
    let keys = order.keys.iter().map(|key| OrderKey { by: by(key.by), is_descending: key.descending });
    search_index::HitOrder { keys: keys.collect(), is_id_descending: order.id_descending() }
}

/// The cursor of a hit.
pub(in crate::loader) fn cursor(hit: &Hit) -> Cursor {
    let values = hit.values.iter().map(|value| match value {
        Value::Number(number) => SortValue::Number(*number),
        Value::Text(text) => SortValue::Text(text.clone()),
        Value::Unknown => SortValue::Null,
    });
    Cursor { values: values.collect(), id: hit.id }
}

fn value(value: &SortValue) -> Value {
    match value {
        SortValue::Number(number) => Value::Number(*number),
        SortValue::Text(text) => Value::Text(text.clone()),
        SortValue::Null => Value::Unknown,
    }
}

/// Reads the index on a blocking thread.
///
/// # Errors
/// When the index cannot be read.
pub(super) async fn read<T: Send + 'static>(
    snapshot: &Snapshot,
    read: impl FnOnce(&Snapshot) -> Result<T, search_index::Error> + Send + 'static,
) -> Result<T, ReadError> {
    let searched = snapshot.clone();
    // Each search keeps a thread and a core busy.
    let permit = SEARCH_PERMITS.clone().acquire_owned().await;
    let found = spawn_blocking(move || {
        let read = read(&searched);
        // The search runs to its end even if the request is canceled.
        drop(permit);
        read
    });
    let found = found.await.unwrap_or_else(|panic| {
        snapshot.mark_damaged();
        Err(search_index::Error::Damaged(panic.to_string()))
    });
    Ok(found?)
}

/// Returns the scope of a caller.
pub(super) fn index_scope(scope: Scope, kinds: &[KindFilter]) -> search_index::SearchScope<'_> {
    let deadline = Some(Instant::now() + SEARCH_TIMEOUT);
    search_index::SearchScope { kinds, now: scope.now.0, drafts: scope.drafts, deadline }
}

/// Returns filters that accept all documents of some kinds.
pub(super) fn all_of(kinds: &[NodeKind]) -> Vec<KindFilter> {
    kinds.iter().map(|kind| KindFilter::all(kind_tag(*kind))).collect()
}
