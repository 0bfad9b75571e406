//! Iterating over the matching documents of a segment.

use std::io;
use std::ops::ControlFlow;

use tantivy::{DocId, TERMINATED};

use crate::clause::{ClauseCursor, MatchedFields};
use crate::error::Error;
use crate::index_query::{Clause, IndexQuery};
use crate::schema::Fields;
use crate::scope::{FailedFacets, SearchScope, SegmentScope};
use crate::score::TitleScorer;
use crate::segment::Segment;

/// The number of candidates between two checks of the deadline.
const DEADLINE_CHECK_INTERVAL: u32 = 256;

/// A query whose words were looked up in one segment.
#[derive(Default)]
pub struct SegmentQuery {
    /// The rarest first.
    clauses: Vec<ClauseCursor>,
    /// How many of the clauses must match.
    needed: usize,
    excluded: Vec<ClauseCursor>,
    titles: TitleScorer,
}

/// Iterates over the documents that match a query and are in scope, in segment order.
pub struct SegmentSearch<'s> {
    pub segment: &'s Segment,
    pub query: &'s SegmentQuery,
    pub scope: &'s SearchScope<'s>,
}

impl SegmentQuery {
    pub fn of(segment: &Segment, fields: &Fields, query: &IndexQuery) -> io::Result<Self> {
        let open = |clauses: &[Clause]| {
            let open = |clause| ClauseCursor::of(&segment.reader, fields, clause);
            clauses.iter().map(open).collect::<io::Result<Vec<_>>>()
        };
        let mut clauses = open(&query.clauses)?;
        clauses.sort_by_key(ClauseCursor::cost);
        Ok(Self {
            needed: clauses.len().saturating_sub(query.max_missing),
            clauses,
            excluded: open(&query.excluded)?,
            titles: TitleScorer::of(&segment.reader, fields, query)?,
        })
    }
}

impl SegmentSearch<'_> {
    /// Calls `visit` with each document, the facets whose conditions it fails, and its score (0 unless `scored`).
    pub fn run(&self, scored: bool, mut visit: impl FnMut(DocId, FailedFacets, u32)) -> Result<(), Error> {
        self.run_until(scored, |document, failed, score| {
            visit(document, failed, score);
            ControlFlow::Continue(())
        })
    }

    /// Like [`SegmentSearch::run`], until `visit` breaks.
    pub fn run_until(
        &self,
        scored: bool,
        mut visit: impl FnMut(DocId, FailedFacets, u32) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let reader = &self.segment.reader;
        let in_scope = SegmentScope::of(self.segment, self.scope)?;
        let mut clauses = self.query.clauses.clone();
        let mut excluded = self.query.excluded.clone();
        let mut titles = scored.then(|| self.query.titles.clone());
        let needed = self.query.needed;
        let mut target: DocId = 0;
        let mut candidates: u32 = 0;
        loop {
            let document = if clauses.is_empty() {
                if target < reader.max_doc() { target } else { TERMINATED }
            } else if needed == clauses.len() {
                first_with_all(&mut clauses, target)
            } else {
                first_with_most(&mut clauses, target, needed)
            };
            if document == TERMINATED {
                return Ok(());
            }
            candidates += 1;
            if candidates.is_multiple_of(DEADLINE_CHECK_INTERVAL) {
                self.scope.check()?;
            }
            target = document + 1;
            let Some(failed) = in_scope.failed_facets(document) else { continue };
            // Checking positions is slower than checking columns.
            let matching = clauses.iter_mut().filter_map(|clause| clause.matches(document).then_some(()));
            if matching.count() < needed || excluded.iter_mut().any(|clause| clause.seek_match(document)) {
                continue;
            }
            let score = titles.as_mut().map_or(0, |titles| {
                let found = clauses.iter_mut().filter_map(|clause| clause.matched_fields(document));
                found.map(MatchedFields::weight).sum::<u32>() + titles.score(document)
            });
            if visit(document, failed, score).is_break() {
                return Ok(());
            }
        }
    }
}

/// The first document from `target` on that has the words of all clauses.
fn first_with_all(clauses: &mut [ClauseCursor], target: DocId) -> DocId {
    let mut target = target;
    'candidates: loop {
        for clause in &mut *clauses {
            let next = clause.seek(target);
            if next == TERMINATED {
                return TERMINATED;
            }
            if next > target {
                target = next;
                continue 'candidates;
            }
        }
        return target;
    }
}

/// The first document from `target` on that has the words of `needed` clauses.
fn first_with_most(clauses: &mut [ClauseCursor], target: DocId, needed: usize) -> DocId {
    let mut target = target;
    loop {
        let document = clauses.iter_mut().map(|clause| clause.seek(target)).min().unwrap_or(TERMINATED);
        if document == TERMINATED || clauses.iter().filter(|clause| clause.document() == document).count() >= needed {
            return document;
        }
        target = document + 1;
    }
}
