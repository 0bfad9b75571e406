//! Statements that requests share: who asks while a statement of the same access path is under way waits for the next one,
//! together with everybody else who does. Nobody waits where nobody else is there.
//!
//! A batch is worked on by a task of its own, so a caller that goes away takes nobody's keys along. Only what everybody sees
//! is read together: whoever sees drafts sends statements of their own.

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
use crate::request::{self, Statement};

/// The queues in which requests wait, one for each access path.
pub struct QueryCoalescer {
    database: Database,
    queues: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl QueryCoalescer {
    /// For a database that statements are sent to; `None` for one that answers on the thread that asks, as there is nothing to
    /// wait for together.
    #[must_use]
    pub fn new(database: &Database) -> Option<Self> {
        let is_remote = database.engine() == Engine::Postgres;
        is_remote.then(|| Self { database: database.clone(), queues: Mutex::default() })
    }

    /// Reads what `keys` lead to for a request that happens at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn load<K, V>(&self, keys: Vec<K>, now: Timestamp) -> Result<HashMap<K, V>, ReadError>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        BatchLoader: Loader<K, Value = V, Error = ReadError>,
    {
        if request::current().is_some_and(|request| !request.spend()) {
            return Err(ReadError::statement_limit_exceeded());
        }
        let (sender, receiver) = oneshot::channel();
        self.path_queue::<K, V>().enqueue(Waiter { keys, now, sender });
        let gone = || ReadError::from(DbErr::Custom("the batch came to no end".to_owned()));
        let BatchResult { found, statements } = receiver.await.map_err(|_| gone())?;
        for statement in &*statements {
            request::sent(&statement.text, statement.took);
        }
        found
    }

    fn path_queue<K, V>(&self) -> Arc<PathQueue<K, V>>
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        let create = || PathQueue::<K, V> { database: self.database.clone(), pending: Mutex::default() };
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(TypeId::of::<K>()).or_insert_with(|| Arc::new(create())).clone();
        // A key has values of one type.
        queue.downcast().unwrap_or_else(|_| Arc::new(create()))
    }
}

/// Somebody who waits.
struct Waiter<K, V> {
    keys: Vec<K>,
    now: Timestamp,
    sender: oneshot::Sender<BatchResult<K, V>>,
}

/// What was found, and what it took.
struct BatchResult<K, V> {
    found: Result<HashMap<K, V>, ReadError>,
    statements: Arc<[Statement]>,
}

struct PendingBatch<K, V> {
    waiters: Vec<Waiter<K, V>>,
    /// Whether a batch is worked on. Measured with 16 clients: where two or four are at once, each shares less, and all are answered later.
    is_in_flight: bool,
}

impl<K, V> Default for PendingBatch<K, V> {
    fn default() -> Self {
        Self { waiters: Vec::new(), is_in_flight: false }
    }
}

/// Those who wait for the same access path.
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

    /// Begins a batch of those who wait, which is counted as under way already.
    fn start_batch(self: Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            // Nobody is left who could answer.
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
            // Who is gone needs no answer.
            let _ = sender.send(BatchResult { found, statements: statements.clone() });
        }
    }

    /// Reads what some waiters ask for, as everybody sees it at the latest of their moments.
    async fn read(&self, waiters: &[Waiter<K, V>]) -> (Result<HashMap<K, V>, ReadError>, Arc<[Statement]>) {
        let keys: HashSet<&K> = waiters.iter().flat_map(|waiter| &waiter.keys).collect();
        let keys: Vec<K> = keys.into_iter().cloned().collect();
        let now = waiters.iter().map(|waiter| waiter.now).max().unwrap_or(Timestamp(0));
        let loader = BatchLoader { reader: Reader::new(self.database.clone(), Scope { now, drafts: false }) };
        // Each caller counts what it took, and tells of it where that was long.
        let request = Arc::new(request::Request::new(String::new(), Duration::MAX, u64::MAX).recording());
        let found = request.clone().scope(loader.load(&keys)).await;
        (found, request.take_recorded().into())
    }
}

/// A batch that is under way. However it ends, those who came meanwhile are next.
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
