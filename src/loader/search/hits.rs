//! A search that is ready to be asked: what matches, and how well.

use std::collections::HashSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use entity::kind::{NodeKind, TAG_BITS, TAG_MASK};
use search_index::{Hit, Question, Snapshot};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;

use super::{row_of_document, tag_of};
use crate::db::{Rows, Sql};
use crate::domain::search::query::Query;
use crate::loader::{Cursor, Filter, ReadError, Reader, Scope, SortValue, Window};

/// How many searches read the index at a time.
static READERS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZeroUsize::get))));
/// How long the index may take: as long as nobody waits for a query.
const TIME: Duration = Duration::from_secs(10);

/// How much of a query what was found has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    AllWords,
    MostWords,
    Corrected,
}

/// A query over one state of the index. Whatever is asked of it is answered from that state.
#[derive(Clone)]
pub struct Search {
    pub query: Query,
    pub matching: Match,
    snapshot: Snapshot,
    /// What was found among which kinds: pages, counts and facets ask for the same.
    found: Arc<Mutex<Vec<Found>>>,
}

/// The documents that were found among some kinds.
struct Found {
    kinds: Vec<u8>,
    hits: Arc<[Hit]>,
}

impl fmt::Debug for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { query, matching, .. } = self;
        formatter.debug_struct("Search").field("query", query).field("matching", matching).finish_non_exhaustive()
    }
}

/// A page of hits.
#[derive(Debug)]
pub(in crate::loader) struct PageOfHits {
    /// In the order of the list.
    pub hits: Vec<Hit>,
    /// Whether there is more in the direction of the walk.
    pub more: bool,
    /// How many match altogether.
    pub total: usize,
}

impl Search {
    #[must_use]
    pub fn new(query: Query, matching: Match, snapshot: Snapshot) -> Self {
        Self { query, matching, snapshot, found: Arc::default() }
    }

    /// Whether anything of `kinds` matches.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn finds(&self, scope: Scope, kinds: &[NodeKind]) -> Result<bool, ReadError> {
        let Some(question) = self.question() else { return Ok(false) };
        let kinds = tags(kinds);
        read(&self.snapshot, move |index| index.has(&question, &index_scope(scope, &kinds))).await
    }

    /// The documents of `kinds` that match.
    async fn all(&self, scope: Scope, kinds: &[NodeKind]) -> Result<Arc<[Hit]>, ReadError> {
        let Some(question) = self.question() else { return Ok(Arc::default()) };
        let tags = tags(kinds);
        let mut found = self.found.lock().await;
        if let Some(found) = found.iter().find(|found| found.kinds == tags) {
            return Ok(found.hits.clone());
        }
        let kinds = tags.clone();
        let hits = read(&self.snapshot, move |index| index.all(&question, &index_scope(scope, &kinds))).await?;
        let hits: Arc<[Hit]> = hits.into();
        found.push(Found { kinds: tags, hits: hits.clone() });
        Ok(hits)
    }

    /// The documents of each kind that match and pass its filter.
    pub(in crate::loader) async fn passing(
        &self,
        reader: &Reader,
        parts: &[(NodeKind, Filter)],
    ) -> Result<Vec<Hit>, ReadError> {
        let kinds: Vec<NodeKind> = parts.iter().map(|(kind, _)| *kind).collect();
        let mut hits = self.all(reader.scope(), &kinds).await?.to_vec();
        for (kind, filter) in parts.iter().filter(|(_, filter)| !filter.is_everything()) {
            let of_kind = |hit: &Hit| hit.id & TAG_MASK == kind.tag();
            let documents: Vec<i64> = hits.iter().filter(|hit| of_kind(hit)).map(|hit| hit.id).collect();
            if documents.is_empty() {
                continue;
            }
            let mut sql = reader.sql("SELECT hit.id FROM ");
            write_ids(&mut sql, documents);
            let row = row_of_document(*kind, "hit.id");
            sql.push(&format!(" JOIN {} ON {kind}.id = {row} WHERE ", kind.table_ref()));
            filter.write(&mut sql, reader.scope());
            let rows = reader.rows(sql).await?;
            let passing: HashSet<i64> = rows.iter().map(|row| row.columns().take()).collect::<Result<_, _>>()?;
            hits.retain(|hit| !of_kind(hit) || passing.contains(&hit.id));
        }
        Ok(hits)
    }

    /// The part of what matches, passes and is ordered by relevance that a window asks for.
    pub(in crate::loader) async fn page(
        &self,
        reader: &Reader,
        parts: &[(NodeKind, Filter)],
        window: &Window,
    ) -> Result<PageOfHits, ReadError> {
        let bounds = Bounds::of(window);
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let backward = window.backward;
        let (mut hits, total) = if parts.iter().all(|(_, filter)| filter.is_everything()) {
            let Some(question) = self.question() else { return Ok(PageOfHits::none()) };
            let kinds = tags(&parts.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
            let scope = reader.scope();
            let found = read(&self.snapshot, move |index| {
                let scope = index_scope(scope, &kinds);
                index.best(&question, &scope, limit.saturating_add(1), |hit| bounds.contain(hit), backward)
            });
            let found = found.await?;
            (found.hits, found.total)
        } else {
            let mut hits = self.passing(reader, parts).await?;
            let total = hits.len();
            hits.retain(|hit| bounds.contain(hit));
            hits.sort_unstable_by(|one, other| if backward { other.compare(one) } else { one.compare(other) });
            hits.truncate(limit.saturating_add(1));
            (hits, total)
        };
        let more = hits.len() > limit;
        hits.truncate(limit);
        if backward {
            hits.reverse();
        }
        Ok(PageOfHits { hits, more, total })
    }

    /// Adds `(…) AS hit`: the ids of the rows of `kind`, which is one of `kinds`, that match; with `score` and `recommendations` where
    /// they are to be `scored`.
    pub(in crate::loader) async fn write_matches(
        &self,
        sql: &mut Sql,
        scope: Scope,
        kinds: &[NodeKind],
        kind: NodeKind,
        scored: bool,
    ) -> Result<(), ReadError> {
        let all = self.all(scope, kinds).await?;
        let hits: Vec<&Hit> = all.iter().filter(|hit| hit.id & TAG_MASK == kind.tag()).collect();
        let row = |hit: &&Hit| if kind.is_catalog_item() { hit.id } else { hit.id >> TAG_BITS };
        let ids = hits.iter().map(row).collect();
        if scored {
            let numbers = |number: fn(&Hit) -> u32| Rows::Numbers(hits.iter().map(|hit| number(hit).into()).collect());
            let columns = vec![Rows::Numbers(ids), numbers(|hit| hit.score), numbers(|hit| hit.recommendations)];
            sql.push("(").select_rows("c0 AS id, c1 AS score, c2 AS recommendations", columns).push(") AS hit");
        } else {
            write_ids(sql, ids);
        }
        Ok(())
    }

    /// What the index is asked; nothing where no word says what to look for.
    fn question(&self) -> Option<Question> {
        let max_missing = if self.matching == Match::MostWords { self.query.max_missing() } else { 0 };
        self.query.question(max_missing)
    }
}

