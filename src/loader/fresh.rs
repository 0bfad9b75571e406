//! Whether what was read some time ago is still so.
//!
//! The feed has a row for every change. Whoever wants to use an answer again asks for the present [`Stamp`] first: then
//! the feed is looked at where something was committed here since or is being committed (the [bell](crate::db::Bell) knows), where a
//! later row of the feed was read, where a time has come at which something shows by itself, or where nobody has looked for a while
//! (another server may have written). For each ground we remember the last change of it; an answer holds while none of its grounds has changed
//! behind the stamp under which it was read.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::choice::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use tokio::sync::Mutex;

use super::grounds::{Ground, Grounds};
use super::newest::{NewestRevisions, ReadRevision};
use super::{PageOfChanges, ReadError, Reader, Scope, State, read_changes, read_state};
use crate::db::Database;
use crate::model::{Change, OwnerRef};

/// For how long the catalog is taken to be as it was, while no bell rings: a ring may be lost, and SQLite has none between processes.
const LAG: Duration = Duration::from_millis(500);
/// How many changes are gone through one by one; behind more, nothing is taken to have stayed.
const MANY: u32 = 20_000;
/// How many grounds are remembered.
const GROUNDS: usize = 100_000;

/// A state of the catalog as far as everybody sees it, and the last row of the feed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub state: State,
}

impl Stamp {
    fn place(self) -> i64 {
        self.state.feed_end()
    }
}

/// What an answer rests on, and when it was read.
#[derive(Debug)]
pub struct Footing {
    stamp: Stamp,
    /// The place of the feed up to which none of the grounds was seen to have changed: they need not be looked through again for it.
    held: AtomicI64,
    /// Nothing where it rests on everything.
    grounds: Option<Box<[Ground]>>,
}

impl Clone for Footing {
    fn clone(&self) -> Self {
        let held = self.held.load(Ordering::Relaxed).into();
        Self { stamp: self.stamp, held, grounds: self.grounds.clone() }
    }
}

impl Footing {
    /// Of an answer that was begun to be read when the stamp was the present one.
    #[must_use]
    pub fn new(stamp: Stamp, grounds: Grounds) -> Self {
        let grounds = grounds.into_single();
        Self { stamp, held: AtomicI64::new(stamp.place()), grounds }
    }

    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.grounds.as_ref().map_or(0, |grounds| size_of_val(&**grounds))
    }
}

/// The last look at the feed.
struct Look {
    stamp: Stamp,
    /// How often the bell had rung before it.
    rings: u64,
    /// How far the feed had been read before this check. A restored backup can end earlier.
    read_to: i64,
    at: Instant,
}

/// What is known of changes.
#[derive(Default)]
struct Known {
    look: Option<Look>,
    /// The last change of each ground that changed behind the floor.
    changed: HashMap<Ground, i64>,
    /// Nothing is known of what changed up to this place.
    floor: i64,
}

impl Known {
    /// Whether a ground has not changed behind a place.
    fn is_as_at(&self, ground: &Ground, place: i64) -> bool {
        let stayed = |ground: &Ground| self.changed.get(ground).is_none_or(|changed| *changed <= place);
        match ground {
            Ground::Thing(kind, _) => stayed(ground) && stayed(&Ground::Gone(*kind)),
            _ => stayed(ground),
        }
    }
}

/// Knows what has changed lately.
pub struct Fresh {
    database: Database,
    known: RwLock<Known>,
    newest: NewestRevisions,
    /// One looks at a time: the others wait for what comes of it. When it failed last, and why.
    looking: Mutex<Option<(Instant, ReadError)>>,
}

