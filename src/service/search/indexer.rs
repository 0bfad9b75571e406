//! Updates the search index from the catalog.
//!
//! Each write records the affected documents in `search_change`, whose row ids are in commit order. The index stores the position of the
//! last row that it has applied. A search reads the position of the last row, and waits until the index has applied it. So a search
//! sees all earlier commits, on every server, and no write waits for an index.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;
use search_index::{DocumentChange, Index, Snapshot};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::affected::{MAX_CHANGES, add_neighbors};
use super::position::Position;
use super::storage::IndexStorage;
use super::{ALL_DOCUMENTS, Ids, document};
use crate::clock::Clock;
use crate::db::{Database, Sql, describe_error};
use crate::loader::Scope;
use crate::loader::search::{DocumentSources, document_id, object_of_document, read_sources, write_sources};
use crate::service::feed;

/// The interval at which failed updates are retried and requests for a rebuild are detected.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// The number of documents in a batch.
const BATCH: usize = 500;
/// The delay before a failed build is retried.
const BUILD_RETRY_DELAY: Duration = Duration::from_secs(5);

/// Updates the search index of a catalog.
pub struct Indexer {
    database: Database,
    clock: Clock,
    /// How long a search waits for an update.
    wait: Duration,
    storage: OnceLock<IndexStorage>,
    /// The index and its position; `None` before the first build. Changes require `update_lock`.
    state: RwLock<Option<State>>,
    update_lock: Mutex<()>,
    /// Locked during a build. Contains the error of the last build if it failed.
    building: Mutex<Option<(Instant, IndexError)>>,
    progress: Progress,
    shutdown: CancellationToken,
}

#[derive(Clone)]
struct State {
    index: Arc<Index>,
    position: Position,
    /// The number of the build in its storage.
    number: u64,
}

/// The progress of a build.
#[derive(Debug, Default)]
struct Progress {
    made: AtomicU64,
    /// The number of documents of the running build; 0 if none is running.
    expected: AtomicU64,
    builds: AtomicU64,
}

/// Statistics of the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexStats {
    /// The number of documents.
    pub documents: u64,
    /// The id of the last applied change.
    pub position: i64,
    /// Completed builds since the start of the server.
    pub builds: u64,
    /// Progress of the running build, in percent.
    pub percent: Option<u64>,
}

