//! Keeping the index in step with the catalog.
//!
//! Each write leaves rows in `search_change`, numbered in the order of the commits. The index says up to which row it has followed, and
//! a search asks for the last row there is: if the index has not followed that far, the search waits until it has. So whoever wrote and
//! then searches finds what was written, on whichever server, and no write waits for an index.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;
use search_index::{Change, Index, Snapshot};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::position::Position;
use super::storage::IndexStorage;
use super::touched::{MOST, add_neighbors};
use super::{EVERYTHING, Ids, build};
use crate::clock::Clock;
use crate::db::{Database, Sql};
use crate::loader::Scope;
use crate::loader::search::{Sources, document_id, read_sources, thing_of, write_sources};
use crate::service::feed;

/// How often failed updates are repeated, and requests for a rebuild are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// How many documents are made at a time.
const BATCH: usize = 500;
/// How long a failed build is not repeated.
const PAUSE: Duration = Duration::from_secs(5);

/// Keeps one index of one database's catalog.
pub struct Indexer {
    database: Database,
    clock: Clock,
    /// How long a search waits for the index.
    patience: Duration,
    storage: OnceLock<IndexStorage>,
    /// The index, and how far it has followed; none before it is built. Whoever changes it holds the turn.
    state: RwLock<Option<State>>,
    turn: Mutex<()>,
    /// Held while an index is built. Holds why the last build failed, if it did.
    building: Mutex<Option<(Instant, Behind)>>,
    progress: Progress,
    end: CancellationToken,
}

#[derive(Clone)]
struct State {
    index: Arc<Index>,
    position: Position,
    /// The number of the build in its storage.
    number: u64,
}

/// How far a build is.
#[derive(Debug, Default)]
struct Progress {
    made: AtomicU64,
    /// The number of documents that there will be; 0 while nothing is built.
    expected: AtomicU64,
    builds: AtomicU64,
}

/// The state of an index, for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The number of documents that are searched.
    pub documents: u64,
    /// The number of the last change that they show.
    pub position: i64,
    /// Completed builds since the start of the server.
    pub builds: u64,
    /// Progress of the running build, in percent.
    pub percent: Option<u64>,
}

