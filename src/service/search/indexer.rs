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
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::home::Home;
use super::position::Position;
use super::touched::add_neighbors;
use super::{EVERYTHING, Ids, build};
use crate::clock::Clock;
use crate::db::{Database, Sql};
use crate::loader::Scope;
use crate::loader::search::{document_id, read_sources, thing_of, write_sources};
use crate::service::feed;

/// How long a change goes unnoticed at most for which no bell rang.
const LOOK: Duration = Duration::from_secs(1);
/// How many documents are made at a time.
const BATCH: usize = 500;

/// Keeps one index of one database's catalog.
pub struct Indexer {
    database: Database,
    clock: Clock,
    /// How long a search waits for the index.
    patience: Duration,
    home: OnceLock<Home>,
    /// The index, and how far it has followed; none before it is built. Whoever changes it has the turn.
    state: RwLock<Option<State>>,
    turn: Mutex<()>,
    progress: Progress,
    end: CancellationToken,
}

#[derive(Clone)]
struct State {
    index: Arc<Index>,
    position: Position,
}

/// How far a new index is.
#[derive(Debug, Default)]
struct Progress {
    made: AtomicU64,
    expected: AtomicU64,
    rebuilds: AtomicU64,
}

/// What there is to say about an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The number of documents that are searched.
    pub documents: u64,
    /// The number of the last change that they show.
    pub position: i64,
    /// How often an index was built since the start of the server.
    pub rebuilds: u64,
    /// How much of a new index is made, in hundredths, while there is none to search.
    pub percent: Option<u64>,
}