impl Fresh {
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, known: RwLock::default(), newest: NewestRevisions::default(), looking: Mutex::default() }
    }

    /// The present stamp, at this moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stamp(&self, now: Timestamp) -> Result<Stamp, ReadError> {
        if let Some(stamp) = self.current(now) {
            return Ok(stamp);
        }
        let asked = Instant::now();
        let mut failed = self.looking.lock().await;
        if let Some(stamp) = self.current(now).or_else(|| self.looked_since(asked, now)) {
            return Ok(stamp);
        }
        // Whoever waited while another failed does not wait once more for the same.
        if let Some((at, error)) = failed.as_ref()
            && *at >= asked
        {
            return Err(error.clone());
        }
        let looked = self.look(now).await;
        *failed = looked.as_ref().err().map(|error| (Instant::now(), error.clone()));
        looked
    }

    async fn look(&self, now: Timestamp) -> Result<Stamp, ReadError> {
        // Before the feed is read: what is committed meanwhile rings once more.
        let bell = self.database.bell();
        let (rings, read_to) = (bell.rings(), bell.read_to());
        let reader = Reader::new(self.database.clone(), Scope { now, drafts: true });
        let at = Instant::now();
        let stamp = Stamp { state: read_state(&reader).await? };
        let before = self.known.read().unwrap_or_else(PoisonError::into_inner).look.as_ref().map(|look| look.stamp);
        let changed = match before {
            Some(before) if before.place() == stamp.place() => Some(HashMap::new()),
            Some(before) => changes(&reader, before.place()).await?,
            None => None,
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match &changed {
            Some(changed) => self.newest.forget(changed.keys()),
            None => self.newest.clear(),
        }
        match changed {
            Some(changed) if known.changed.len() + changed.len() <= GROUNDS => known.changed.extend(changed),
            _ => {
                known.changed.clear();
                known.floor = stamp.place();
            }
        }
        known.look = Some(Look { stamp, rings, read_to, at });
        Ok(stamp)
    }

    /// Records what was read from the database. An object with a later revision than before was written in the
    /// meantime, perhaps by another server whose notification has not arrived yet: then the last check of the feed is
    /// no longer valid.
    pub(super) fn note_revisions(&self, revisions: &[ReadRevision]) {
        if self.newest.note(revisions) {
            self.database.bell().count_ring();
        }
    }

    /// Returns the stamp of the last check of the feed if it is still current: no commit of this server can have become
    /// visible since.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Option<Stamp> {
        let bell = self.database.bell();
        self.last(now, |look| {
            bell.is_quiet_since(look.rings)
                && bell.read_to() <= look.stamp.place().max(look.read_to)
                && look.at.elapsed() < LAG
        })
    }

    /// Returns the stamp of the last check if it began after the request did: it is valid for that request, even while
    /// a commit is pending.
    fn looked_since(&self, asked: Instant, now: Timestamp) -> Option<Stamp> {
        self.last(now, |look| look.at >= asked)
    }

    fn last(&self, now: Timestamp, is_good: impl Fn(&Look) -> bool) -> Option<Stamp> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let look = known.look.as_ref()?;
        let is_over = look.stamp.state.ends_at().is_some_and(|end| now >= end);
        (!is_over && is_good(look)).then_some(look.stamp)
    }

    /// Whether what had this footing is so at the present stamp and moment.
    #[must_use]
    pub fn holds(&self, footing: &Footing, present: Stamp, now: Timestamp) -> bool {
        let then = footing.stamp;
        if then == present {
            return true;
        }
        // What shows or will show by itself is no row of the feed yet.
        if !then.state.shows_as(&present.state, now) {
            return false;
        }
        let held = footing.held.load(Ordering::Relaxed);
        if held >= present.place() {
            return true;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let holds = held >= known.floor
            && footing
                .grounds
                .as_ref()
                .is_some_and(|grounds| grounds.iter().all(|ground| known.is_as_at(ground, held)));
        if holds {
            footing.held.fetch_max(present.place(), Ordering::Relaxed);
        }
        holds
    }
}

/// What changed behind a place of the feed; nothing where that cannot be told.
async fn changes(reader: &Reader, after: i64) -> Result<Option<HashMap<Ground, i64>>, ReadError> {
    let stretch = PageOfChanges { after: Some(after), limit: MANY, kinds: None, subject: None };
    let stretch = read_changes(reader, &stretch).await?;
    if stretch.expired || stretch.page.more {
        return Ok(None);
    }
    let mut changed = HashMap::new();
    let mut things: HashMap<NodeKind, HashMap<&str, i64>> = HashMap::new();
    for edge in &stretch.page.edges {
        let Change { id, kind, action, code, .. } = &*edge.node;
        changed.insert(Ground::Kind(*kind), *id);
        if *action != ChangeAction::Updated {
            changed.insert(Ground::Shown(*kind), *id);
        }
        things.entry(*kind).or_default().insert(code, *id);
    }
    for (kind, codes) in things {
        let found = grounds(reader, kind, &codes).await?;
        if found.len() < codes.len() {
            if kind == NodeKind::ReadingList {
                return Ok(None);
            }
            // Nobody knows any more which of its kind it was.
            changed.insert(Ground::Gone(kind), codes.values().copied().max().unwrap_or_default());
        }
        changed.extend(found.into_iter().flatten());
    }
    Ok(Some(changed))
}

/// The grounds that things of a kind are, each with its change.
async fn grounds(
    reader: &Reader,
    kind: NodeKind,
    codes: &HashMap<&str, i64>,
) -> Result<Vec<Vec<(Ground, i64)>>, ReadError> {
    let owners = kind == NodeKind::ReadingList;
    let columns = if owners { "id, code, owner_id" } else { "id, code" };
    let mut sql = reader.sql(&format!("SELECT {columns} FROM {} AND code", kind.filtered_table_ref()));
    sql.is_any_text(codes.keys().copied());
    let mut found = Vec::with_capacity(codes.len());
    for row in reader.brief(sql).await? {
        let mut columns = row.columns();
        let (id, code): (i64, String) = (columns.take()?, columns.take()?);
        let Some(change) = codes.get(code.as_str()) else { continue };
        let mut of = vec![(Ground::Thing(kind, id), *change)];
        if owners {
            of.push((Ground::ListOf(OwnerRef::of(columns.take()?)?), *change));
        }
        found.push(of);
    }
    Ok(found)
}

impl State {
    /// Whether nothing has shown by itself, unwritten, between the two states and will have by now.
    fn shows_as(&self, present: &Self, now: Timestamp) -> bool {
        self.shown() == present.shown() && self.ends_at().is_none_or(|end| now < end)
    }
}
