//! Which documents a search may return, and how long it may take.

use std::io;
use std::time::Instant;

use tantivy::DocId;

use crate::condition::{Condition, SegmentCondition};
use crate::error::Error;
use crate::segment::Segment;

/// Which documents a search may return.
#[derive(Clone, Copy, Debug)]
pub struct SearchScope<'s> {
    /// The kinds of documents, each once.
    pub kinds: &'s [KindFilter],
    /// The time of the request, in microseconds since 1970.
    pub now: i64,
    /// Whether to include documents that are not public.
    pub drafts: bool,
    /// When to give up.
    pub deadline: Option<Instant>,
}

/// A condition on the documents of one kind.
#[derive(Clone, Debug)]
pub struct KindFilter {
    pub kind: u8,
    /// Every result meets this condition.
    pub condition: Condition,
    /// Conditions that belong to facets, by [facet number](crate::Facet::number). A result meets them all; a facet ignores its own.
    pub facets: Vec<(u8, Condition)>,
}

/// A set of facets, those whose own conditions a document fails, as a mask of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedFacets(u64);

impl SearchScope<'_> {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) { Err(Error::Late) } else { Ok(()) }
    }
}

impl KindFilter {
    /// Accepts all documents of a kind.
    #[must_use]
    pub fn all(kind: u8) -> Self {
        Self { kind, condition: Condition::always(), facets: Vec::new() }
    }
}

impl FailedFacets {
    /// Whether the document meets all conditions.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the document meets all conditions except those of one facet, if any.
    pub fn only(self, facet: u8) -> bool {
        self.0 & !bit(facet) == 0
    }

    /// Whether the document fails the conditions of more than one facet, so that no facet counts it.
    pub fn has_several(self) -> bool {
        self.0.count_ones() > 1
    }
}

fn bit(facet: u8) -> u64 {
    1_u64.checked_shl(facet.into()).unwrap_or_default()
}

/// Which documents of one segment a search may return.
pub struct SegmentScope<'s> {
    segment: &'s Segment,
    scope: &'s SearchScope<'s>,
    filters: Vec<SegmentFilter<'s>>,
    /// The index in `filters` for each kind.
    by_kind: [Option<u8>; 256],
}

/// A [`KindFilter`] in one segment.
struct SegmentFilter<'s> {
    /// `None` if it always holds.
    condition: Option<SegmentCondition<'s>>,
    facets: Vec<(u8, SegmentCondition<'s>)>,
}

impl<'s> SegmentScope<'s> {
    pub fn of(segment: &'s Segment, scope: &'s SearchScope<'s>) -> io::Result<Self> {
        let mut filters = Vec::with_capacity(scope.kinds.len());
        let mut by_kind = [None; 256];
        for (index, filter) in (0..).zip(scope.kinds) {
            let resolve = |condition: &'s Condition| SegmentCondition::of(condition, &segment.columns);
            let facets = filter.facets.iter().map(|(facet, condition)| Ok((*facet, resolve(condition)?)));
            let facets = facets.collect::<io::Result<_>>()?;
            let condition = if filter.condition.is_always() { None } else { Some(resolve(&filter.condition)?) };
            filters.push(SegmentFilter { condition, facets });
            by_kind[usize::from(filter.kind)] = Some(index);
        }
        Ok(Self { segment, scope, filters, by_kind })
    }

    /// Returns the facets whose conditions a document fails; `None` if the document is out of scope.
    pub fn failed_facets(&self, document: DocId) -> Option<FailedFacets> {
        let Segment { reader, columns } = self.segment;
        let filter = &self.filters[usize::from(self.by_kind[usize::from(columns.kind(document))]?)];
        if reader.is_deleted(document) {
            return None;
        }
        if !self.scope.drafts {
            // Drafts are visible from NEVER on, the latest time.
            if columns.visible_from(document) > self.scope.now {
                return None;
            }
        }
        if filter.condition.as_ref().is_some_and(|condition| !condition.holds(document)) {
            return None;
        }
        let failed = filter.facets.iter().filter(|(_, condition)| !condition.holds(document));
        Some(FailedFacets(failed.fold(0, |failed, (facet, _)| failed | bit(*facet))))
    }

    /// Whether a search may return a document.
    pub fn contains(&self, document: DocId) -> bool {
        self.failed_facets(document).is_some_and(FailedFacets::is_empty)
    }
}
