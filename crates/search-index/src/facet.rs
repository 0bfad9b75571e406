//! Counting matching documents by the values of their columns.

use std::io;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use crate::codes::Codes;
use crate::columns::Columns;
use crate::error::Error;
use crate::layout::Layout;
use crate::prepared::PreparedQuery;
use crate::scope::SearchScope;
use crate::snapshot::Snapshot;
use crate::tree::{Forest, NodeCounter, Tree};
use crate::value::Value;

/// A facet to count.
#[derive(Clone, Debug)]
pub struct FacetRequest {
    /// Its number in [`KindFilter::facets`](crate::KindFilter::facets), less than 64. The conditions with this number do not narrow it.
    pub number: u8,
    pub by: FacetBy,
    /// The kinds of documents that it counts.
    pub kinds: Vec<u8>,
}

/// The property by which a facet groups documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetBy {
    Kind,
    /// The first value in a column.
    Column(&'static str),
    /// The nodes of the tree that it belongs to, and their ancestors. Each node counts a document once.
    Tree,
}

/// The number of documents for each value that any has. The values of a column are in order.
pub type Counts = Vec<(Value, u64)>;

impl PreparedQuery {
    /// Counts the matching documents for each facet. A facet counts a document that meets all conditions except the facet's own.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn facets(&self, scope: &SearchScope<'_>, facets: &[FacetRequest]) -> Result<Vec<Counts>, Error> {
        self.snapshot.record_damage(self.count_facets(scope, facets))
    }

    fn count_facets(&self, scope: &SearchScope<'_>, facets: &[FacetRequest]) -> Result<Vec<Counts>, Error> {
        let mut totals = Vec::with_capacity(facets.len());
        for facet in facets {
            totals.push(match facet.by {
                FacetBy::Tree => {
                    let tree = self.snapshot.tree()?;
                    Total::Tree { tree, forest: tree.forest(scope), own: vec![0; tree.len()] }
                }
                FacetBy::Kind => Total::Kinds(vec![0; 256]),
                FacetBy::Column(name) => Total::Column(name, FxHashMap::default()),
            });
        }
        for (number, search) in self.searches(scope).enumerate() {
            let columns = &*search.segment.columns;
            let layout = self.snapshot.fields.layout;
            let mut counters = Vec::with_capacity(facets.len());
            for (facet, total) in facets.iter().zip(&mut totals) {
                counters.push((facet, total.counter(columns, layout, number)?));
            }
            search.run(false, |document, failed, _| {
                if failed.has_several() {
                    return;
                }
                let kind = columns.kind(document);
                for (facet, counter) in &mut counters {
                    if failed.only(facet.number) && facet.kinds.contains(&kind) {
                        counter.add(document, kind);
                    }
                }
            })?;
            counters.into_iter().for_each(|(_, counter)| counter.finish());
        }
        Ok(totals.into_iter().map(Total::into_counts).collect())
    }
}

impl Snapshot {
    /// Returns the tree, which the first call builds.
    fn tree(&self) -> io::Result<&Tree> {
        if let Some(tree) = self.segments.tree.get() {
            return Ok(tree);
        }
        let tree = Tree::of(self.segments(), self.fields.layout.tree)?;
        Ok(self.segments.tree.get_or_init(|| tree))
    }
}

/// The counts of a facet in all segments so far.
enum Total<'s> {
    Kinds(Vec<u64>),
    Column(&'static str, FxHashMap<Value, u64>),
    /// See [`NodeCounter`].
    Tree {
        tree: &'s Tree,
        forest: Arc<Forest>,
        own: Vec<i64>,
    },
}

/// Counts the documents of one segment for a facet.
enum Counter<'s> {
    Kinds(&'s mut [u64]),
    Column { codes: Option<&'s Codes>, counts: Vec<u64>, unknown: u64, total: &'s mut FxHashMap<Value, u64> },
    Tree(NodeCounter<'s>),
}

impl Total<'_> {
    /// Returns the counter of a segment, which adds to this.
    fn counter<'s>(&'s mut self, columns: &'s Columns, layout: &Layout, segment: usize) -> io::Result<Counter<'s>> {
        Ok(match self {
            Self::Kinds(counts) => Counter::Kinds(counts),
            Self::Column(name, total) => {
                let codes = columns.codes(name)?;
                let counts = vec![0; codes.map_or(0, |codes| codes.values.len())];
                Counter::Column { codes, counts, unknown: 0, total }
            }
            Self::Tree { tree, forest, own } => {
                let codes = columns.codes(layout.tree.members)?;
                Counter::Tree(NodeCounter::new(codes, tree, forest, segment, own))
            }
        })
    }

    fn into_counts(self) -> Counts {
        let mut counts: Counts = match self {
            Self::Kinds(counts) => (0..).map(Value::Number).zip(counts).collect(),
            Self::Column(_, counts) => counts.into_iter().collect(),
            Self::Tree { tree, forest, own } => return tree.counts(&forest, own),
        };
        counts.retain(|(_, count)| *count > 0);
        counts.sort_unstable();
        counts
    }
}

impl Counter<'_> {
    fn add(&mut self, document: DocId, kind: u8) {
        match self {
            Self::Kinds(counts) => counts[usize::from(kind)] += 1,
            Self::Column { codes, counts, unknown, .. } => match codes.and_then(|codes| codes.of(document).first()) {
                Some(code) => counts[*code as usize] += 1,
                None => *unknown += 1,
            },
            Self::Tree(counter) => counter.add(document),
        }
    }

    /// Adds the counts of the segment to the total.
    fn finish(self) {
        if let Self::Column { codes, counts, unknown, total } = self {
            let values = codes.into_iter().flat_map(|codes| &codes.values);
            for (value, count) in values.zip(counts).chain([(&Value::Unknown, unknown)]).filter(|(_, count)| *count > 0)
            {
                *total.entry(value.clone()).or_default() += count;
            }
        }
    }
}
