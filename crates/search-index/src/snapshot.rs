//! Reading an index as it was at one moment.

use std::ops::ControlFlow;
use std::sync::atomic::{self, AtomicBool};
use std::sync::{Arc, OnceLock};

use tantivy::Searcher;

use crate::columns::Columns;
use crate::error::Error;
use crate::hit::Hit;
use crate::index_query::IndexQuery;
use crate::order::{Candidate, HitOrder, SegmentOrder};
use crate::schema::Fields;
use crate::scope::SearchScope;
use crate::segment::Segment;
use crate::segment_search::SegmentSearch;
use crate::top_n::TopN;
use crate::tree::Tree;

/// An index as it was after one of its writes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) segments: Arc<SegmentSet>,
    pub(crate) fields: Arc<Fields>,
    pub(crate) is_damaged: Arc<AtomicBool>,
}

/// The segments of a commit.
pub struct SegmentSet {
    /// Keeps the files of the segments from being deleted.
    searcher: Searcher,
    segments: Vec<Segment>,
    pub tree: OnceLock<Tree>,
}

/// Which part of the ordered results to return.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The maximum number of hits.
    pub limit: usize,
    /// Whether to return the last hits, in reverse order.
    pub is_backward: bool,
    /// Return only hits after this one.
    pub after: Option<Hit>,
    /// Return only hits before this one.
    pub before: Option<Hit>,
}

/// A page of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matches {
    /// The hits of the page, in the direction of the page.
    pub hits: Vec<Hit>,
    /// The number of matching documents on all pages.
    pub total: usize,
}

impl SegmentSet {
    /// Opens the segments of a searcher. Reuses the columns that `previous` has opened.
    pub fn of(searcher: Searcher, fields: &Fields, previous: Option<&Self>) -> Result<Self, Error> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let opened = previous.into_iter().flat_map(|previous| &previous.segments);
            let same = opened.into_iter().find(|segment| segment.reader.segment_id() == reader.segment_id());
            let columns = match same {
                Some(segment) => segment.columns.clone(),
                None => Arc::new(Columns::of(reader, fields.layout)?),
            };
            segments.push(Segment { reader: reader.clone(), columns });
        }
        Ok(Self { searcher, segments, tree: OnceLock::new() })
    }
}

impl Snapshot {
    /// Records that what was read makes no sense: see [`Index::is_damaged`](crate::Index::is_damaged).
    pub fn mark_damaged(&self) {
        self.is_damaged.store(true, atomic::Ordering::Relaxed);
    }

    /// Records that the index is damaged, if that is what came out.
    pub(crate) fn record_damage<T>(&self, read: Result<T, Error>) -> Result<T, Error> {
        if matches!(read, Err(Error::Damaged(_))) {
            self.mark_damaged();
        }
        read
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments.segments
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.segments.searcher.num_docs()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether anything matches.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn has(&self, query: &IndexQuery, scope: &SearchScope<'_>) -> Result<bool, Error> {
        let mut found = false;
        let read = self.segments().iter().try_for_each(|segment| {
            if found {
                return Ok(());
            }
            SegmentSearch { segment, fields: &self.fields, query, scope }.run_until(false, |_, failed, _| {
                found = failed.is_empty();
                if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        self.record_damage(read.map(|()| found))
    }

    /// The number of documents that match.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn count(&self, query: &IndexQuery, scope: &SearchScope<'_>) -> Result<usize, Error> {
        let mut count = 0;
        let read = self.segments().iter().try_for_each(|segment| {
            SegmentSearch { segment, fields: &self.fields, query, scope }.run(false, |_, failed, _| {
                count += usize::from(failed.is_empty());
            })
        });
        self.record_damage(read.map(|()| count))
    }

    /// The ids of all documents that match, in no particular order.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn all(&self, query: &IndexQuery, scope: &SearchScope<'_>) -> Result<Vec<i64>, Error> {
        let mut all = Vec::new();
        let read = self.segments().iter().try_for_each(|segment| {
            SegmentSearch { segment, fields: &self.fields, query, scope }.run(false, |document, failed, _| {
                if failed.is_empty() {
                    all.push(segment.columns.id(document));
                }
            })
        });
        self.record_damage(read.map(|()| all))
    }

    /// Returns a page of the matching documents, and counts all of them.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn page(
        &self,
        query: &IndexQuery,
        scope: &SearchScope<'_>,
        order: &HitOrder,
        page: &PageRequest,
    ) -> Result<Matches, Error> {
        self.record_damage(self.walk(query, scope, order, page))
    }

    fn walk(
        &self,
        query: &IndexQuery,
        scope: &SearchScope<'_>,
        order: &HitOrder,
        page: &PageRequest,
    ) -> Result<Matches, Error> {
        let mut total = 0;
        let mut hits = Vec::new();
        for segment in self.segments() {
            let ordered = SegmentOrder::of(order, segment)?;
            let bound = |hit: &Option<Hit>| hit.as_ref().map(|hit| ordered.bound(hit)).transpose();
            let (after, before) = (bound(&page.after)?, bound(&page.before)?);
            let mut first = TopN::new(page.limit, |one, other| {
                let order = ordered.compare(one, other);
                if page.is_backward { order.reverse() } else { order }
            });
            let search = SegmentSearch { segment, fields: &self.fields, query, scope };
            search.run(order.is_scored(), |document, failed, score| {
                if !failed.is_empty() {
                    return;
                }
                total += 1;
                let one = Candidate { document, score };
                if after.as_ref().is_none_or(|after| ordered.compare_to(one, after).is_gt())
                    && before.as_ref().is_none_or(|before| ordered.compare_to(one, before).is_lt())
                {
                    first.push(one);
                }
            })?;
            for candidate in first.into_sorted() {
                hits.push(ordered.hit(candidate)?);
            }
        }
        hits.sort_unstable_by(|one, other| {
            let order = order.compare(one, other);
            if page.is_backward { order.reverse() } else { order }
        });
        hits.truncate(page.limit);
        Ok(Matches { hits, total })
    }
}
