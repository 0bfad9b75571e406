//! A schema over loaders that count their batches, with resolvers of various kinds.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Request, Result, Schema,
    dataloader::{DataLoader, HashMapCache, Loader},
};
use syllabus::loader::{BatchQueue, DispatchPolicy, NoDelay, run_with_batches};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

pub const LONG: Duration = Duration::from_secs(20);

/// The queries of one request's loaders to the database.
#[derive(Default)]
pub struct Log {
    statements: Mutex<Vec<(&'static str, Vec<u64>)>>,
    answered: Mutex<Vec<&'static str>>,
    /// Notified whenever a batch is answered.
    batch_answered: Notify,
    pub dropped: AtomicUsize,
}

impl Log {
    pub fn keys(&self, name: &str) -> Vec<usize> {
        self.statements
            .lock()
            .expect("nobody panics with it")
            .iter()
            .filter(|s| s.0 == name)
            .map(|s| s.1.len())
            .collect()
    }
    /// Waits until a batch of this loader has been answered.
    pub async fn until_answered(&self, name: &str) {
        loop {
            // Created before the check, so that no notification after the check is missed.
            let notification = self.batch_answered.notified();
            if self.answered.lock().expect("nobody panics with it").contains(&name) {
                return;
            }
            notification.await;
        }
    }
    pub fn len(&self) -> usize {
        self.statements.lock().expect("nobody panics with it").len()
    }
}

/// Counts statements that were dropped before their response.
struct Unanswered(Arc<Log>, bool);
impl Drop for Unanswered {
    fn drop(&mut self) {
        if !self.1 {
            self.0.dropped.fetch_add(1, SeqCst);
        }
    }
}

/// How a loader's database answers.
#[derive(Clone, Copy)]
pub enum Pace {
    /// Another task answers after a yield.
    Quick,
    /// After this time.
    Slow(Duration),
    /// Once a batch of that loader has been answered.
    Behind(&'static str),
}

/// key -> `fan` values.
struct Rel {
    name: &'static str,
    fan: u64,
    pace: Pace,
    log: Arc<Log>,
    /// A loader that uses another one.
    via: Option<Arc<Dl>>,
}

const LEVEL: u64 = 10_000_000;
impl Rel {
    /// Ids of one level never occur on another: a cached key would be answered at once and run ahead of its level.
    fn values(&self, k: u64) -> Vec<u64> {
        (0..self.fan).map(|i| (k / LEVEL + 1) * LEVEL + k % LEVEL * self.fan + i).collect()
    }
}

impl Loader<u64> for Rel {
    type Value = Vec<u64>;
    type Error = Infallible;
    async fn load(&self, keys: &[u64]) -> Result<HashMap<u64, Vec<u64>>, Infallible> {
        self.log.statements.lock().expect("nobody panics with it").push((self.name, keys.to_vec()));
        let mut unanswered = Unanswered(self.log.clone(), false);
        assert_ne!(self.name, "panics", "as its name says");
        if let Some(via) = &self.via {
            via.load_many(keys.iter().copied()).await?;
        }
        match self.pace {
            Pace::Slow(time) => sleep(time).await,
            Pace::Behind(other) => self.log.until_answered(other).await,
            Pace::Quick => {
                let (tx, rx) = tokio::sync::oneshot::channel();
                tokio::spawn(async move {
                    tokio::task::yield_now().await;
                    let _ = tx.send(());
                });
                rx.await.expect("it is sent");
            }
        }
        unanswered.1 = true;
        self.log.answered.lock().expect("nobody panics with it").push(self.name);
        self.log.batch_answered.notify_waiters();
        Ok(keys.iter().map(|k| (*k, self.values(*k))).collect())
    }
}

type Dl = DataLoader<Rel, HashMapCache>;
struct Loaders {
    items: Dl,
    courses: Dl,
    leaf: Dl,
    nested: Dl,
    panics: Dl,
    shared: Arc<Dl>,
    gate: tokio::sync::Semaphore,
    arrived: Arc<AtomicBool>,
}

pub struct Query;
struct Node(u64);

#[Object]
impl Query {
    async fn nodes(&self, n: u64) -> Vec<Node> {
        (0..n).map(Node).collect()
    }
}

async fn ids(dl: &Dl, id: u64) -> Vec<Node> {
    dl.load_one(id).await.expect("it cannot fail").unwrap_or_default().into_iter().map(Node).collect()
}

#[Object]
impl Node {
    async fn id(&self) -> u64 {
        self.0
    }
    async fn items(&self, c: &Context<'_>) -> Vec<Node> {
        ids(&c.data_unchecked::<Loaders>().items, self.0).await
    }
    async fn courses(&self, c: &Context<'_>) -> Vec<Node> {
        ids(&c.data_unchecked::<Loaders>().courses, self.0).await
    }
    async fn leaf(&self, c: &Context<'_>) -> Vec<Node> {
        ids(&c.data_unchecked::<Loaders>().leaf, self.0).await
    }
    async fn nested(&self, c: &Context<'_>) -> Vec<Node> {
        ids(&c.data_unchecked::<Loaders>().nested, self.0).await
    }
    async fn panics(&self, c: &Context<'_>) -> Vec<Node> {
        ids(&c.data_unchecked::<Loaders>().panics, self.0).await
    }
    /// A list that wakes itself while it is joined.
    async fn big(&self) -> Vec<Node> {
        (0..40).map(|i| Node(self.0 * 40 + i)).collect()
    }
    /// Fails at once, while its siblings wait for their batch.
    async fn fails(&self) -> Result<u64> {
        Err("no".into())
    }
    /// Performs its own I/O before it uses the loader.
    async fn own_io(&self, c: &Context<'_>) -> Vec<Node> {
        sleep(Duration::from_millis(3)).await;
        ids(&c.data_unchecked::<Loaders>().leaf, self.0).await
    }
    /// Acquires an available tokio resource before it uses the loader, which uses up tokio's budget of 128.
    async fn permit(&self, c: &Context<'_>) -> Vec<Node> {
        let l = c.data_unchecked::<Loaders>();
        drop(l.gate.acquire().await.expect("it stays open"));
        ids(&l.leaf, self.0).await
    }
    /// Loads from another task, long after the driver went idle.
    async fn spawned(&self, c: &Context<'_>) -> usize {
        let (dl, id) = (c.data_unchecked::<Loaders>().shared.clone(), self.0);
        tokio::spawn(async move {
            sleep(Duration::from_millis(2)).await;
            dl.load_one(id).await.expect("it cannot fail").expect("every key has values").len()
        })
        .await
        .expect("it does not panic")
    }
    /// Sets a flag once its batch has answered ...
    async fn arrives(&self, c: &Context<'_>) -> bool {
        let l = c.data_unchecked::<Loaders>();
        let _ = l.leaf.load_one(self.0).await;
        l.arrived.store(true, SeqCst);
        true
    }
    /// ... and a resolver that polls for the flag in a busy loop.
    async fn spins(&self, c: &Context<'_>) -> bool {
        let arrived = &c.data_unchecked::<Loaders>().arrived;
        std::future::poll_fn(|cx| {
            if arrived.load(SeqCst) {
                return std::task::Poll::Ready(true);
            }
            cx.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await
    }
}

pub type S = Schema<Query, EmptyMutation, EmptySubscription>;
pub fn schema() -> S {
    Schema::new(Query, EmptyMutation, EmptySubscription)
}

pub fn request(q: &BatchQueue, query: &str, log: &Arc<Log>, courses: Pace) -> Request {
    let dl = |name, fan, pace, via| {
        DataLoader::with_cache(
            Rel { name, fan, pace, log: log.clone(), via },
            q.clone(),
            NoDelay,
            HashMapCache::default(),
        )
        .max_batch_size(usize::MAX)
    };
    let inner = Arc::new(dl("inner", 1, Pace::Quick, None));
    Request::new(query).data(Loaders {
        items: dl("items", 3, Pace::Quick, None),
        courses: dl("courses", 4, courses, None),
        leaf: dl("leaf", 2, Pace::Quick, None),
        nested: dl("nested", 1, Pace::Quick, Some(inner)),
        panics: dl("panics", 1, Pace::Quick, None),
        shared: Arc::new(dl("shared", 2, Pace::Quick, None)),
        gate: tokio::sync::Semaphore::new(10_000),
        arrived: Arc::default(),
    })
}

pub async fn run_with(
    s: S,
    query: &str,
    barrier: DispatchPolicy,
    courses: Pace,
) -> (async_graphql::Response, Arc<Log>) {
    let (q, log) = (BatchQueue::new(barrier), Arc::<Log>::default());
    let request = request(&q, query, &log, courses);
    let response = timeout(LONG, run_with_batches(&q, s.execute(request))).await.expect("hangs");
    (response, log)
}

/// On a worker thread: the test's own thread is no part of the scheduler, and there tokio's deferred wakes come at once.
pub async fn run(query: &str) -> (async_graphql::Response, Arc<Log>) {
    let query = query.to_owned();
    tokio::spawn(async move { run_with(schema(), &query, DispatchPolicy::Level, Pace::Quick).await })
        .await
        .expect("it does not panic")
}