/// Why the index could not be updated.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IndexError {
    /// The update took longer than `search.wait`. Contains the progress of a running build, in percent.
    #[error("the search index has not caught up with the catalog")]
    TimedOut(Option<u64>),
    #[error("{}", describe_error(.0))]
    Database(#[from] Arc<DbErr>),
    #[error(transparent)]
    Index(#[from] Arc<search_index::Error>),
}

impl From<DbErr> for IndexError {
    fn from(error: DbErr) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<search_index::Error> for IndexError {
    fn from(error: search_index::Error) -> Self {
        Self::Index(Arc::new(error))
    }
}

impl Indexer {
    /// Creates an indexer. It keeps the index in memory, unless [`Indexer::set_storage`] is called.
    #[must_use]
    pub fn new(database: Database, clock: Clock, wait: Duration) -> Arc<Self> {
        Arc::new(Self {
            database,
            clock,
            wait,
            storage: OnceLock::new(),
            state: RwLock::default(),
            update_lock: Mutex::default(),
            building: Mutex::default(),
            progress: Progress::default(),
            shutdown: CancellationToken::new(),
        })
    }

    /// Sets where the index is stored. It has no effect after the first update.
    pub fn set_storage(&self, storage: IndexStorage) {
        let _ = self.storage.set(storage);
    }

    /// Returns the index after an update to the present state of the catalog in `database`. If that is a replica, and
    /// the index is ahead of it, `database` leaves the replica, because the rows of documents may be missing there.
    ///
    /// # Errors
    /// When it does not catch up in time, or the index or the database fails.
    pub async fn snapshot(self: &Arc<Self>, database: &Database, now: Timestamp) -> Result<Snapshot, IndexError> {
        let (mut position, is_due) = last_change(database, now).await?;
        let present = self.state();
        if let Some(state) = present.as_ref().filter(|state| !is_due && state.position == position) {
            return Ok(state.index.snapshot());
        }
        if database.replica_index().is_some() {
            database.leave_replica();
            position = last_change(database, now).await?.0;
        }
        if is_due {
            feed::apply_due_publications(&self.database, now).await?;
            position = last_change(&self.database, now).await?.0;
        }
        if let Some(state) = self.state().filter(|state| state.position == position) {
            return Ok(state.index.snapshot());
        }
        let this = self.clone();
        // The task continues if the search stops waiting.
        let updating = async move { this.shutdown.run_until_cancelled(this.advance_to(position, this.wait)).await };
        match timeout(self.wait, tokio::spawn(updating)).await {
            Ok(Ok(Some(updated))) => updated?,
            Ok(Ok(None) | Err(_)) | Err(_) => return Err(IndexError::TimedOut(self.stats().percent)),
        }
        self.state().map(|state| state.index.snapshot()).ok_or(IndexError::TimedOut(None))
    }

    /// Opens or builds the index, and updates it to the present state of the catalog.
    ///
    /// # Errors
    /// As [`Indexer::snapshot`], however long it takes.
    pub async fn update(&self) -> Result<(), IndexError> {
        let (position, _) = last_change(&self.database, self.clock.now()).await?;
        self.advance_to(position, Duration::MAX).await
    }

    /// Stops all updates, so that the database can be closed.
    pub fn stop(&self) {
        self.shutdown.cancel();
    }

    /// Applies every commit, and builds a new index on request, until [`Indexer::stop`] is called.
    pub async fn run(&self) {
        self.shutdown.run_until_cancelled(self.keep_up()).await;
    }

    async fn keep_up(&self) {
        let mut changes = self.database.notifier().subscribe();
        let mut retry = interval(RETRY_INTERVAL);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut has_failed, mut built) = (false, self.stats().builds);
        loop {
            let begin = Instant::now();
            let updated = if self.storage().is_asked_to_rebuild() { self.rebuild().await } else { self.update().await };
            // Logs the first failure, not every retry.
            if let Err(error) = &updated
                && !has_failed
            {
                tracing::warn!(cause = %error, "updating the search index failed");
            }
            has_failed = updated.is_err();
            let IndexStats { documents, builds, .. } = self.stats();
            if builds > built {
                tracing::info!(documents, took = ?begin.elapsed(), "built the search index");
                built = builds;
            }
            loop {
                tokio::select! {
                    // This struct owns the sender.
                    _ = changes.changed() => break,
                    _ = retry.tick() => if has_failed || self.storage().is_asked_to_rebuild() { break },
                }
            }
        }
    }

    /// Builds a new index. Meanwhile the present one is updated and serves searches.
    async fn rebuild(&self) -> Result<(), IndexError> {
        let built = self.build().await?;
        let number = built.number;
        let _lock = self.update_lock.lock().await;
        match self.catch_up_fully(built).await {
            Ok(state) => {
                self.adopt(state);
                Ok(())
            }
            Err(error) => {
                self.storage().discard(number);
                Err(error)
            }
        }
    }

    /// Applies all changes to an index that does not serve searches yet.
    async fn catch_up_fully(&self, mut state: State) -> Result<State, IndexError> {
        loop {
            let (position, _) = last_change(&self.database, self.clock.now()).await?;
            if state.position == position {
                return Ok(state);
            }
            state = self.catch_up(state).await?.ok_or(IndexError::TimedOut(None))?;
        }
    }

    /// Returns statistics of the index.
    #[must_use]
    pub fn stats(&self) -> IndexStats {
        let Progress { made, expected, builds } = &self.progress;
        let builds = builds.load(Ordering::Relaxed);
        let expected = expected.load(Ordering::Relaxed);
        let percent = (made.load(Ordering::Relaxed) * 100).checked_div(expected);
        let (documents, position) =
            self.state().map_or((0, 0), |state| (state.index.snapshot().len(), state.position.id));
        IndexStats { documents, position, builds, percent }
    }

    fn storage(&self) -> &IndexStorage {
        self.storage.get_or_init(|| IndexStorage::Memory)
    }

    fn state(&self) -> Option<State> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        state.filter(|state| !state.index.is_damaged())
    }

    /// Updates the index to `position`. Waits for a concurrent update for at most `wait`.
    async fn advance_to(&self, position: Position, wait: Duration) -> Result<(), IndexError> {
        let Ok(_lock) = timeout(wait, self.update_lock.lock()).await else {
            return Err(IndexError::TimedOut(self.stats().percent));
        };
        let present = if let Some(state) = self.state() {
            Some(state)
        } else {
            // A damaged index must release the directory, before the stored one is opened and verified.
            self.discard_state();
            self.stored().await?
        };
        let updated = match present {
            Some(state) if state.position == position => Ok(Some(state)),
            // A concurrent update was ahead, or the database was restored to an earlier state.
            Some(state) if state.position.id >= position.id => {
                Ok(if self.contains(state.position).await? { Some(state) } else { None })
            }
            Some(state) => self.catch_up_to(state, position).await,
            None => Ok(None),
        };
        let state = match updated {
            Ok(Some(state)) => Ok(state),
            Ok(None) => self.build().await,
            Err(error) => Err(error),
        };
        if matches!(state, Err(IndexError::Index(_))) {
            // The next update opens the stored index again, or builds one.
            self.discard_state();
        }
        self.adopt(state?);
        Ok(())
    }

    /// Serves searches from an index, and deletes all others.
    fn adopt(&self, state: State) {
        let number = state.number;
        let former = self.state.write().unwrap_or_else(PoisonError::into_inner).replace(state);
        if former.is_none_or(|former| former.number != number) {
            self.storage().retain_only(number);
        }
    }

    /// Drops the present index.
    fn discard_state(&self) {
        self.state.write().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Opens the stored index, if it belongs to this catalog.
    async fn stored(&self) -> Result<Option<State>, IndexError> {
        let Some((index, number, payload)) = self.storage().stored() else { return Ok(None) };
        let Some(position) = Position::read(&payload) else { return Ok(None) };
        Ok(self.contains(position).await?.then(|| State { index: Arc::new(index), position, number }))
    }

    /// Whether the catalog contains the row of a position.
    async fn contains(&self, position: Position) -> Result<bool, DbErr> {
        let mut sql = Sql::new(self.database.engine(), "SELECT 1 FROM search_change WHERE id = ");
        sql.bind(position.id).push(" AND at = ").bind(position.at);
        Ok(!self.database.rows(sql).await?.is_empty())
    }

    /// Applies the changes up to `position`. Returns `None` if a new index is built faster, or if changes are missing.
    async fn catch_up_to(&self, mut state: State, position: Position) -> Result<Option<State>, IndexError> {
        // The ids of changes have few gaps.
        let pending = position.id.abs_diff(state.position.id);
        if pending > state.index.snapshot().len().max(MAX_CHANGES as u64) {
            return Ok(None);
        }
        while state.position.id < position.id {
            let before = state.position;
            let Some(next) = self.catch_up(state).await? else { return Ok(None) };
            state = next;
            // The database has been restored to an earlier state.
            if state.position == before {
                return Ok(None);
            }
        }
        Ok(Some(state))
    }

    /// Applies the next changes, at most [`MAX_CHANGES`]. Returns `None` if changes are missing.
    async fn catch_up(&self, State { index, position, number }: State) -> Result<Option<State>, IndexError> {
        let engine = self.database.engine();
        let mut sql = Sql::new(engine, "SELECT id, at, document_id, with_neighbors FROM search_change WHERE id >= ");
        sql.bind(position.id).push(&format!(" ORDER BY id LIMIT {}", MAX_CHANGES + 1));
        let rows = self.database.rows(sql).await?;
        // The clock of the writer may be ahead of this server's.
        let mut now = self.clock.now();
        let (mut reached, mut own, mut with_neighbors) = (None, BTreeSet::new(), Vec::new());
        for row in rows {
            let mut columns = row.columns();
            let row = Position::new(columns.read_next()?, columns.read_next()?);
            let (document, all): (i64, bool) = (columns.read_next()?, columns.read_next()?);
            let is_first = reached.replace(row).is_none();
            now = now.max(Timestamp(row.at));
            if is_first && row == position {
                continue;
            }
            // If the last applied row is missing, so may be the rows after it.
            if is_first || document == ALL_DOCUMENTS {
                return Ok(None);
            }
            own.insert(document);
            if all {
                with_neighbors.push(document);
            }
        }
        let Some(reached) = reached else { return Ok(None) };
        let mut all = Ids::new();
        for (kind, id) in own.iter().filter_map(|document| object_of_document(*document)) {
            all.entry(kind).or_default().insert(id);
        }
        add_neighbors(&mut all, &self.database, &with_neighbors).await?;
        let mut pipeline = Pipeline::new(&index);
        let staged = self.put_all(all, now, &mut pipeline).await;
        pipeline.finish(staged).await?;
        written(commit(&index, reached)).await?;
        Ok(Some(State { index, position: reached, number }))
    }

    /// Reindexes items, and deletes the documents of those that are gone.
    async fn put_all(&self, items: Ids, now: Timestamp, pipeline: &mut Pipeline<'_>) -> Result<(), IndexError> {
        for (kind, ids) in items {
            let ids: Vec<i64> = ids.into_iter().collect();
            for batch in ids.chunks(BATCH) {
                let known = batch.iter().map(|id| document_id(kind, *id)).collect();
                pipeline.stage(kind, self.sources(kind, batch, now).await?, Some(known)).await?;
            }
        }
        Ok(())
    }

    /// Builds a new index. Fails at once if the last build failed less than [`BUILD_RETRY_DELAY`] ago.
    async fn build(&self) -> Result<State, IndexError> {
        let mut failure = self.building.lock().await;
        if let Some((at, error)) = &*failure
            && at.elapsed() < BUILD_RETRY_DELAY
        {
            return Err(error.clone());
        }
        let built = self.build_now().await;
        self.progress.expected.store(0, Ordering::Relaxed);
        *failure = built.as_ref().err().map(|error| (Instant::now(), error.clone()));
        built
    }

    async fn build_now(&self) -> Result<State, IndexError> {
        let engine = self.database.engine();
        // Changes after this position may be in the new index already; applying them again does no harm.
        let (position, _) = last_change(&self.database, self.clock.now()).await?;
        let counts = NodeKind::ROUTABLE.map(|kind| format!("(SELECT COUNT(*) FROM {})", kind.filtered_table_ref()));
        let sql = Sql::new(engine, &format!("SELECT CAST({} AS BIGINT)", counts.join(" + ")));
        let expected: i64 = self.database.rows(sql).await?.first().map_or(Ok(0), |row| row.columns().read_next())?;
        self.progress.made.store(0, Ordering::Relaxed);
        self.progress.expected.store(expected.unsigned_abs().max(1), Ordering::Relaxed);
        let (index, number) = self.storage().build()?;
        let index = Arc::new(index);
        let filled = self.fill(&index, position).await;
        if let Err(error) = filled {
            drop(index);
            self.storage().discard(number);
            return Err(error);
        }
        self.progress.builds.fetch_add(1, Ordering::Relaxed);
        Ok(State { index, position, number })
    }

    /// Adds all documents to an empty index.
    async fn fill(&self, index: &Arc<Index>, position: Position) -> Result<(), IndexError> {
        let now = self.clock.now().max(Timestamp(position.at));
        let mut pipeline = Pipeline::new(index);
        let filled = self.add_all(now, &mut pipeline).await;
        pipeline.finish(filled).await?;
        written(commit(index, position)).await
    }

    async fn add_all(&self, now: Timestamp, pipeline: &mut Pipeline<'_>) -> Result<(), IndexError> {
        for kind in NodeKind::ROUTABLE {
            let mut after = 0;
            loop {
                let table = kind.filtered_table_ref();
                let mut sql = Sql::new(self.database.engine(), &format!("SELECT id FROM {table} AND id > "));
                sql.bind(after).push(&format!(" ORDER BY id LIMIT {BATCH}"));
                let mut ids: Vec<i64> = Vec::with_capacity(BATCH);
                for row in self.database.rows(sql).await? {
                    ids.push(row.columns().read_next()?);
                }
                let Some(last) = ids.last() else { break };
                after = *last;
                pipeline.stage(kind, self.sources(kind, &ids, now).await?, None).await?;
                self.progress.made.fetch_add(ids.len() as u64, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Loads the texts of items of a kind, as the public sees them.
    async fn sources(&self, kind: NodeKind, ids: &[i64], now: Timestamp) -> Result<Vec<(i64, DocumentSources)>, DbErr> {
        let mut sql = Sql::new(self.database.engine(), "");
        write_sources(&mut sql, Scope { now, drafts: false }, kind, ids.iter().copied());
        read_sources(&self.database.rows(sql).await?)
    }
}

/// Indexes each batch while the next one is read.
struct Pipeline<'i> {
    index: &'i Arc<Index>,
    writing: Option<Writing>,
}

impl<'i> Pipeline<'i> {
    fn new(index: &'i Arc<Index>) -> Self {
        Self { index, writing: None }
    }

    /// Waits for the previous batch, and begins with the next one; see [`stage`].
    async fn stage(
        &mut self,
        kind: NodeKind,
        sources: Vec<(i64, DocumentSources)>,
        indexed: Option<BTreeSet<i64>>,
    ) -> Result<(), IndexError> {
        if let Some(writing) = self.writing.take() {
            written(writing).await?;
        }
        self.writing = Some(stage(self.index, kind, sources, indexed));
        Ok(())
    }

    /// Waits for the last batch. After an error too: nothing may write to a directory that is about to be deleted.
    async fn finish(self, staged: Result<(), IndexError>) -> Result<(), IndexError> {
        let last = match self.writing {
            Some(writing) => written(writing).await,
            None => Ok(()),
        };
        staged.and(last)
    }
}

/// A change of an index that runs on a blocking thread.
type Writing = JoinHandle<Result<(), search_index::Error>>;

/// Indexes items of a kind. Replaces the `indexed` documents, and deletes those that have no item; `None` if all documents are new.
fn stage(
    index: &Arc<Index>,
    kind: NodeKind,
    sources: Vec<(i64, DocumentSources)>,
    mut indexed: Option<BTreeSet<i64>>,
) -> Writing {
    let index = index.clone();
    spawn_blocking(move || {
        let mut changes: Vec<DocumentChange> = Vec::with_capacity(sources.len());
        for (id, sources) in &sources {
            let document = Box::new(document::build(kind, *id, sources));
            changes.push(match &mut indexed {
                Some(indexed) => {
                    indexed.remove(&document.id);
                    DocumentChange::Put(document)
                }
                None => DocumentChange::Add(document),
            });
        }
        changes.extend(indexed.into_iter().flatten().map(DocumentChange::Delete));
        index.stage(changes)
    })
}

fn commit(index: &Arc<Index>, position: Position) -> Writing {
    let index = index.clone();
    spawn_blocking(move || index.commit(&position.write()))
}

async fn written(writing: Writing) -> Result<(), IndexError> {
    // A panic has been logged already.
    writing.await.map_err(|_| search_index::Error::Damaged("the indexing task panicked".to_owned()))??;
    Ok(())
}

/// Returns the position of the last change, and whether a scheduled publication is due but not recorded as a change yet.
async fn last_change(database: &Database, now: Timestamp) -> Result<(Position, bool), DbErr> {
    let mut sql = Sql::new(
        database.engine(),
        "SELECT COALESCE((SELECT MAX(id) FROM search_change), 0), \
         COALESCE((SELECT at FROM search_change ORDER BY id DESC LIMIT 1), 0), \
         CAST(EXISTS (SELECT 1 FROM scheduled_publication WHERE due_at <= ",
    );
    sql.bind(now.0).push(") AS INTEGER)");
    let rows = database.query_short(sql).await?;
    let Some(row) = rows.first() else { return Ok((Position::new(0, 0), false)) };
    let mut columns = row.columns();
    let position = Position::new(columns.read_next()?, columns.read_next()?);
    Ok((position, columns.read_next::<i32>()? != 0))
}
