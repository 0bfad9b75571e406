//! The batching reads: whatever a query asks for, one statement per access path and level.
//!
//! A resolver asks [`Loaders`] for one thing by a key. The type of the key says which access path is meant ([`ById`],
//! [`PageOf`], …), arguments are part of it, and the [`run_with_batches`] loop gathers all keys of a level before any statement
//! is sent. Loaders reach the database through the [`Reader`] alone, and [`Scope`] applies visibility there, so that no
//! resolver can forget it.

mod api_tokens;
mod batch_scheduler;
mod catalog_state;
mod change_feed;
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
pub use catalog_state::{CatalogState, read_catalog_state};
pub use change_feed::{
    ChangeSlice, CountOfChanges, PageOfChanges, feed_cursor, feed_order, feed_position, read_changes, read_feed_end,
};
pub use children::{
    AliasesOf, AncestorsOf, ArticleOf, ContributionsOf, DescriptionOf, InstructorsOf, SameAsOf, SyllabusOf,
};
pub use cursor::{Cursor, CursorError, SortValue};
pub use dependencies::{Dependency, DependencyRecorder, DependencySet, RowDependencies, TrackDependencies};
pub use entries::{BookEntry, CourseEntry, ListEntry, ListedEntry, PositionOf};
pub use filter::{Column, Filter, FilterRelation, Predicate, StatusPredicate};
pub use invalidation::{CacheEntryVersion, ChangeTracker, FeedSnapshot};
pub use lists::{EntryByCode, ListOf};
pub use lookup::{ByCode, ById, ByIsbn, ByRetiredCode, BySlug, redirect_target};
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

/// The implementation of all access paths, over one reader.
pub struct BatchLoader {
    reader: Reader,
}

/// One request's loaders. They live by value in the request's data, and end with it.
pub struct Loaders {
    batches: DataLoader<CachingLoader, NoCache>,
    /// What the answer rests on, where somebody wants to know.
    recorder: Option<Arc<DependencyRecorder>>,
}

impl Loaders {
    /// Loaders whose batches go into `queue`; [`run_with_batches`] the execution with the same queue.
    #[must_use]
    pub fn new(reader: Reader, tracker: Arc<ChangeTracker>, queue: &BatchQueue) -> Self {
        Self::over(CachingLoader { loader: BatchLoader { reader }, cache_view: None, tracker, coalescer: None }, queue)
    }

    /// The same for what everybody sees: with what was kept of it, and together with other requests.
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

    /// The same, recording what the answer rests on.
    #[must_use]
    pub fn recording(self, recorder: Option<Arc<DependencyRecorder>>) -> Self {
        Self { recorder, ..self }
    }

    /// What `key` leads to; `None` where nothing (visible) is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load<K>(&self, key: K) -> Result<Option<<BatchLoader as Loader<K>>::Value>, ReadError>
    where
        K: TrackDependencies<<BatchLoader as Loader<K>>::Value> + Send + Sync + Hash + Eq + Clone + 'static,
        BatchLoader: Loader<K, Error = ReadError>,
    {
        // In a box, since it is a part of the future of each field that loads anything, and the fields of a type all take as much
        // room as the largest of them.
        let Some(recorder) = &self.recorder else { return Box::pin(self.batches.load_one(key)).await };
        let found = Box::pin(self.batches.load_one(key.clone())).await?;
        recorder.record(|dependencies| key.collect(found.as_ref(), dependencies));
        Ok(found)
    }

    /// What each of `keys` leads to.
    ///
    /// # Errors
    /// When the database fails.
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

    /// The reader beneath.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.batches.loader().loader.reader
    }
}
