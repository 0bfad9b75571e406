//! Combines the statements of concurrent requests. While a statement of an access path is in flight, further requests
//! for the same path wait and are combined in the next one. A request that is alone does not wait.
//!
//! A task of its own reads each batch, so that a canceled request does not affect the others. Only public data is
//! shared: requests that see drafts send their own statements.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::mem::{replace, take};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_graphql::dataloader::Loader;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{BatchLoader, ReadError, Reader, Scope};
use crate::db::{Database, Engine};
use crate::request_context::{self, Statement};

/// The queues of the requests, one for each access path and server.
#[derive(Default)]
pub struct QueryCoalescer {
    queues: Mutex<HashMap<QueueId, Arc<dyn Any + Send + Sync>>>,
}

/// The type of the keys, and the replica that is read.
type QueueId = (TypeId, Option<usize>);

impl QueryCoalescer {
    /// Returns `None` for SQLite, which answers on the calling thread, so that sharing statements has no advantage.
    #[must_use]
    pub fn new(database: &Database) -> Option<Self> {
        let is_remote = database.engine() == Engine::Postgres;
        is_remote.then(Self::default)
    }

    /// Loads the values of `keys` for a request at the time of `reader`, from the same server.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn load<K, V>(&self, keys: Vec<K>, reader: &Reader) -> Result<HashMap<K, V>, ReadError>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        BatchLoader: Loader<K, Value = V, Error = ReadError>,
    {
        if request_context::current().is_some_and(|request| !request.consume_statement()) {
            return Err(ReadError::statement_limit_exceeded());
        }
        let (sender, receiver) = oneshot::channel();
        let now = reader.scope().now;
        self.path_queue::<K, V>(reader.database()).enqueue(Waiter { keys, now, sender });
        let gone = || ReadError::from(DbErr::Custom("the batch was not completed".to_owned()));
        let BatchResult { found, statements } = receiver.await.map_err(|_| gone())?;
        for statement in &*statements {
            request_context::record_statement(&statement.text, statement.took);
        }
        found
    }

    fn path_queue<K, V>(&self, database: &Database) -> Arc<PathQueue<K, V>>
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        // Selected once: the request can leave its replica at any time.
        let database = database.independent();
        let create = || PathQueue::<K, V> { database: database.clone(), pending: Mutex::default() };
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue =
            queues.entry((TypeId::of::<K>(), database.replica_index())).or_insert_with(|| Arc::new(create())).clone();
        // Each key type has one value type.
        queue.downcast().unwrap_or_else(|_| Arc::new(create()))
    }
}

/// A request that waits for a batch.
struct Waiter<K, V> {
    keys: Vec<K>,
    now: Timestamp,
    sender: oneshot::Sender<BatchResult<K, V>>,
}

/// The values of a batch, and the statements that it sent.
struct BatchResult<K, V> {
    found: Result<HashMap<K, V>, ReadError>,
    statements: Arc<[Statement]>,
}

struct PendingBatch<K, V> {
    waiters: Vec<Waiter<K, V>>,
    /// Whether a batch is in flight. Only one at a time: measured with 16 clients, two or four concurrent batches each
    /// combine fewer requests, and all requests take longer.
    is_in_flight: bool,
}

impl<K, V> Default for PendingBatch<K, V> {
    fn default() -> Self {
        Self { waiters: Vec::new(), is_in_flight: false }
    }
}

/// The requests that wait for an access path.
struct PathQueue<K, V> {
    database: Database,
    pending: Mutex<PendingBatch<K, V>>,
}

impl<K, V> PathQueue<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    BatchLoader: Loader<K, Value = V, Error = ReadError>,
{
    fn pending(&self) -> MutexGuard<'_, PendingBatch<K, V>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(self: Arc<Self>, waiter: Waiter<K, V>) {
        let mut pending = self.pending();
        pending.waiters.push(waiter);
        if !replace(&mut pending.is_in_flight, true) {
            drop(pending);
            self.start_batch();
        }
    }

    /// Starts a batch of the waiting requests. The caller has set `is_in_flight`.
    fn start_batch(self: Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            // The runtime is shutting down.
            self.pending().waiters.clear();
            return;
        };
        runtime.spawn(async move {
            let guard = InFlightGuard(self);
            let waiters = take(&mut guard.0.pending().waiters);
            guard.0.respond(waiters).await;
        });
    }

    async fn respond(&self, waiters: Vec<Waiter<K, V>>) {
        let (found, statements) = self.read(&waiters).await;
        for Waiter { keys, sender, .. } in waiters {
            let own = |all: &HashMap<K, V>| {
                keys.iter().filter_map(|key| Some((key.clone(), all.get(key)?.clone()))).collect()
            };
            let found = found.as_ref().map(own).map_err(ReadError::clone);
            // The request may have been canceled.
            let _ = sender.send(BatchResult { found, statements: statements.clone() });
        }
    }

    /// Reads public values for some waiters, at the latest of their times.
    async fn read(&self, waiters: &[Waiter<K, V>]) -> (Result<HashMap<K, V>, ReadError>, Arc<[Statement]>) {
        let keys: HashSet<&K> = waiters.iter().flat_map(|waiter| &waiter.keys).collect();
        let keys: Vec<K> = keys.into_iter().cloned().collect();
        let now = waiters.iter().map(|waiter| waiter.now).max().unwrap_or(Timestamp(0));
        let loader = BatchLoader { reader: Reader::new(self.database.independent(), Scope { now, drafts: false }) };
        // Each request counts the statements of the batch, and logs slow ones.
        let request = Arc::new(
            request_context::RequestContext::new(String::new(), Duration::MAX, u64::MAX).with_recorded_statements(),
        );
        let found = request.clone().scope(loader.load(&keys)).await;
        (found, request.take_recorded().into())
    }
}

/// Marks a batch as in flight. When it is dropped, the next batch starts.
struct InFlightGuard<K, V>(Arc<PathQueue<K, V>>)
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    BatchLoader: Loader<K, Value = V, Error = ReadError>;

impl<K, V> Drop for InFlightGuard<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    BatchLoader: Loader<K, Value = V, Error = ReadError>,
{
    fn drop(&mut self) {
        let mut pending = self.0.pending();
        if pending.waiters.is_empty() {
            pending.is_in_flight = false;
        } else {
            drop(pending);
            self.0.clone().start_batch();
        }
    }
}
