//! Walking over the documents of a segment that match.

use std::io;
use std::ops::ControlFlow;

use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::clause::Cursor;
use crate::columns::Columns;
use crate::error::Error;
use crate::question::{Clause, Question};
use crate::schema::Fields;
use crate::scope::Scope;
use crate::score::Titles;

/// So many documents are looked at between two looks at the clock.
const STRIDE: u32 = 4_096;

/// Walks over what matches and is admitted, in the order of the segment.
pub struct SegmentSearch<'v> {
    pub segment: &'v SegmentReader,
    pub fields: &'v Fields,
    pub question: &'v Question,
    pub scope: &'v Scope<'v>,
}

impl SegmentSearch<'_> {
    /// Passes each document on with its score, which is 0 unless the search is `scored`, until `pass` breaks.
    pub fn run(
        &self,
        columns: &Columns<'_>,
        scored: bool,
        mut pass: impl FnMut(DocId, u32) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut clauses = self.cursors(&self.question.clauses)?;
        let mut excluded = self.cursors(&self.question.excluded)?;
        let mut titles = if scored { Some(Titles::of(self.segment, self.fields, self.question)?) } else { None };
        // The rarest leads.
        clauses.sort_by_key(Cursor::cost);
        let needed = clauses.len().saturating_sub(self.question.max_missing);
        let mut target: DocId = 0;
        let mut looked: u32 = 0;
        loop {
            let document = if clauses.is_empty() {
                if target < self.segment.max_doc() { target } else { TERMINATED }
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
            if !columns.is_in_scope(document, self.scope)
                || excluded.iter_mut().any(|clause| clause.seek(document) == document)
            {
                continue;
            }
            let score = titles.as_mut().map_or(0, |titles| {
                let found = clauses.iter_mut().filter(|clause| clause.document() == document);
                found.map(|clause| clause.found().worth()).sum::<u32>() + titles.score(document)
            });
            if pass(document, score).is_break() {
                return Ok(());
            }
        }
    }

    fn cursors(&self, clauses: &[Clause]) -> io::Result<Vec<Cursor>> {
        clauses.iter().map(|clause| Cursor::of(self.segment, self.fields, clause)).collect()
    }
}

/// The first document from `target` on that all clauses match.
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

/// The first document from `target` on that `needed` of the clauses match.
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
