//! Counting matching documents by the values of their columns.

use std::collections::BTreeMap;
use std::io;

use rustc_hash::FxHashMap;
use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use crate::columns::Columns;
use crate::error::Error;
use crate::question::Question;
use crate::scope::Scope;
use crate::segment_search::SegmentSearch;
use crate::snapshot::Snapshot;
use crate::tree::Tree;
use crate::value::Value;

/// A facet to count.
#[derive(Clone, Debug)]
pub struct Facet {
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
    /// The first value in a number column.
    Number(&'static str),
    /// The value in a text column.
    Text(&'static str),
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
    pub fn facets(&self, question: &Question, scope: &Scope<'_>, facets: &[Facet]) -> Result<Vec<Counts>, Error> {
        self.record_damage(self.count_facets(question, scope, facets))
    }

    fn count_facets(&self, question: &Question, scope: &Scope<'_>, facets: &[Facet]) -> Result<Vec<Counts>, Error> {
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
            let search = SegmentSearch { segment, fields: &self.fields, question, scope };
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
                counter.add_to(total)?;
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
    Kind(BTreeMap<u8, u64>),
    Number { column: &'s Column<i64>, counts: FxHashMap<i64, u64>, unknown: u64 },
    Text { column: Option<&'s StrColumn>, counts: Vec<u64>, unknown: u64 },
    Tree(NodeCounter<'s>),
}

struct NodeCounter<'s> {
    column: &'s Column<i64>,
    tree: &'s Tree,
    paths: &'s [Vec<u32>],
    /// For each node, its count and the last counted document.
    counts: Vec<(u64, Option<DocId>)>,
}

impl<'s> Counter<'s> {
    fn of(by: FacetBy, columns: &'s Columns, nodes: Option<(&'s Tree, &'s [Vec<u32>])>) -> io::Result<Self> {
        Ok(match by {
            FacetBy::Kind => Self::Kind(BTreeMap::new()),
            FacetBy::Number(name) => {
                Self::Number { column: columns.number(name)?, counts: FxHashMap::default(), unknown: 0 }
            }
            FacetBy::Text(name) => {
                let column = columns.text(name);
                Self::Text { column, counts: vec![0; column.map_or(0, |column| column.num_terms())], unknown: 0 }
            }
            FacetBy::Tree(name) => {
                let column = columns.number(name)?;
                let (tree, paths) = nodes.ok_or_else(|| io::Error::other("there is no tree"))?;
                Self::Tree(NodeCounter { column, tree, paths, counts: vec![(0, None); tree.len()] })
            }
        })
    }

    fn add(&mut self, document: DocId, kind: u8) {
        match self {
            Self::Kind(counts) => *counts.entry(kind).or_default() += 1,
            Self::Number { column, counts, unknown } => match column.first(document) {
                Some(number) => *counts.entry(number).or_default() += 1,
                None => *unknown += 1,
            },
            Self::Text { column, counts, unknown } => {
                let ordinal = column.and_then(|column| column.ords().first(document));
                let count = ordinal.and_then(|ordinal| counts.get_mut(usize::try_from(ordinal).ok()?));
                *count.unwrap_or(unknown) += 1;
            }
            Self::Tree(counter) => counter.add(document),
        }
    }

    fn add_to(self, total: &mut Counts) -> io::Result<()> {
        let mut add = |value: Value, count: u64| {
            if count > 0 {
                *total.entry(value).or_default() += count;
            }
        };
        match self {
            Self::Kind(counts) => {
                counts.into_iter().for_each(|(kind, count)| add(Value::Number(kind.into()), count));
            }
            Self::Number { counts, unknown, .. } => {
                counts.into_iter().for_each(|(number, count)| add(Value::Number(number), count));
                add(Value::Unknown, unknown);
            }
            Self::Text { column, counts, unknown } => {
                for (ordinal, count) in (0..).zip(counts).filter(|(_, count)| *count > 0) {
                    let mut text = String::new();
                    if let Some(column) = column
                        && column.ord_to_str(ordinal, &mut text)?
                    {
                        add(Value::Text(text), count);
                    }
                }
                add(Value::Unknown, unknown);
            }
            Self::Tree(NodeCounter { tree, counts, .. }) => {
                for (number, (count, _)) in counts.into_iter().enumerate() {
                    add(Value::Number(tree.id(number)), count);
                }
            }
        }
        Ok(())
    }
}

impl NodeCounter<'_> {
    fn add(&mut self, document: DocId) {
        for number in self.column.values_for_doc(document).filter_map(|id| self.tree.number(id)) {
            for above in &self.paths[number as usize] {
                let (count, last) = &mut self.counts[*above as usize];
                if *last != Some(document) {
                    *last = Some(document);
                    *count += 1;
                }
            }
        }
    }
}