impl PageOfHits {
    fn none() -> Self {
        Self { hits: Vec::new(), more: false, total: 0 }
    }
}

/// The hits between which a page lies.
struct Bounds {
    after: Option<Hit>,
    before: Option<Hit>,
}

impl Bounds {
    fn of(window: &Window) -> Self {
        let place = |cursor: &Option<Cursor>| cursor.as_ref().map(place);
        Self { after: place(&window.after), before: place(&window.before) }
    }

    fn contain(&self, hit: &Hit) -> bool {
        self.after.is_none_or(|after| hit.compare(&after).is_gt())
            && self.before.is_none_or(|before| hit.compare(&before).is_lt())
    }
}

/// The hit that a cursor stands for. Its values are the score, unless all scores are the same, and the recommendations.
fn place(cursor: &Cursor) -> Hit {
    let mut numbers = cursor.values.iter().rev().map(|value| match value {
        SortValue::Number(number) => u32::try_from(*number).unwrap_or(u32::MAX),
        SortValue::Null | SortValue::Text(_) => 0,
    });
    let recommendations = numbers.next().unwrap_or_default();
    Hit { id: cursor.id, score: numbers.next().unwrap_or_default(), recommendations }
}

/// The cursor of a hit, of as many values as its order has.
pub(in crate::loader) fn cursor(hit: &Hit, window: &Window) -> Cursor {
    let values = [hit.score, hit.recommendations].map(|number| SortValue::Number(number.into()));
    let skipped = values.len() - window.order.keys.len().min(values.len());
    Cursor { values: values.into_iter().skip(skipped).collect(), id: hit.id }
}

/// Reads the index away from the threads that answer requests.
///
/// # Errors
/// When the index cannot be read.
pub(super) async fn read<T: Send + 'static>(
    snapshot: &Snapshot,
    read: impl FnOnce(&Snapshot) -> Result<T, search_index::Error> + Send + 'static,
) -> Result<T, ReadError> {
    let asked = snapshot.clone();
    // Every one of them would take a processor, and a thread.
    let permit = READERS.clone().acquire_owned().await;
    let found = spawn_blocking(move || {
        let read = read(&asked);
        // Only now, also if nobody waits any more.
        drop(permit);
        read
    });
    let found = found.await.unwrap_or_else(|panic| {
        snapshot.mark_damaged();
        Err(search_index::Error::Damaged(panic.to_string()))
    });
    Ok(found?)
}

/// What a caller may find in the index.
pub(super) fn index_scope(scope: Scope, kinds: &[u8]) -> search_index::Scope<'_> {
    let deadline = Some(Instant::now() + TIME);
    search_index::Scope { kinds, now: scope.now.0, drafts: scope.drafts, deadline }
}

/// The numbers of kinds in the index.
pub(super) fn tags(kinds: &[NodeKind]) -> Vec<u8> {
    kinds.iter().copied().map(tag_of).collect()
}

/// Adds `(…) AS hit`: these ids.
fn write_ids(sql: &mut Sql, ids: Vec<i64>) {
    sql.push("(").select_ids(ids).push(") AS hit");
}
