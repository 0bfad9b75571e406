//! Rows and reading lists that were read lately, by the key under which they were asked for: what is asked for again is not
//! read again, while nothing that it rests on has changed.
//!
//! It lies under the batches of each request. So the keys of a level are looked up together, what is missing is one statement as before,
//! and a page of which everything is there costs no statement at all. Only what everybody sees is kept.

use std::any::Any;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::dataloader::Loader;
use entity::timestamp::Timestamp;
use moka::sync::Cache;

use super::{
    BatchLoader, CacheEntryVersion, ChangeTracker, DependencySet, FeedSnapshot, QueryCoalescer, ReadError,
    TrackDependencies,
};

/// About how many bytes an entry takes beside its key, what it holds and what that rests on: moka's own, and what a key has elsewhere.
const ENTRY_OVERHEAD: usize = 450;

/// A key of whatever type.
trait ErasedKey: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn equals(&self, other: &dyn ErasedKey) -> bool;
    fn write_hash(&self, state: &mut dyn Hasher);
}

impl<K: Hash + Eq + Send + Sync + 'static> ErasedKey for K {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn ErasedKey) -> bool {
        other.as_any().downcast_ref::<K>().is_some_and(|other| self == other)
    }

    fn write_hash(&self, mut state: &mut dyn Hasher) {
        self.type_id().hash(&mut state);
        self.hash(&mut state);
    }
}

impl PartialEq for dyn ErasedKey {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

impl Eq for dyn ErasedKey {}

impl Hash for dyn ErasedKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.write_hash(state);
    }
}

/// What a key led to, and what that rests on.
struct CacheEntry {
    /// An `Option` of the key's value: nothing where it led to nothing.
    value: Arc<dyn Any + Send + Sync>,
    version: CacheEntryVersion,
    bytes: u32,
}

/// What was read lately, bounded in bytes.
pub struct ObjectCache {
    entries: Cache<Box<dyn ErasedKey>, Arc<CacheEntry>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl ObjectCache {
    /// Keeps so many bytes.
    #[must_use]
    pub fn new(capacity: u64) -> Self {
        #[expect(clippy::borrowed_box, reason = "it is what moka hands on")]
        let weigher = |_: &Box<dyn ErasedKey>, entry: &Arc<CacheEntry>| entry.bytes;
        let entries = Cache::builder().max_capacity(capacity).weigher(weigher).build();
        Self { entries, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// How many keys were asked for that were kept, and how many that could have been.
    #[must_use]
    pub fn hits_and_misses(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }
}

/// The row cache for one request: what holds at its stamp.
#[derive(Clone)]
pub struct RequestCacheView {
    cache: Arc<ObjectCache>,
    tracker: Arc<ChangeTracker>,
    snapshot: FeedSnapshot,
    now: Timestamp,
    bypass: bool,
}

impl RequestCacheView {
    /// For a request that happens now. One that `bypass` takes nothing that was kept, but leaves what it reads.
    #[must_use]
    pub fn new(
        cache: Arc<ObjectCache>,
        tracker: Arc<ChangeTracker>,
        snapshot: FeedSnapshot,
        now: Timestamp,
        bypass: bool,
    ) -> Self {
        Self { cache, tracker, snapshot, now, bypass }
    }

    /// What a key led to before, where that still holds.
    fn get<K, V>(&self, key: &K) -> Option<Cached<V>>
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        if self.bypass {
            return None;
        }
        let entry = self.cache.entries.get(key as &dyn ErasedKey)?;
        let is_fresh = self.tracker.is_fresh(&entry.version, self.snapshot, self.now);
        if is_fresh { entry.value.downcast_ref().cloned().map(Cached) } else { None }
    }

    /// Keeps what a key led to.
    fn insert<K, V>(&self, key: K, value: Option<V>, dependencies: DependencySet, weigher: Weigher<V>)
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        if dependencies.is_everything() {
            return;
        }
        let version = CacheEntryVersion::new(self.snapshot, dependencies);
        let bytes =
            ENTRY_OVERHEAD + size_of::<K>() + size_of::<Option<V>>() + weigher(value.as_ref()) + version.bytes();
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.cache.entries.insert(Box::new(key), Arc::new(CacheEntry { value: Arc::new(value), version, bytes }));
    }
}

/// What a key led to, which may be nothing.
struct Cached<V>(Option<V>);

/// How what a key leads to is weighed.
pub type Weigher<V> = fn(Option<&V>) -> usize;

/// What the loaders of one request read from: what is kept, where that will do, and the database.
pub struct CachingLoader {
    pub(super) loader: BatchLoader,
    pub(super) cache_view: Option<RequestCacheView>,
    /// Is told the revisions that were read.
    pub(super) tracker: Arc<ChangeTracker>,
    /// What other requests read meanwhile, where it is the same for all.
    pub(super) coalescer: Option<Arc<QueryCoalescer>>,
}

impl CachingLoader {
    async fn read<K>(&self, keys: &[K]) -> Result<HashMap<K, <BatchLoader as Loader<K>>::Value>, ReadError>
    where
        K: TrackDependencies<<BatchLoader as Loader<K>>::Value> + Hash + Eq + Clone + Send + Sync + 'static,
        BatchLoader: Loader<K, Error = ReadError>,
    {
        match self.coalescer.as_ref().filter(|_| K::IS_COALESCED) {
            Some(coalescer) => coalescer.load(keys.to_vec(), self.loader.reader.scope().now).await,
            None => self.loader.load(keys).await,
        }
    }
}

impl<K> Loader<K> for CachingLoader
where
    K: TrackDependencies<<BatchLoader as Loader<K>>::Value> + Hash + Eq + Clone + Send + Sync + 'static,
    BatchLoader: Loader<K, Error = ReadError>,
{
    type Value = <BatchLoader as Loader<K>>::Value;
    type Error = ReadError;

    async fn load(&self, keys: &[K]) -> Result<HashMap<K, Self::Value>, ReadError> {
        let (Some(cache_view), Some(weigher)) = (&self.cache_view, K::WEIGHER) else {
            let read = self.read(keys).await?;
            // Only the revisions matter here.
            let mut dependencies = DependencySet::everything();
            keys.iter().for_each(|key| key.collect(read.get(key), &mut dependencies));
            self.tracker.record_revisions(&dependencies.take_revisions());
            return Ok(read);
        };
        let (mut found, mut missing) = (HashMap::with_capacity(keys.len()), Vec::new());
        for key in keys {
            match cache_view.get(key) {
                Some(Cached(value)) => found.extend(value.map(|value| (key.clone(), value))),
                None => missing.push(key.clone()),
            }
        }
        cache_view.cache.hits.fetch_add((keys.len() - missing.len()) as u64, Ordering::Relaxed);
        if missing.is_empty() {
            return Ok(found);
        }
        cache_view.cache.misses.fetch_add(missing.len() as u64, Ordering::Relaxed);
        let read = self.read(&missing).await?;
        let mut revisions = Vec::with_capacity(missing.len());
        for key in missing {
            let value = read.get(&key).cloned();
            let mut dependencies = DependencySet::default();
            key.collect(value.as_ref(), &mut dependencies);
            revisions.extend(dependencies.take_revisions());
            cache_view.insert(key, value, dependencies, weigher);
        }
        self.tracker.record_revisions(&revisions);
        found.extend(read);
        Ok(found)
    }
}
