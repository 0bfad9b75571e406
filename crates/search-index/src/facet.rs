//! Counting matching documents by the values of their columns.

use std::collections::BTreeMap;
use std::io;

use tantivy::{DocId, TERMINATED};

use crate::codes::Codes;
use crate::columns::Columns;
use crate::error::Error;
use crate::index_query::IndexQuery;
use crate::scope::SearchScope;
use crate::segment_search::SegmentSearch;
use crate::snapshot::Snapshot;
use crate::tree::Tree;
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

/// What a facet counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetBy {
    Kind,
    /// The first value in a column.
    Column(&'static str),
    /// The tree nodes whose ids are in a number column, and their ancestors. Each node counts a document once.
    Tree(&'static str),
}

/// The number of documents for each value.
pub type Counts = BTreeMap<Value, u64>;

impl Snapshot {
    /// Counts the matching documents for each facet. A facet counts a document that meets all conditions except the facet's own.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn facets(
        &self,
        query: &IndexQuery,
        scope: &SearchScope<'_>,
        facets: &[FacetRequest],
    ) -> Result<Vec<Counts>, Error> {
        self.record_damage(self.count_facets(query, scope, facets))
    }

    fn count_facets(
        &self,
        query: &IndexQuery,
        scope: &SearchScope<'_>,
        facets: &[FacetRequest],
    ) -> Result<Vec<Counts>, Error> {
        let needs_tree = facets.iter().any(|facet| matches!(facet.by, FacetBy::Tree(_)));
        let tree = if needs_tree { Some(self.tree()?) } else { None };
        let paths = tree.map(|tree| tree.paths(scope)).unwrap_or_default();
        let mut totals = vec![Counts::new(); facets.len()];
        for segment in self.segments() {
            let mut counters = Vec::with_capacity(facets.len());
            for facet in facets {
                let nodes = tree.map(|tree| (tree, paths.as_slice()));
                counters.push((facet, Counter::of(facet.by, &segment.columns, nodes)?));
            }
            let columns = &segment.columns;
            let search = SegmentSearch { segment, fields: &self.fields, query, scope };
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
            for (total, (_, counter)) in totals.iter_mut().zip(counters) {
                counter.add_to(total);
            }
        }
        Ok(totals)
    }

    /// Returns the tree, which the first call builds.
    fn tree(&self) -> io::Result<&Tree> {
        if let Some(tree) = self.segments.tree.get() {
            return Ok(tree);
        }
        let tree = Tree::of(self.segments(), self.fields.layout.tree)?;
        Ok(self.segments.tree.get_or_init(|| tree))
    }
}

/// The counts of a facet in one segment.
enum Counter<'s> {
    Kind(Vec<u64>),
    Value { codes: Option<&'s Codes>, counts: Vec<u64>, unknown: u64 },
    Tree(NodeCounter<'s>),
}

struct NodeCounter<'s> {
    codes: Option<&'s Codes>,
    tree: &'s Tree,
    /// For each code, its node and the ancestors of that.
    paths: Vec<&'s [u32]>,
    /// For each node.
    counts: Vec<u64>,
    /// For each node, the last document that it counted.
    last: Vec<DocId>,
}

impl<'s> Counter<'s> {
    fn of(by: FacetBy, columns: &'s Columns, nodes: Option<(&'s Tree, &'s [Vec<u32>])>) -> io::Result<Self> {
        Ok(match by {
            FacetBy::Kind => Self::Kind(vec![0; 256]),
            FacetBy::Column(name) => {
                let codes = columns.codes(name)?;
                Self::Value { codes, counts: vec![0; codes.map_or(0, |codes| codes.values.len())], unknown: 0 }
            }
            FacetBy::Tree(name) => {
                let (tree, paths) = nodes.ok_or_else(|| io::Error::other("the tree was not built"))?;
                let codes = columns.codes(name)?;
                let path = |value: &Value| match value {
                    Value::Number(id) => tree.number(*id).map_or(&[][..], |number| &paths[number as usize]),
                    Value::Text(_) | Value::Unknown => &[],
                };
                let paths = codes.map_or_else(Vec::new, |codes| codes.values.iter().map(path).collect());
                Self::Tree(NodeCounter {
                    codes,
                    tree,
                    paths,
                    counts: vec![0; tree.len()],
                    last: vec![TERMINATED; tree.len()],
                })
            }
        })
    }

    fn add(&mut self, document: DocId, kind: u8) {
        match self {
            Self::Kind(counts) => counts[usize::from(kind)] += 1,
            Self::Value { codes, counts, unknown } => match codes.and_then(|codes| codes.of(document).first()) {
                Some(code) => counts[*code as usize] += 1,
                None => *unknown += 1,
            },
            Self::Tree(counter) => counter.add(document),
        }
    }

    fn add_to(self, total: &mut Counts) {
        let mut add = |value: Value, count: u64| {
            if count > 0 {
                *total.entry(value).or_default() += count;
            }
        };
        match self {
            Self::Kind(counts) => (0..).zip(counts).for_each(|(kind, count)| add(Value::Number(kind), count)),
            Self::Value { codes, counts, unknown } => {
                let values = codes.into_iter().flat_map(|codes| &codes.values);
                values.zip(counts).for_each(|(value, count)| add(value.clone(), count));
                add(Value::Unknown, unknown);
            }
            Self::Tree(NodeCounter { tree, counts, .. }) => {
                for (number, count) in counts.into_iter().enumerate() {
                    add(Value::Number(tree.id(number)), count);
                }
            }
        }
    }
}

impl NodeCounter<'_> {
    fn add(&mut self, document: DocId) {
        for code in self.codes.map_or(&[][..], |codes| codes.of(document)) {
            for node in self.paths[*code as usize] {
                let node = *node as usize;
                if self.last[node] != document {
                    self.last[node] = document;
                    self.counts[node] += 1;
                }
            }
        }
    }
}
