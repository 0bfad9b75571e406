//! Queries opened on a snapshot.

use std::ops::ControlFlow;

use crate::error::Error;
use crate::hit::Hit;
use crate::index_query::IndexQuery;
use crate::order::{Candidate, HitOrder, SegmentOrder};
use crate::scope::SearchScope;
use crate::segment::Segment;
use crate::segment_search::{SegmentQuery, SegmentSearch};
use crate::snapshot::Snapshot;
use crate::top_n::TopN;

/// A query whose words were looked up in a snapshot, so that its count, pages and facets use one lookup.
pub struct PreparedQuery {
    pub(crate) snapshot: Snapshot,
    /// For each segment.
    segments: Vec<SegmentQuery>,
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

impl Snapshot {
    /// Looks up the words of a query.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn prepare(&self, query: &IndexQuery) -> Result<PreparedQuery, Error> {
        let open = |segment: &Segment| SegmentQuery::of(segment, &self.fields, query).map_err(Error::from);
        let segments = self.record_damage(self.segments().iter().map(open).collect());
        Ok(PreparedQuery { snapshot: self.clone(), segments: segments? })
    }
}

impl PreparedQuery {
    /// Whether anything matches.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn has(&self, scope: &SearchScope<'_>) -> Result<bool, Error> {
        let mut found = false;
        let read = self.searches(scope).try_for_each(|search| {
            if found {
                return Ok(());
            }
            search.run_until(false, |_, failed, _| {
                found = failed.is_empty();
                if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        self.snapshot.record_damage(read.map(|()| found))
    }

    /// The number of documents that match.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn count(&self, scope: &SearchScope<'_>) -> Result<usize, Error> {
        let mut count = 0;
        let read = self
            .searches(scope)
            .try_for_each(|search| search.run(false, |_, failed, _| count += usize::from(failed.is_empty())));
        self.snapshot.record_damage(read.map(|()| count))
    }

    /// The ids of all documents that match, in no particular order.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn all(&self, scope: &SearchScope<'_>) -> Result<Vec<i64>, Error> {
        let mut all = Vec::new();
        let read = self.searches(scope).try_for_each(|search| {
            let columns = &search.segment.columns;
            search.run(false, |document, failed, _| {
                if failed.is_empty() {
                    all.push(columns.id(document));
                }
            })
        });
        self.snapshot.record_damage(read.map(|()| all))
    }

    /// Returns a page of the matching documents, and counts all of them.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn page(&self, scope: &SearchScope<'_>, order: &HitOrder, page: &PageRequest) -> Result<Matches, Error> {
        self.snapshot.record_damage(self.find_page(scope, order, page))
    }

    fn find_page(&self, scope: &SearchScope<'_>, order: &HitOrder, page: &PageRequest) -> Result<Matches, Error> {
        let mut total = 0;
        let mut hits = Vec::new();
        for search in self.searches(scope) {
            let ordered = SegmentOrder::of(order, search.segment)?;
            let bound = |hit: &Option<Hit>| hit.as_ref().map(|hit| ordered.bound(hit)).transpose();
            let (after, before) = (bound(&page.after)?, bound(&page.before)?);
            let mut first = TopN::new(page.limit, |one, other| {
                let order = ordered.compare(one, other);
                if page.is_backward { order.reverse() } else { order }
            });
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

    /// Returns the search of each segment.
    pub(crate) fn searches<'s>(&'s self, scope: &'s SearchScope<'s>) -> impl Iterator<Item = SegmentSearch<'s>> {
        let segments = self.snapshot.segments().iter().zip(&self.segments);
        segments.map(move |(segment, query)| SegmentSearch { segment, query, scope })
    }
}