/// The index is behind the catalog.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Behind {
    /// It did not catch up in time. A new one is made, of which so many hundredths are done.
    #[error("the index of search is behind the catalog")]
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
    /// An index in memory, which is built when it is first asked for.
    #[must_use]
    pub fn new(database: Database, clock: Clock, patience: Duration) -> Arc<Self> {
        let (home, state) = (OnceLock::new(), RwLock::default());
        let (turn, progress, end) = (Mutex::default(), Progress::default(), CancellationToken::new());
        Arc::new(Self { database, clock, patience, home, state, turn, progress, end })
    }

    /// Stores the index elsewhere. It has no effect once there is one.
    pub fn keep_in(&self, home: Home) {
        // Whoever was first has said it.
        let _ = self.home.set(home);
    }

    /// The index as far as the catalog is now.
    ///
    /// # Errors
    /// When it does not catch up in time, or cannot be read or written.
    pub async fn snapshot(self: &Arc<Self>, now: Timestamp) -> Result<Snapshot, Behind> {
        let (place, is_due) = self.last_change(now).await?;
        let place = if is_due {
            feed::publish_due(&self.database, now).await?;
            self.last_change(now).await?.0
        } else {
            place
        };
        if let Some(state) = self.state().filter(|state| state.position.id >= place.id) {
            return Ok(state.index.snapshot());
        }
        let this = self.clone();
        // It goes on if the search does not wait for it.
        let following = tokio::spawn(async move { this.end.run_until_cancelled(this.follow(place)).await });
        match timeout(self.patience, following).await {
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
        self.follow(place).await
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
        let (mut has_failed, mut built) = (false, self.report().rebuilds);
        loop {
            let begin = Instant::now();
            let followed = if self.home().is_asked_to_rebuild() { self.renew().await } else { self.prepare().await };
            // Once for each time, not at every attempt.
            if let Err(error) = &followed
                && !has_failed
            {
                tracing::warn!(cause = %error, "the index of search cannot follow the catalog");
            }
            has_failed = followed.is_err();
            let Report { documents, rebuilds, .. } = self.report();
            if rebuilds > built {
                tracing::info!(documents, took = ?begin.elapsed(), "built the index of search");
                built = rebuilds;
            }
            tokio::select! {
                // The handle that rings is our own, so it is there.
                _ = bell.changed() => {}
                _ = look.tick() => {}
            }
        }
    }

    /// Builds a new index, while the present one is searched.
    async fn renew(&self) -> Result<(), Behind> {
        let _turn = self.turn.lock().await;
        let state = self.rebuild().await?;
        self.set(Some(state));
        Ok(())
    }

    /// What there is to say about it now.
    #[must_use]
    pub fn report(&self) -> Report {
        let Progress { made, expected, rebuilds } = &self.progress;
        let rebuilds = rebuilds.load(Ordering::Relaxed);
        if let Some(State { index, position }) = self.state() {
            return Report { documents: index.snapshot().len(), position: position.id, rebuilds, percent: None };
        }
        let expected = expected.load(Ordering::Relaxed);
        let percent = (made.load(Ordering::Relaxed) * 100).checked_div(expected);
        Report { rebuilds, percent, ..Report::default() }
    }

    fn home(&self) -> &Home {
        self.home.get_or_init(|| Home::Memory)
    }

    fn state(&self) -> Option<State> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        state.filter(|state| !state.index.is_damaged())
    }

    fn set(&self, state: Option<State>) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
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

    async fn follow(&self, place: Position) -> Result<(), Behind> {
        let _turn = self.turn.lock().await;
        let present = match self.state() {
            Some(state) => Some(state),
            // Dropped first: only one at a time writes to the directory.
            None if self.forget() => None,
            None => self.stored().await?,
        };
        let followed = match present {
            Some(state) if state.position.id >= place.id => Ok(Some(state)),
            Some(state) => self.catch_up(state).await,
            None => Ok(None),
        };
        let state = match followed {
            Ok(Some(state)) => Ok(state),
            Ok(None) => self.rebuild().await,
            Err(error) => Err(error),
        };
        if matches!(state, Err(Behind::Index(_))) {
            // What is stored is opened again, or built again, by whoever asks next.
            self.set(None);
        }
        self.set(Some(state?));
        Ok(())
    }

    /// Drops an index that is damaged. Returns whether there was one, so that what is stored is no better.
    fn forget(&self) -> bool {
        self.state.write().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    /// The index that was stored, if it is one of this catalog.
    async fn stored(&self) -> Result<Option<State>, Behind> {
        let Some(index) = self.home().stored() else { return Ok(None) };
        let Some(position) = index.payload()?.as_deref().and_then(Position::read) else { return Ok(None) };
        let mut sql = Sql::new(self.database.engine(), "SELECT 1 FROM search_change WHERE id = ");
        sql.bind(position.id).push(" AND at = ").bind(position.at);
        let is_ours = !self.database.rows(sql).await?.is_empty();
        Ok(is_ours.then(|| State { index: Arc::new(index), position }))
    }

    /// Makes the documents again that were touched since. Nothing where the changes in between are not there, or too many.
    async fn catch_up(&self, State { index, position }: State) -> Result<Option<State>, Behind> {
        let engine = self.database.engine();
        let mut sql = Sql::new(engine, "SELECT id, at, document_id, with_neighbors FROM search_change WHERE id >= ");
        sql.bind(position.id).push(" ORDER BY id");
        let (mut reached, mut own, mut with_neighbors) = (None, BTreeSet::new(), Vec::new());
        for row in self.database.rows(sql).await? {
            let mut columns = row.columns();
            let row = Position::new(columns.take()?, columns.take()?);
            let (document, all): (i64, bool) = (columns.take()?, columns.take()?);
            let is_first = reached.replace(row).is_none();
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
                self.stage(&index, kind, batch, known).await?;
            }
        }
        commit(&index, reached).await?;
        Ok(Some(State { index, position: reached }))
    }

    /// Makes all documents, in a new index.
    async fn rebuild(&self) -> Result<State, Behind> {
        let engine = self.database.engine();
        // What is written from here on may be in the index already, and is followed once more.
        let (position, _) = self.last_change(self.clock.now()).await?;
        let counts = NodeKind::ROUTABLE.map(|kind| format!("(SELECT COUNT(*) FROM {})", kind.filtered_table_ref()));
        let sql = Sql::new(engine, &format!("SELECT CAST({} AS BIGINT)", counts.join(" + ")));
        let expected: i64 = self.database.rows(sql).await?.first().map_or(Ok(0), |row| row.columns().take())?;
        self.progress.made.store(0, Ordering::Relaxed);
        self.progress.expected.store(expected.unsigned_abs(), Ordering::Relaxed);
        let (index, number) = self.home().build()?;
        let index = Arc::new(index);
        for kind in NodeKind::ROUTABLE {
            let mut behind = 0;
            loop {
                let mut sql = Sql::new(engine, &format!("SELECT id FROM {} AND id > ", kind.filtered_table_ref()));
                sql.bind(behind).push(&format!(" ORDER BY id LIMIT {BATCH}"));
                let mut ids: Vec<i64> = Vec::with_capacity(BATCH);
                for row in self.database.rows(sql).await? {
                    ids.push(row.columns().take()?);
                }
                let Some(last) = ids.last() else { break };
                behind = *last;
                self.stage(&index, kind, &ids, BTreeSet::new()).await?;
                self.progress.made.fetch_add(ids.len() as u64, Ordering::Relaxed);
            }
        }
        commit(&index, position).await?;
        self.home().keep(number);
        self.progress.rebuilds.fetch_add(1, Ordering::Relaxed);
        Ok(State { index, position })
    }

    /// Makes the documents of things of a kind. Those of `known` that are of none of these things any more go.
    async fn stage(
        &self,
        index: &Arc<Index>,
        kind: NodeKind,
        ids: &[i64],
        mut known: BTreeSet<i64>,
    ) -> Result<(), Behind> {
        let mut sql = Sql::new(self.database.engine(), "");
        let scope = Scope { now: self.clock.now(), drafts: false };
        write_sources(&mut sql, scope, kind, ids.iter().copied());
        let sources = read_sources(&self.database.rows(sql).await?)?;
        in_the_background(index, move |index| {
            let mut changes: Vec<Change> = Vec::with_capacity(sources.len());
            for (id, sources) in &sources {
                let document = build::make(kind, *id, sources);
                known.remove(&document.id);
                changes.push(Change::Put(Box::new(document)));
            }
            changes.extend(known.into_iter().map(Change::Delete));
            index.stage(changes)
        })
        .await
    }
}

async fn commit(index: &Arc<Index>, position: Position) -> Result<(), Behind> {
    in_the_background(index, move |index| index.commit(&position.write())).await
}

/// Writes to an index away from the threads that answer requests.
async fn in_the_background(
    index: &Arc<Index>,
    write: impl FnOnce(&Index) -> Result<(), search_index::Error> + Send + 'static,
) -> Result<(), Behind> {
    let index = index.clone();
    let written = spawn_blocking(move || write(&index)).await;
    // Whoever panicked has said why.
    written.map_err(|_| search_index::Error::Damaged("writing to it failed".to_owned()))??;
    Ok(())
}