/// Why the index could not be brought up to date.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Behind {
    /// It did not catch up within `search.wait`. Holds the progress of a running build, in percent.
    #[error("the search index has not caught up with the catalog")]
    Slow(Option<u64>),
    #[error(transparent)]
    Database(#[from] Arc<DbErr>),
    #[error(transparent)]
    Index(#[from] Arc<search_index::Error>),
}

impl From<DbErr> for Behind {
    fn from(error: DbErr) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<search_index::Error> for Behind {
    fn from(error: search_index::Error) -> Self {
        Self::Index(Arc::new(error))
    }
}

impl Indexer {
    /// An index in memory, which is built at the first search.
    #[must_use]
    pub fn new(database: Database, clock: Clock, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            database,
            clock,
            patience,
            storage: OnceLock::new(),
            state: RwLock::default(),
            turn: Mutex::default(),
            building: Mutex::default(),
            progress: Progress::default(),
            end: CancellationToken::new(),
        })
    }

    /// Sets where the index is stored. It has no effect after the first use.
    pub fn keep_in(&self, storage: IndexStorage) {
        let _ = self.storage.set(storage);
    }

    /// The index as far as the catalog is now.
    ///
    /// # Errors
    /// When it does not catch up in time, or the index or the database fails.
    pub async fn snapshot(self: &Arc<Self>, now: Timestamp) -> Result<Snapshot, Behind> {
        let (place, is_due) = self.last_change(now).await?;
        let place = if is_due {
            feed::publish_due(&self.database, now).await?;
            self.last_change(now).await?.0
        } else {
            place
        };
        if let Some(state) = self.state().filter(|state| state.position == place) {
            return Ok(state.index.snapshot());
        }
        let this = self.clone();
        // It goes on if the search does not wait for it.
        let following = async move { this.end.run_until_cancelled(this.follow(place, this.patience)).await };
        match timeout(self.patience, tokio::spawn(following)).await {
            Ok(Ok(Some(followed))) => followed?,
            Ok(Ok(None) | Err(_)) | Err(_) => return Err(Behind::Slow(self.report().percent)),
        }
        self.state().map(|state| state.index.snapshot()).ok_or(Behind::Slow(None))
    }

    /// Opens or builds the index, and catches up with the catalog.
    ///
    /// # Errors
    /// As [`Indexer::snapshot`], however long it takes.
    pub async fn prepare(&self) -> Result<(), Behind> {
        let (place, _) = self.last_change(self.clock.now()).await?;
        self.follow(place, Duration::MAX).await
    }

    /// Stops to follow, so that the database can be closed.
    pub fn stop(&self) {
        self.end.cancel();
    }

    /// Follows whatever is written, and builds a new index when somebody asks for it, until it is to [stop](Self::stop).
    pub async fn run(&self) {
        self.end.run_until_cancelled(self.keep_following()).await;
    }

    async fn keep_following(&self) {
        let mut bell = self.database.bell().hear();
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut has_failed, mut built) = (false, self.report().builds);
        loop {
            let begin = Instant::now();
            let followed = if self.storage().is_asked_to_rebuild() { self.renew().await } else { self.prepare().await };
            // Once for each time, not at every attempt.
            if let Err(error) = &followed
                && !has_failed
            {
                tracing::warn!(cause = %error, "updating the search index failed");
            }
            has_failed = followed.is_err();
            let Report { documents, builds, .. } = self.report();
            if builds > built {
                tracing::info!(documents, took = ?begin.elapsed(), "built the search index");
                built = builds;
            }
            loop {
                tokio::select! {
                    // The handle that rings is our own, so it is there.
                    _ = bell.changed() => break,
                    _ = look.tick() => if has_failed || self.storage().is_asked_to_rebuild() { break },
                }
            }
        }
    }

    /// Builds a new index, while the present one goes on to follow and to be searched.
    async fn renew(&self) -> Result<(), Behind> {
        let mut state = self.build().await?;
        let _turn = self.turn.lock().await;
        loop {
            let (place, _) = self.last_change(self.clock.now()).await?;
            if state.position == place {
                self.adopt(state);
                return Ok(());
            }
            let number = state.number;
            let Some(further) = self.catch_up(state).await? else {
                self.storage().discard(number);
                return Err(Behind::Slow(None));
            };
            state = further;
        }
    }

    /// Returns its present state.
    #[must_use]
    pub fn report(&self) -> Report {
        let Progress { made, expected, builds } = &self.progress;
        let builds = builds.load(Ordering::Relaxed);
        let expected = expected.load(Ordering::Relaxed);
        let percent = (made.load(Ordering::Relaxed) * 100).checked_div(expected);
        let (documents, position) =
            self.state().map_or((0, 0), |state| (state.index.snapshot().len(), state.position.id));
        Report { documents, position, builds, percent }
    }

    fn storage(&self) -> &IndexStorage {
        self.storage.get_or_init(|| IndexStorage::Memory)
    }

    fn state(&self) -> Option<State> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        state.filter(|state| !state.index.is_damaged())
    }

    /// The position of the last change, and whether something is due that is not among the changes yet.
    async fn last_change(&self, now: Timestamp) -> Result<(Position, bool), DbErr> {
        let mut sql = Sql::new(
            self.database.engine(),
            "SELECT COALESCE((SELECT MAX(id) FROM search_change), 0), \
             COALESCE((SELECT at FROM search_change ORDER BY id DESC LIMIT 1), 0), \
             CAST(EXISTS (SELECT 1 FROM scheduled WHERE due_at <= ",
        );
        sql.bind(now.0).push(") AS INTEGER)");
        let rows = self.database.brief(sql).await?;
        let Some(row) = rows.first() else { return Ok((Position::new(0, 0), false)) };
        let mut columns = row.columns();
        let place = Position::new(columns.take()?, columns.take()?);
        Ok((place, columns.take::<i32>()? != 0))
    }

    /// Brings the index to `place`. Others who do so are waited for as long as `patience` says.
    async fn follow(&self, place: Position, patience: Duration) -> Result<(), Behind> {
        let Ok(_turn) = timeout(patience, self.turn.lock()).await else {
            return Err(Behind::Slow(self.report().percent));
        };
        let present = match self.state() {
            Some(state) => Some(state),
            // Dropped first: only one at a time writes to the directory.
            None if self.forget() => None,
            None => self.stored().await?,
        };
        let followed = match present {
            Some(state) if state.position == place => Ok(Some(state)),
            // Somebody else has followed further, or the database is back at an earlier state.
            Some(state) if state.position.id >= place.id => {
                Ok(if self.has(state.position).await? { Some(state) } else { None })
            }
            Some(state) => self.catch_up(state).await,
            None => Ok(None),
        };
        let state = match followed {
            Ok(Some(state)) => Ok(state),
            Ok(None) => self.build().await,
            Err(error) => Err(error),
        };
        if matches!(state, Err(Behind::Index(_))) {
            // What is stored is opened again, or built again, by whoever asks next.
            self.forget();
        }
        self.adopt(state?);
        Ok(())
    }

    /// Searches an index from now on, and deletes all others.
    fn adopt(&self, state: State) {
        let number = state.number;
        let former = self.state.write().unwrap_or_else(PoisonError::into_inner).replace(state);
        if former.is_none_or(|former| former.number != number) {
            self.storage().keep(number);
        }
    }

    /// Drops the present index. Returns whether there was one; if it was damaged, the stored one is the same.
    fn forget(&self) -> bool {
        self.state.write().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    /// The index that was stored, if it is one of this catalog.
    async fn stored(&self) -> Result<Option<State>, Behind> {
        let Some((index, number, payload)) = self.storage().stored() else { return Ok(None) };
        let Some(position) = Position::read(&payload) else { return Ok(None) };
        Ok(self.has(position).await?.then(|| State { index: Arc::new(index), position, number }))
    }

    /// Whether the catalog has the row of a position.
    async fn has(&self, position: Position) -> Result<bool, DbErr> {
        let mut sql = Sql::new(self.database.engine(), "SELECT 1 FROM search_change WHERE id = ");
        sql.bind(position.id).push(" AND at = ").bind(position.at);
        Ok(!self.database.rows(sql).await?.is_empty())
    }

    /// Makes the documents again that were touched since. `None` if the changes in between are not there, or too many.
    async fn catch_up(&self, State { index, position, number }: State) -> Result<Option<State>, Behind> {
        let engine = self.database.engine();
        let mut sql = Sql::new(engine, "SELECT id, at, document_id, with_neighbors FROM search_change WHERE id >= ");
        sql.bind(position.id).push(&format!(" ORDER BY id LIMIT {}", MOST + 1));
        let rows = self.database.rows(sql).await?;
        if rows.len() > MOST {
            return Ok(None);
        }
        // A writer whose clock is ahead may have published what is not due here yet.
        let mut now = self.clock.now();
        let (mut reached, mut own, mut with_neighbors) = (None, BTreeSet::new(), Vec::new());
        for row in rows {
            let mut columns = row.columns();
            let row = Position::new(columns.take()?, columns.take()?);
            let (document, all): (i64, bool) = (columns.take()?, columns.take()?);
            let is_first = reached.replace(row).is_none();
            now = now.max(Timestamp(row.at));
            if is_first && row == position {
                continue;
            }
            // Without the row that was followed last, nobody knows what came between.
            if is_first || document == EVERYTHING {
                return Ok(None);
            }
            own.insert(document);
            if all {
                with_neighbors.push(document);
            }
        }
        let Some(reached) = reached else { return Ok(None) };
        let mut all = Ids::new();
        for (kind, id) in own.iter().filter_map(|document| thing_of(*document)) {
            all.entry(kind).or_default().insert(id);
        }
        add_neighbors(&mut all, &self.database, &with_neighbors).await?;
        for (kind, ids) in all {
            let ids: Vec<i64> = ids.into_iter().collect();
            for batch in ids.chunks(BATCH) {
                let known = batch.iter().map(|id| document_id(kind, *id)).collect();
                let sources = self.sources(kind, batch, now).await?;
                written(stage(&index, kind, sources, known)).await?;
            }
        }
        written(commit(&index, reached)).await?;
        Ok(Some(State { index, position: reached, number }))
    }

    /// Makes all documents, in a new index. After a failure it waits before it tries again.
    async fn build(&self) -> Result<State, Behind> {
        let mut failure = self.building.lock().await;
        if let Some((at, error)) = &*failure
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        let built = self.make_all().await;
        self.progress.expected.store(0, Ordering::Relaxed);
        *failure = built.as_ref().err().map(|error| (Instant::now(), error.clone()));
        built
    }

    async fn make_all(&self) -> Result<State, Behind> {
        let engine = self.database.engine();
        // What is written from here on may be in the index already, and is followed once more.
        let (position, _) = self.last_change(self.clock.now()).await?;
        let counts = NodeKind::ROUTABLE.map(|kind| format!("(SELECT COUNT(*) FROM {})", kind.filtered_table_ref()));
        let sql = Sql::new(engine, &format!("SELECT CAST({} AS BIGINT)", counts.join(" + ")));
        let expected: i64 = self.database.rows(sql).await?.first().map_or(Ok(0), |row| row.columns().take())?;
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

    /// Writes all documents into an empty index.
    async fn fill(&self, index: &Arc<Index>, position: Position) -> Result<(), Behind> {
        let now = self.clock.now().max(Timestamp(position.at));
        // While one batch is written, the next is read.
        let mut writing = None;
        for kind in NodeKind::ROUTABLE {
            let mut behind = 0;
            loop {
                let table = kind.filtered_table_ref();
                let mut sql = Sql::new(self.database.engine(), &format!("SELECT id FROM {table} AND id > "));
                sql.bind(behind).push(&format!(" ORDER BY id LIMIT {BATCH}"));
                let mut ids: Vec<i64> = Vec::with_capacity(BATCH);
                for row in self.database.rows(sql).await? {
                    ids.push(row.columns().take()?);
                }
                let Some(last) = ids.last() else { break };
                behind = *last;
                let sources = self.sources(kind, &ids, now).await?;
                if let Some(writing) = writing.take() {
                    written(writing).await?;
                }
                writing = Some(stage(index, kind, sources, BTreeSet::new()));
                self.progress.made.fetch_add(ids.len() as u64, Ordering::Relaxed);
            }
        }
        if let Some(writing) = writing {
            written(writing).await?;
        }
        written(commit(index, position)).await
    }

    /// The texts of things of a kind, as everybody sees them.
    async fn sources(&self, kind: NodeKind, ids: &[i64], now: Timestamp) -> Result<Vec<(i64, Sources)>, DbErr> {
        let mut sql = Sql::new(self.database.engine(), "");
        write_sources(&mut sql, Scope { now, drafts: false }, kind, ids.iter().copied());
        read_sources(&self.database.rows(sql).await?)
    }
}

/// A change of an index, on a thread of its own.
type Writing = JoinHandle<Result<(), search_index::Error>>;

/// Makes the documents of things of a kind. Those of `known` that are of none of these things go.
fn stage(index: &Arc<Index>, kind: NodeKind, sources: Vec<(i64, Sources)>, mut known: BTreeSet<i64>) -> Writing {
    let index = index.clone();
    spawn_blocking(move || {
        let mut changes: Vec<Change> = Vec::with_capacity(sources.len());
        for (id, sources) in &sources {
            let document = build::make(kind, *id, sources);
            known.remove(&document.id);
            changes.push(Change::Put(Box::new(document)));
        }
        changes.extend(known.into_iter().map(Change::Delete));
        index.stage(changes)
    })
}

fn commit(index: &Arc<Index>, position: Position) -> Writing {
    let index = index.clone();
    spawn_blocking(move || index.commit(&position.write()))
}

async fn written(writing: Writing) -> Result<(), Behind> {
    // A panic has been logged already.
    writing.await.map_err(|_| search_index::Error::Damaged("writing to it failed".to_owned()))??;
    Ok(())
}
