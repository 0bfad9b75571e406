//! Iterating over the matching documents of a segment.

use std::io;
use std::ops::ControlFlow;

use tantivy::{DocId, TERMINATED};

use crate::clause::{Cursor, Found};
use crate::error::Error;
use crate::question::{Clause, Question};
use crate::schema::Fields;
use crate::scope::{FailedFacets, Scope, SegmentScope};
use crate::score::Titles;
use crate::segment::Segment;

/// The number of candidates between two checks of the deadline.
const STRIDE: u32 = 256;

/// Iterates over the documents that match a question and are in scope, in segment order.
pub struct SegmentSearch<'v> {
    pub segment: &'v Segment,
    pub fields: &'v Fields,
    pub question: &'v Question,
    pub scope: &'v Scope<'v>,
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
        let mut clauses = self.cursors(&self.question.clauses)?;
        let mut excluded = self.cursors(&self.question.excluded)?;
        let mut titles = if scored { Some(Titles::of(reader, self.fields, self.question)?) } else { None };
        // The rarest leads.
        clauses.sort_by_key(Cursor::cost);
        let needed = clauses.len().saturating_sub(self.question.max_missing);
        let mut target: DocId = 0;
        let mut looked: u32 = 0;
        loop {
            let document = if clauses.is_empty() {
                if target < reader.max_doc() { target } else { TERMINATED }
            } else if needed == clauses.len() {
                of_all(&mut clauses, target)
            } else {
                of_most(&mut clauses, target, needed)
            };
            if document == TERMINATED {
                return Ok(());
            }
            looked += 1;
            if looked.is_multiple_of(STRIDE) {
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
                let found = clauses.iter_mut().filter_map(|clause| clause.found(document));
                found.map(Found::worth).sum::<u32>() + titles.score(document)
            });
            if visit(document, failed, score).is_break() {
                return Ok(());
            }
        }
    }

    fn cursors(&self, clauses: &[Clause]) -> io::Result<Vec<Cursor>> {
        clauses.iter().map(|clause| Cursor::of(&self.segment.reader, self.fields, clause)).collect()
    }
}

/// The first document from `target` on that has the words of all clauses.
fn of_all(clauses: &mut [Cursor], target: DocId) -> DocId {
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
fn of_most(clauses: &mut [Cursor], target: DocId, needed: usize) -> DocId {
    let mut target = target;
    loop {
        let document = clauses.iter_mut().map(|clause| clause.seek(target)).min().unwrap_or(TERMINATED);
        if document == TERMINATED || clauses.iter().filter(|clause| clause.document() == document).count() >= needed {
            return document;
        }
        target = document + 1;
    }
}
