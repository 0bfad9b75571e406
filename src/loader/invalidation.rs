//! Cache invalidation: decides whether a value that was read earlier is still current.
//!
//! The change feed has an event for each change. Before a cached value is used, the caller gets the current
//! [`FeedSnapshot`]. The tracker polls the feed if this server committed or is committing a write (the
//! [notifier](crate::db::ChangeNotifier) knows), if a later event was read, if a scheduled publication has become due,
//! or if the last poll is too old, since another server may have written. The tracker remembers the last change of each
//! dependency. A cache entry is fresh if none of its dependencies changed after the snapshot under which it was read.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::timestamp::Timestamp;
use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use super::cache_tags::CacheTags;
use super::changed_dependencies::read_changed_dependencies;
use super::dependencies::{Dependency, DependencySet};
use super::newest_revisions::{NewestRevisions, ReadRevision, RevisionComparison};
use super::{CatalogState, ReadError, Reader, Scope, read_catalog_state};
use crate::db::{CatalogVersion, Database};

/// How long a poll stays current without a notification. A notification can be lost, and SQLite has none between
/// processes.
const MAX_STALENESS: Duration = Duration::from_millis(500);
/// How long the primary can take to answer a poll before a replica is asked.
const PRIMARY_TIMEOUT: Duration = Duration::from_millis(300);
/// How long a request waits for a server that has everything that this server has shown.
const OUTAGE_TIMEOUT: Duration = Duration::from_secs(2);
/// The pause before another poll of servers that are behind what this server has shown, and the greatest one. It
/// increases, so that a request without a suitable server does not reach its limit of statements.
const BEHIND_RETRY_DELAY: Duration = Duration::from_millis(5);
const MAX_BEHIND_RETRY_DELAY: Duration = Duration::from_millis(100);
/// The maximum number of dependencies to remember.
const MAX_TRACKED: usize = 100_000;

/// The public state of the catalog, and the last event of the feed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedSnapshot {
    pub state: CatalogState,
    /// The number of failovers before it was read. Events of the feed can be lost in one.
    failovers: u64,
    /// Whether the state is the one of the primary. While that is unavailable, a replica can lack writes of other
    /// servers.
    pub is_of_primary: bool,
}

impl FeedSnapshot {
    /// Returns the position of the last event.
    #[must_use]
    pub fn position(self) -> i64 {
        self.state.feed_end()
    }

    /// Returns whether positions of both can be compared.
    fn has_same_history(self, other: Self) -> bool {
        self.state.version().epoch == other.state.version().epoch && self.failovers == other.failovers
    }
}

/// The dependencies of a cache entry, and the snapshot under which it was read.
#[derive(Debug)]
pub struct CacheEntryVersion {
    snapshot: FeedSnapshot,
    /// The feed position up to which none of the dependencies changed. They need not be checked again up to there.
    checked_to: AtomicI64,
    /// `None` if the entry depends on everything.
    dependencies: Option<Box<[Dependency]>>,
}

impl Clone for CacheEntryVersion {
    fn clone(&self) -> Self {
        let checked_to = self.checked_to.load(Ordering::Relaxed).into();
        Self { snapshot: self.snapshot, checked_to, dependencies: self.dependencies.clone() }
    }
}

impl CacheEntryVersion {
    /// Creates the version of a value that was read while `snapshot` was current.
    #[must_use]
    pub fn new(snapshot: FeedSnapshot, dependencies: DependencySet) -> Self {
        let dependencies = dependencies.into_list();
        Self { snapshot, checked_to: AtomicI64::new(snapshot.position()), dependencies }
    }

    /// Returns the cache tags of the value.
    #[must_use]
    pub fn cache_tags(&self) -> CacheTags {
        CacheTags::of_response(self.dependencies.as_deref())
    }

    /// Returns the approximate size in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.dependencies.as_ref().map_or(0, |dependencies| size_of_val(&**dependencies))
    }
}

/// Whether the catalog has reached a required version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Reached,
    /// A later request can succeed.
    Behind,
    /// The catalog is in another epoch, so the version has no meaning.
    OtherEpoch,
}

/// The last poll of the feed.
struct LastPoll {
    snapshot: FeedSnapshot,
    /// The generation of the notifier before the poll.
    generation: u64,
    /// How far the feed had been read before this poll. A restored backup can end earlier.
    read_position: i64,
    at: Instant,
}

/// The changes that the tracker knows.
#[derive(Default)]
struct KnownChanges {
    last_poll: Option<LastPoll>,
    /// The position of the last change of each dependency that changed after `known_from`.
    changed: HashMap<Dependency, i64>,
    /// Changes up to this position are unknown.
    known_from: i64,
}

impl KnownChanges {
    /// Returns whether a dependency has not changed after `position`.
    fn is_unchanged_since(&self, dependency: &Dependency, position: i64) -> bool {
        let is_unchanged =
            |dependency: &Dependency| self.changed.get(dependency).is_none_or(|changed| *changed <= position);
        match dependency {
            Dependency::Object(kind, _) => is_unchanged(dependency) && is_unchanged(&Dependency::Deleted(*kind)),
            _ => is_unchanged(dependency),
        }
    }
}

