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
    CacheEntryVersion, Catalog, ChangeTracker, DependencySet, FeedSnapshot, ReadError, Shared, TrackDependencies,
};

/// About how many bytes an entry takes beside its key, what it holds and what that rests on: moka's own, and what a key has elsewhere.
const ENTRY: usize = 450;

/// A key of whatever type.
trait AnyKey: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn is(&self, other: &dyn AnyKey) -> bool;
    fn write_hash(&self, state: &mut dyn Hasher);
}

impl<K: Hash + Eq + Send + Sync + 'static> AnyKey for K {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is(&self, other: &dyn AnyKey) -> bool {
        other.as_any().downcast_ref::<K>().is_some_and(|other| self == other)
    }

    fn write_hash(&self, mut state: &mut dyn Hasher) {
        self.type_id().hash(&mut state);
        self.hash(&mut state);
    }
}

impl PartialEq for dyn AnyKey {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Eq for dyn AnyKey {}

impl Hash for dyn AnyKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.write_hash(state);
    }
}

/// What a key led to, and what that rests on.
struct Kept {
    /// An `Option` of the key's value: nothing where it led to nothing.
    value: Arc<dyn Any + Send + Sync>,
    version: CacheEntryVersion,
    bytes: u32,
}

/// What was read lately, bounded in bytes.
pub struct RowCache {
    kept: Cache<Box<dyn AnyKey>, Arc<Kept>>,
    known: AtomicU64,
    new: AtomicU64,
}

impl RowCache {
    /// Keeps so many bytes.
    #[must_use]
    pub fn new(capacity: u64) -> Self {
        #[expect(clippy::borrowed_box, reason = "it is what moka hands on")]
        let weigher = |_: &Box<dyn AnyKey>, kept: &Arc<Kept>| kept.bytes;
        let kept = Cache::builder().max_capacity(capacity).weigher(weigher).build();
        Self { kept, known: AtomicU64::new(0), new: AtomicU64::new(0) }
    }

    /// How many keys were asked for that were kept, and how many that could have been.
    #[must_use]
    pub fn seen(&self) -> (u64, u64) {
        (self.known.load(Ordering::Relaxed), self.new.load(Ordering::Relaxed))
    }
}

/// The row cache for one request: what holds at its stamp.
#[derive(Clone)]
pub struct Warm {
    cache: Arc<RowCache>,
    tracker: Arc<ChangeTracker>,
    snapshot: FeedSnapshot,
    now: Timestamp,
    reads_through: bool,
}

impl Warm {
    /// For a request that happens now. One that `reads_through` takes nothing that was kept, but leaves what it reads.
    #[must_use]
    pub fn new(
        cache: Arc<RowCache>,
        tracker: Arc<ChangeTracker>,
        snapshot: FeedSnapshot,
        now: Timestamp,
        reads_through: bool,
    ) -> Self {
        Self { cache, tracker, snapshot, now, reads_through }
    }

    /// What a key led to before, where that still holds.
    fn find<K, V>(&self, key: &K) -> Option<Found<V>>
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        if self.reads_through {
            return None;
        }
        let kept = self.cache.kept.get(key as &dyn AnyKey)?;
        let is_fresh = self.tracker.is_fresh(&kept.version, self.snapshot, self.now);
        if is_fresh { kept.value.downcast_ref().cloned().map(Found) } else { None }
    }

    /// Keeps what a key led to.
    fn keep<K, V>(&self, key: K, value: Option<V>, dependencies: DependencySet, weigh: Weigh<V>)
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        if dependencies.is_everything() {
            return;
        }
        let version = CacheEntryVersion::new(self.snapshot, dependencies);
        let bytes = ENTRY + size_of::<K>() + size_of::<Option<V>>() + weigh(value.as_ref()) + version.bytes();
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.cache.kept.insert(Box::new(key), Arc::new(Kept { value: Arc::new(value), version, bytes }));
    }
}

/// What a key led to, which may be nothing.
struct Found<V>(Option<V>);

/// How what a key leads to is weighed.
pub type Weigh<V> = fn(Option<&V>) -> usize;

/// What the loaders of one request read from: what is kept, where that will do, and the database.
pub struct Source {
    pub(super) catalog: Catalog,
    pub(super) warm: Option<Warm>,
    /// Is told the revisions that were read.
    pub(super) tracker: Arc<ChangeTracker>,
    /// What other requests read meanwhile, where it is the same for all.
    pub(super) shared: Option<Arc<Shared>>,
}

impl Source {
    async fn read<K>(&self, keys: &[K]) -> Result<HashMap<K, <Catalog as Loader<K>>::Value>, ReadError>
    where
        K: TrackDependencies<<Catalog as Loader<K>>::Value> + Hash + Eq + Clone + Send + Sync + 'static,
        Catalog: Loader<K, Error = ReadError>,
    {
        match self.shared.as_ref().filter(|_| K::IS_SHARED) {
            Some(shared) => shared.load(keys.to_vec(), self.catalog.reader.scope().now).await,
            None => self.catalog.load(keys).await,
        }
    }
}

impl<K> Loader<K> for Source
where
    K: TrackDependencies<<Catalog as Loader<K>>::Value> + Hash + Eq + Clone + Send + Sync + 'static,
    Catalog: Loader<K, Error = ReadError>,
{
    type Value = <Catalog as Loader<K>>::Value;
    type Error = ReadError;

    async fn load(&self, keys: &[K]) -> Result<HashMap<K, Self::Value>, ReadError> {
        let (Some(warm), Some(weigh)) = (&self.warm, K::WEIGH) else {
            let read = self.read(keys).await?;
            // Only the revisions matter here.
            let mut dependencies = DependencySet::everything();
            keys.iter().for_each(|key| key.collect(read.get(key), &mut dependencies));
            self.tracker.record_revisions(&dependencies.take_revisions());
            return Ok(read);
        };
        let (mut found, mut missing) = (HashMap::with_capacity(keys.len()), Vec::new());
        for key in keys {
            match warm.find(key) {
                Some(Found(value)) => found.extend(value.map(|value| (key.clone(), value))),
                None => missing.push(key.clone()),
            }
        }
        warm.cache.known.fetch_add((keys.len() - missing.len()) as u64, Ordering::Relaxed);
        if missing.is_empty() {
            return Ok(found);
        }
        warm.cache.new.fetch_add(missing.len() as u64, Ordering::Relaxed);
        let read = self.read(&missing).await?;
        let mut revisions = Vec::with_capacity(missing.len());
        for key in missing {
            let value = read.get(&key).cloned();
            let mut dependencies = DependencySet::default();
            key.collect(value.as_ref(), &mut dependencies);
            revisions.extend(dependencies.take_revisions());
            warm.keep(key, value, dependencies, weigh);
        }
        self.tracker.record_revisions(&revisions);
        found.extend(read);
        Ok(found)
    }
}
