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

use super::{Catalog, ReadError, Reader, Scope};
use crate::db::{Database, Engine};
use crate::request::{self, Statement};

/// The lines in which requests wait, one for each access path.
pub struct Shared {
    database: Database,
    lines: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Shared {
    /// For a database that statements are sent to; `None` for one that answers on the thread that asks, as there is nothing to
    /// wait for together.
    #[must_use]
    pub fn over(database: &Database) -> Option<Self> {
        let sends = database.engine() == Engine::Postgres;
        sends.then(|| Self { database: database.clone(), lines: Mutex::default() })
    }

    /// Reads what `keys` lead to for a request that happens at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn load<K, V>(&self, keys: Vec<K>, now: Timestamp) -> Result<HashMap<K, V>, ReadError>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        Catalog: Loader<K, Value = V, Error = ReadError>,
    {
        if request::current().is_some_and(|request| !request.spend()) {
            return Err(ReadError::spent());
        }
        let (answer, answered) = oneshot::channel();
        self.line::<K, V>().join(Caller { keys, now, answer });
        let gone = || ReadError::from(DbErr::Custom("the batch came to no end".to_owned()));
        let Answer { found, statements } = answered.await.map_err(|_| gone())?;
        for statement in &*statements {
            request::sent(&statement.text, statement.took);
        }
        found
    }

    fn line<K, V>(&self) -> Arc<Line<K, V>>
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        let new = || Line::<K, V> { database: self.database.clone(), waiting: Mutex::default() };
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(TypeId::of::<K>()).or_insert_with(|| Arc::new(new())).clone();
        // A key has values of one type.
        line.downcast().unwrap_or_else(|_| Arc::new(new()))
    }
}

/// Somebody who waits.
struct Caller<K, V> {
    keys: Vec<K>,
    now: Timestamp,
    answer: oneshot::Sender<Answer<K, V>>,
}

/// What was found, and what it took.
struct Answer<K, V> {
    found: Result<HashMap<K, V>, ReadError>,
    statements: Arc<[Statement]>,
}

struct Waiting<K, V> {
    callers: Vec<Caller<K, V>>,
    /// Whether a batch is worked on. Measured with 16 clients: where two or four are at once, each shares less, and all are answered later.
    is_under_way: bool,
}

impl<K, V> Default for Waiting<K, V> {
    fn default() -> Self {
        Self { callers: Vec::new(), is_under_way: false }
    }
}

/// Those who wait for the same access path.
struct Line<K, V> {
    database: Database,
    waiting: Mutex<Waiting<K, V>>,
}

impl<K, V> Line<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    Catalog: Loader<K, Value = V, Error = ReadError>,
{
    fn waiting(&self) -> MutexGuard<'_, Waiting<K, V>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(self: Arc<Self>, caller: Caller<K, V>) {
        let mut waiting = self.waiting();
        waiting.callers.push(caller);
        if !replace(&mut waiting.is_under_way, true) {
            drop(waiting);
            self.begin();
        }
    }

    /// Begins a batch of those who wait, which is counted as under way already.
    fn begin(self: Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            // Nobody is left who could answer.
            self.waiting().callers.clear();
            return;
        };
        runtime.spawn(async move {
            let turn = Turn(self);
            let callers = take(&mut turn.0.waiting().callers);
            turn.0.answer(callers).await;
        });
    }

    async fn answer(&self, callers: Vec<Caller<K, V>>) {
        let (found, statements) = self.read(&callers).await;
        for Caller { keys, answer, .. } in callers {
            let own = |all: &HashMap<K, V>| {
                keys.iter().filter_map(|key| Some((key.clone(), all.get(key)?.clone()))).collect()
            };
            let found = found.as_ref().map(own).map_err(ReadError::clone);
            // Who is gone needs no answer.
            let _ = answer.send(Answer { found, statements: statements.clone() });
        }
    }

    /// Reads what some callers ask for, as everybody sees it at the latest of their moments.
    async fn read(&self, callers: &[Caller<K, V>]) -> (Result<HashMap<K, V>, ReadError>, Arc<[Statement]>) {
        let keys: HashSet<&K> = callers.iter().flat_map(|caller| &caller.keys).collect();
        let keys: Vec<K> = keys.into_iter().cloned().collect();
        let now = callers.iter().map(|caller| caller.now).max().unwrap_or(Timestamp(0));
        let catalog = Catalog { reader: Reader::new(self.database.clone(), Scope { now, drafts: false }) };
        // Each caller counts what it took, and tells of it where that was long.
        let request = Arc::new(request::Request::new(String::new(), Duration::MAX, u64::MAX).recording());
        let found = request.clone().scope(catalog.load(&keys)).await;
        (found, request.take_recorded().into())
    }
}

/// A batch that is under way. However it ends, those who came meanwhile are next.
struct Turn<K, V>(Arc<Line<K, V>>)
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    Catalog: Loader<K, Value = V, Error = ReadError>;

impl<K, V> Drop for Turn<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    Catalog: Loader<K, Value = V, Error = ReadError>,
{
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        if waiting.callers.is_empty() {
            waiting.is_under_way = false;
        } else {
            drop(waiting);
            self.0.clone().begin();
        }
    }
}