/// Tracks recent changes of the catalog.
pub struct ChangeTracker {
    database: Database,
    known: RwLock<KnownChanges>,
    newest: NewestRevisions,
    /// Ensures that one task polls at a time; the others wait for its result. Holds the time and the error of the last
    /// failure.
    polling: Mutex<Option<(Instant, ReadError)>>,
}

impl ChangeTracker {
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, known: RwLock::default(), newest: NewestRevisions::default(), polling: Mutex::default() }
    }

    /// Returns the current snapshot.
    ///
    /// # Errors
    /// Database errors.
    pub async fn snapshot(&self, now: Timestamp) -> Result<FeedSnapshot, ReadError> {
        match self.current(now) {
            Some(snapshot) => Ok(snapshot),
            None => self.poll_unless(now, || self.current(now)).await,
        }
    }

    /// Returns whether the catalog has reached a version.
    ///
    /// # Errors
    /// Database errors.
    pub async fn reach(&self, now: Timestamp, required: CatalogVersion) -> Result<Reach, ReadError> {
        let reached = |version: CatalogVersion| match version {
            _ if version.epoch != required.epoch => Reach::OtherEpoch,
            _ if version.position >= required.position => Reach::Reached,
            _ => Reach::Behind,
        };
        let is_reached = |snapshot: &FeedSnapshot| reached(snapshot.state.version()) == Reach::Reached;
        let known = || self.current(now).filter(is_reached);
        let snapshot = match known() {
            Some(snapshot) => snapshot,
            None => self.poll_unless(now, known).await?,
        };
        Ok(reached(snapshot.state.version()))
    }

    /// Polls the feed, unless `known` returns a snapshot once no other task polls.
    async fn poll_unless(
        &self,
        now: Timestamp,
        known: impl Fn() -> Option<FeedSnapshot>,
    ) -> Result<FeedSnapshot, ReadError> {
        let requested = Instant::now();
        let mut failed = self.polling.lock().await;
        // Requests that wait for the same poll use its result.
        if let Some(snapshot) = known().or_else(|| self.polled_since(requested, now)) {
            return Ok(snapshot);
        }
        // All callers that waited for a failed poll get its error.
        if let Some((at, error)) = failed.as_ref()
            && *at >= requested
        {
            return Err(error.clone());
        }
        // Boxed, like all that is rarely needed: it would make the future of each request larger.
        let polled = Box::pin(self.poll(now)).await;
        *failed = polled.as_ref().err().map(|error| (Instant::now(), error.clone()));
        polled
    }

    async fn poll(&self, now: Timestamp) -> Result<FeedSnapshot, ReadError> {
        // Read before the feed: a commit during the poll begins another generation.
        let notifier = self.database.notifier();
        let (generation, read_position) = (notifier.generation(), notifier.read_position());
        let failovers = notifier.failovers();
        let at = Instant::now();
        let (reader, state) = self.read_state(now, read_position).await?;
        let is_of_primary = reader.database().replica_index().is_none() && self.database.is_primary_available();
        let snapshot = FeedSnapshot { state, failovers, is_of_primary };
        let before =
            self.known.read().unwrap_or_else(PoisonError::into_inner).last_poll.as_ref().map(|poll| poll.snapshot);
        let changed = match before.filter(|before| before.has_same_history(snapshot)) {
            Some(before) if before.position() == snapshot.position() => Some(HashMap::new()),
            Some(before) => {
                let read = timeout(self.patience(), read_changed_dependencies(&reader, before.position())).await;
                match read {
                    // If the server is lost, every cached value counts as changed.
                    Err(_) => None,
                    Ok(Err(error)) if self.database.has_replicas() && error.is_transient() => None,
                    Ok(changed) => changed?,
                }
            }
            None => None,
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match &changed {
            Some(changed) => self.newest.forget(changed.keys()),
            None => self.newest.clear(),
        }
        match changed {
            Some(changed) if known.changed.len() + changed.len() <= MAX_TRACKED => known.changed.extend(changed),
            _ => {
                known.changed.clear();
                known.known_from = snapshot.position();
            }
        }
        notifier.record_read_position(snapshot.position());
        known.last_poll = Some(LastPoll { snapshot, generation, read_position, at });
        Ok(snapshot)
    }

    /// Reads the state of the catalog from the primary, or from a replica that has reached it if the primary does not
    /// respond. The feed must have reached `required`. Returns a reader for that server as well.
    ///
    /// In place of the primary, a replica can have shown a commit that waits for another standby.
    async fn read_state(&self, now: Timestamp, required: i64) -> Result<(Reader, CatalogState), ReadError> {
        let scope = Scope { now, drafts: true };
        let notifier = self.database.notifier();
        let primary = Reader::new(self.database.strictly_primary(), scope);
        let begin = Instant::now();
        let mut pause = BEHIND_RETRY_DELAY;
        loop {
            let is_tried = self.database.is_primary_available() || !self.database.has_replicas();
            let polled =
                if is_tried { timeout(self.patience(), read_catalog_state(&primary)).await.ok() } else { None };
            let is_over = begin.elapsed() >= MAX_STALENESS;
            match polled {
                Some(Ok(state)) => {
                    let is_new_epoch =
                        notifier.primary_version().is_some_and(|known| known.epoch != state.version().epoch);
                    let is_behind = state.feed_end() < required;
                    // For good: a backup was restored, or a failover lost writes.
                    let is_reset = is_new_epoch || (is_behind && (is_over || !self.database.has_replicas()));
                    if is_reset {
                        notifier.reset_read_position(state.feed_end());
                    }
                    if is_reset || !is_behind {
                        notifier.record_primary(state.version());
                        return Ok((primary, state));
                    }
                }
                Some(Err(error)) if !self.database.has_replicas() => return Err(error),
                Some(Err(_)) | None => {
                    let replica = Reader::new(self.database.on_substitute(), scope);
                    match timeout(PRIMARY_TIMEOUT, read_catalog_state(&replica)).await {
                        Ok(Ok(state)) if state.feed_end() >= required => return Ok((replica, state)),
                        Ok(Err(error)) if is_over => return Err(error),
                        _ if begin.elapsed() >= OUTAGE_TIMEOUT => return Err(unavailable()),
                        _ => {}
                    }
                }
            }
            sleep(pause).await;
            pause = pause.mul_f64(1.5).min(MAX_BEHIND_RETRY_DELAY);
        }
    }

    /// Returns how long a server can take to answer a statement of a poll.
    fn patience(&self) -> Duration {
        if self.database.has_replicas() { PRIMARY_TIMEOUT } else { Duration::MAX }
    }

    /// Records the revisions that were read, unless the [history](crate::db::ChangeNotifier::history) has changed since it
    /// was `history`. If an object was read at two revisions, another server may have written it whose notification has
    /// not arrived yet, so the last poll of the feed is no longer valid. Returns for each value whether it can be cached:
    /// the history is the same, and no object is at an earlier revision than the recorded one.
    pub(super) fn record_revisions(&self, values: &[Vec<ReadRevision>], history: (u64, i64)) -> Vec<bool> {
        let notifier = self.database.notifier();
        if notifier.history() != history {
            // Revisions of a former history say nothing about the present one.
            return vec![false; values.len()];
        }
        let RevisionComparison { is_different, are_current } = self.newest.record(values.iter().map(Vec::as_slice));
        if is_different {
            notifier.advance_generation();
        }
        are_current
    }

    /// Returns the present [history](crate::db::ChangeNotifier::history) of the feed.
    pub(super) fn history(&self) -> (u64, i64) {
        self.database.notifier().history()
    }

    /// Returns the snapshot of the last poll if it is still current: no commit of this server can have become visible
    /// since.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Option<FeedSnapshot> {
        let notifier = self.database.notifier();
        self.last(now, |poll| {
            notifier.is_quiet_since(poll.generation)
                && notifier.read_position() <= poll.snapshot.position().max(poll.read_position)
                && poll.at.elapsed() < MAX_STALENESS
        })
    }

    /// Returns the snapshot of the last poll if it began after the request did: it is valid for that request, even
    /// while a commit is pending.
    fn polled_since(&self, requested: Instant, now: Timestamp) -> Option<FeedSnapshot> {
        self.last(now, |poll| poll.at >= requested)
    }

    fn last(&self, now: Timestamp, is_good: impl Fn(&LastPoll) -> bool) -> Option<FeedSnapshot> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let poll = known.last_poll.as_ref()?;
        let is_over = poll.snapshot.state.valid_until().is_some_and(|end| now >= end);
        (!is_over && is_good(poll)).then_some(poll.snapshot)
    }

    /// Returns whether a cache entry is fresh under the current snapshot and time.
    #[must_use]
    pub fn is_fresh(&self, version: &CacheEntryVersion, present: FeedSnapshot, now: Timestamp) -> bool {
        let earlier = version.snapshot;
        if earlier == present {
            return true;
        }
        if !earlier.has_same_history(present) {
            return false;
        }
        // A publication that is due is not an event of the feed yet.
        if !earlier.state.has_same_visibility(&present.state, now) {
            return false;
        }
        let checked_to = version.checked_to.load(Ordering::Relaxed);
        if checked_to >= present.position() {
            return true;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = checked_to >= known.known_from
            && version.dependencies.as_ref().is_some_and(|dependencies| {
                dependencies.iter().all(|dependency| known.is_unchanged_since(dependency, checked_to))
            });
        if is_fresh {
            version.checked_to.fetch_max(present.position(), Ordering::Relaxed);
        }
        is_fresh
    }
}

/// Returns the error of a poll that no server has answered.
fn unavailable() -> ReadError {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout).into()
}

impl CatalogState {
    /// Returns whether no scheduled publication became due between the two states, or will have by `now`.
    fn has_same_visibility(&self, present: &Self, now: Timestamp) -> bool {
        self.last_visible_at() == present.last_visible_at() && self.valid_until().is_none_or(|end| now < end)
    }
}
