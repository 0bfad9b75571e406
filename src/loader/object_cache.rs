//! A cache of objects, counts and lists by the loader key, valid until a dependency changes.
//!
//! It sits below the batches of each request: the keys of a level are looked up together, and one statement reads the
//! missing ones. A page whose keys are all cached costs no statement. Only public data is cached.

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

/// The approximate size of an entry without its value and dependencies: moka's own data, and the heap data of the key.
const ENTRY_OVERHEAD: usize = 450;

/// A key of any type.
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

/// A cached value and its version.
struct CacheEntry {
    /// An `Option` of the key's value: `None` if the key has no value.
    value: Arc<dyn Any + Send + Sync>,
    version: CacheEntryVersion,
    bytes: u32,
}

/// A cache of objects, bounded in bytes.
pub struct ObjectCache {
    entries: Cache<Box<dyn ErasedKey>, Arc<CacheEntry>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl ObjectCache {
    /// Creates a cache of `capacity` bytes.
    #[must_use]
    pub fn new(capacity: u64) -> Self {
        #[expect(clippy::borrowed_box, reason = "moka passes it so")]
        let weigher = |_: &Box<dyn ErasedKey>, entry: &Arc<CacheEntry>| entry.bytes;
        let entries = Cache::builder().max_capacity(capacity).weigher(weigher).build();
        Self { entries, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// Returns the number of keys that were found in the cache, and of those that were not.
    #[must_use]
    pub fn hits_and_misses(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }
}

/// The object cache as one request sees it, at its snapshot.
#[derive(Clone)]
pub struct RequestCacheView {
    cache: Arc<ObjectCache>,
    tracker: Arc<ChangeTracker>,
    snapshot: FeedSnapshot,
    now: Timestamp,
    bypass: bool,
}

impl RequestCacheView {
    /// Creates a view for a request at the time `now`. With `bypass` it reads nothing from the cache, but still updates
    /// it.
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

    /// Returns the cached value of a key if it is fresh.
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

    /// Caches the value of a key.
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

/// The cached value of a key, which can be `None`.
struct Cached<V>(Option<V>);

/// Estimates the size of a value.
pub type Weigher<V> = fn(Option<&V>) -> usize;

/// Loads keys from the object cache, and the missing ones from the database.
pub struct CachingLoader {
    pub(super) loader: BatchLoader,
    pub(super) cache_view: Option<RequestCacheView>,
    /// Records the revisions that were read.
    pub(super) tracker: Arc<ChangeTracker>,
    /// Combines statements with other requests; `None` if the request sees drafts.
    pub(super) coalescer: Option<Arc<QueryCoalescer>>,
}

impl CachingLoader {
    async fn read<K>(&self, keys: &[K]) -> Result<HashMap<K, <BatchLoader as Loader<K>>::Value>, ReadError>
    where
        K: TrackDependencies<<BatchLoader as Loader<K>>::Value> + Hash + Eq + Clone + Send + Sync + 'static,
        BatchLoader: Loader<K, Error = ReadError>,
    {
        match self.coalescer.as_ref().filter(|_| K::IS_COALESCED) {
            Some(coalescer) => coalescer.load(keys.to_vec(), &self.loader.reader).await,
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
        let history = self.tracker.history();
        let (Some(cache_view), Some(weigher)) = (&self.cache_view, K::WEIGHER) else {
            let read = self.read(keys).await?;
            // Only the revisions are used.
            let mut dependencies = DependencySet::everything();
            keys.iter().for_each(|key| key.collect(read.get(key), &mut dependencies));
            self.tracker.record_revisions(&[dependencies.take_revisions()], history);
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
        let collect = |key: &K| {
            let mut dependencies = DependencySet::default();
            key.collect(read.get(key), &mut dependencies);
            (dependencies.take_revisions(), dependencies)
        };
        let (revisions, dependencies): (Vec<_>, Vec<_>) = missing.iter().map(collect).unzip();
        // Before the values are cached, so that a request that begins after a later revision was read does not get them.
        let can_be_cached = self.tracker.record_revisions(&revisions, history);
        for ((key, dependencies), can_be_cached) in missing.into_iter().zip(dependencies).zip(can_be_cached) {
            if can_be_cached {
                let value = read.get(&key).cloned();
                cache_view.insert(key, value, dependencies, weigher);
            }
        }
        found.extend(read);
        Ok(found)
    }
}
