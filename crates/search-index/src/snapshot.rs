//! Reading an index as it was at one moment.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicBool};

use tantivy::Searcher;

use crate::best::TopHits;
use crate::columns::Columns;
use crate::error::Error;
use crate::hit::Hit;
use crate::question::Question;
use crate::schema::Fields;
use crate::scope::Scope;
use crate::segment_search::SegmentSearch;

/// An index as it was after one of its writes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    pub(crate) is_damaged: Arc<AtomicBool>,
}

/// The best of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matches {
    /// The hits behind the one that was asked for, best first.
    pub hits: Vec<Hit>,
    /// How many documents match altogether.
    pub total: usize,
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

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
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
    pub fn has(&self, question: &Question, scope: &Scope<'_>) -> Result<bool, Error> {
        self.record_damage(self.any(question, scope))
    }

    fn any(&self, question: &Question, scope: &Scope<'_>) -> Result<bool, Error> {
        for segment in self.searcher.segment_readers() {
            let mut found = false;
            let search = SegmentSearch { segment, fields: &self.fields, question, scope };
            search.run(&Columns::of(segment)?, false, |_, _| {
                found = true;
                ControlFlow::Break(())
            })?;
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Everything that matches, in no particular order.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn all(&self, question: &Question, scope: &Scope<'_>) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        self.record_damage(self.each(question, scope, |hit| hits.push(hit)))?;
        Ok(hits)
    }

    /// The first `limit` hits in the order of [`Hit::compare`] of those that are wanted, or the last ones, last first, where it goes
    /// `backward`. All that match are counted, wanted or not.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn best(
        &self,
        question: &Question,
        scope: &Scope<'_>,
        limit: usize,
        is_wanted: impl Fn(&Hit) -> bool,
        backward: bool,
    ) -> Result<Matches, Error> {
        let mut total = 0;
        let mut best = TopHits::new(limit, |one: &Hit, other: &Hit| {
            let order = one.compare(other);
            if backward { order.reverse() } else { order }
        });
        self.record_damage(self.each(question, scope, |hit| {
            total += 1;
            if is_wanted(&hit) {
                best.push(hit);
            }
        }))?;
        Ok(Matches { hits: best.into_sorted(), total })
    }

    fn each(&self, question: &Question, scope: &Scope<'_>, mut pass: impl FnMut(Hit)) -> Result<(), Error> {
        for segment in self.searcher.segment_readers() {
            let columns = Columns::of(segment)?;
            let search = SegmentSearch { segment, fields: &self.fields, question, scope };
            search.run(&columns, true, |document, score| {
                let recommendations = columns.recommendations(document);
                pass(Hit { id: columns.id(document), score, recommendations });
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }
}
