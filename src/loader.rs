//! Batched reads: one SQL statement per access path and query level.
//!
//! A resolver asks [`Loaders`] for a value by key. The key's type selects the access path ([`ById`], [`PageOf`], …),
//! and its fields are the arguments. [`run_with_batches`] collects all keys of a level before it sends any statement.
//! Loaders reach the database only through the [`Reader`]; [`Scope`] applies visibility there, so that no resolver can
//! forget it.

mod api_tokens;
mod batch_scheduler;
mod cache_tags;
mod catalog_state;
mod change_feed;
mod changed_dependencies;
mod children;
pub mod columns;
mod cursor;
mod dependencies;
mod entries;
mod filter;
mod heap_size;
mod invalidation;
mod lists;
mod lookup;
mod newest_revisions;
mod object_cache;
mod order;
mod page;
mod prerequisites;
mod query_coalescer;
mod reader;
mod relation;
mod revisions;
mod scope;
pub mod search;
mod select;
mod statistics;
mod window;

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, Loader, NoCache};
use object_cache::CachingLoader;

pub use api_tokens::{CountOfTokens, PageOfTokens};
pub use batch_scheduler::{BatchQueue, DispatchPolicy, NoDelay, run_with_batches};
pub use cache_tags::CacheTags;
pub use catalog_state::{CatalogState, read_catalog_state};
pub use change_feed::{
    ChangeSlice, CountOfChanges, PageOfChanges, feed_cursor, feed_order, feed_position, read_changes, read_feed_end,
};
pub use changed_dependencies::read_changed_dependencies;
pub use children::{
    AliasesOf, AncestorsOf, ArticleOf, ContributionsOf, DescriptionOf, InstructorsOf, SameAsOf, SyllabusOf,
};
pub use cursor::{Cursor, CursorError, SortValue};
pub use dependencies::{Dependency, DependencyRecorder, DependencySet, RowDependencies, TrackDependencies};
pub use entries::{BookEntry, CourseEntry, ListEntry, ListedEntry, PositionOf};
pub use filter::{Column, Filter, FilterRelation, Predicate, StatusPredicate};
pub use invalidation::{CacheEntryVersion, ChangeTracker, FeedSnapshot, Reach};
pub use lists::{EntryByCode, ListOf};
pub use lookup::{ByCode, ById, ByIsbn, ByRetiredCode, BySlug, WasPublic, redirect_target};
pub use object_cache::{ObjectCache, RequestCacheView, Weigher};
pub use order::{BY_FOUND_RECOMMENDATIONS, BY_SCORE, Order, SortBy, SortKey};
pub use page::{Edge, Page, PageOf, PageRow};
pub use prerequisites::PrerequisitesOf;
pub use query_coalescer::QueryCoalescer;
pub use reader::{ReadError, Reader};
pub use relation::Relation;
pub use revisions::StateOf;
pub use scope::Scope;
pub use select::{CountSelected, PageSelected, Select};
pub use statistics::{COUNT_LIMIT, CountOf, Statistic};
pub use window::Window;

/// Implements all access paths over one reader.
pub struct BatchLoader {
    reader: Reader,
}

/// The loaders of one request. The request's data owns them by value.
pub struct Loaders {
    batches: DataLoader<CachingLoader, NoCache>,
    /// Records the dependencies of the response; `None` if nobody needs them.
    recorder: Option<Arc<DependencyRecorder>>,
}

impl Loaders {
    /// Creates loaders whose batches go into `queue`. Run the execution with the same queue: see [`run_with_batches`].
    #[must_use]
    pub fn new(reader: Reader, tracker: Arc<ChangeTracker>, queue: &BatchQueue) -> Self {
        Self::over(CachingLoader { loader: BatchLoader { reader }, cache_view: None, tracker, coalescer: None }, queue)
    }

    /// Returns loaders for public data, which can use the object cache and combine statements with other requests.
    #[must_use]
    pub fn public(
        self,
        cache_view: Option<RequestCacheView>,
        coalescer: Option<Arc<QueryCoalescer>>,
        queue: &BatchQueue,
    ) -> Self {
        let CachingLoader { loader, tracker, .. } = self.batches.loader();
        let loader = BatchLoader { reader: loader.reader.clone() };
        Self::over(CachingLoader { loader, cache_view, tracker: tracker.clone(), coalescer }, queue)
    }

    fn over(source: CachingLoader, queue: &BatchQueue) -> Self {
        let batches = DataLoader::new(source, queue.clone(), NoDelay).max_batch_size(usize::MAX);
        Self { batches, recorder: None }
    }

    /// Returns loaders that record the dependencies of the response.
    #[must_use]
    pub fn recording(self, recorder: Option<Arc<DependencyRecorder>>) -> Self {
        Self { recorder, ..self }
    }

    /// Loads the value of `key`; `None` if there is no such visible value.
    ///
    /// # Errors
    /// Database errors.
    pub async fn load<K>(&self, key: K) -> Result<Option<<BatchLoader as Loader<K>>::Value>, ReadError>
    where
        K: TrackDependencies<<BatchLoader as Loader<K>>::Value> + Send + Sync + Hash + Eq + Clone + 'static,
        BatchLoader: Loader<K, Error = ReadError>,
    {
        // Boxed, because this future is part of the future of every field that loads something, and the futures of all
        // fields of a type are as large as the largest of them.
        let Some(recorder) = &self.recorder else { return Box::pin(self.batches.load_one(key)).await };
        let found = Box::pin(self.batches.load_one(key.clone())).await?;
        recorder.record(|dependencies| key.collect(found.as_ref(), dependencies));
        Ok(found)
    }

    /// Loads the values of several keys.
    ///
    /// # Errors
    /// Database errors.
    pub async fn load_many<K>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<std::collections::HashMap<K, <BatchLoader as Loader<K>>::Value>, ReadError>
    where
        K: TrackDependencies<<BatchLoader as Loader<K>>::Value> + Send + Sync + Hash + Eq + Clone + 'static,
        BatchLoader: Loader<K, Error = ReadError>,
    {
        let Some(recorder) = &self.recorder else { return Box::pin(self.batches.load_many(keys)).await };
        let keys: Vec<K> = keys.into_iter().collect();
        let found = Box::pin(self.batches.load_many(keys.iter().cloned())).await?;
        recorder.record(|dependencies| keys.iter().for_each(|key| key.collect(found.get(key), dependencies)));
        Ok(found)
    }

    /// Returns the underlying reader.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.batches.loader().loader.reader
    }
}
