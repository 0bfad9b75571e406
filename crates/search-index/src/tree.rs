//! The tree of documents.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::DocId;

use crate::codes::Codes;
use crate::layout::TreeLayout;
use crate::scope::SearchScope;
use crate::segment::Segment;
use crate::value::Value;

/// Stands for a node that does not exist.
const NONE: u32 = u32::MAX;

/// The documents of one kind, each with its parent.
pub struct Tree {
    nodes: Vec<Node>,
    /// For each segment, the node of each code of the column of members.
    members: Vec<Vec<u32>>,
    /// The forests of the last viewers.
    forests: Mutex<Vec<Arc<Forest>>>,
}

struct Node {
    id: i64,
    parent: Option<u32>,
    visible_from: i64,
}

/// The nodes that a viewer sees. A node whose parent is out of scope is a root.
pub struct Forest {
    drafts: bool,
    /// The times from the first to before the second have this forest.
    from: i64,
    until: i64,
    places: Vec<Place>,
    /// The nodes in scope; each follows its parent.
    preorder: Vec<u32>,
}

/// The place of a node in a forest.
#[derive(Clone, Copy)]
struct Place {
    parent: u32,
    /// [`NONE`] for a node that is out of scope.
    root: u32,
    depth: u32,
    /// The index in [`Forest::preorder`].
    order: u32,
}

impl Tree {
    pub fn of(segments: &[Segment], layout: TreeLayout) -> std::io::Result<Self> {
        let mut nodes = Vec::new();
        let mut by_id: FxHashMap<i64, u32> = FxHashMap::default();
        let mut parents = Vec::new();
        for Segment { reader, columns } in segments {
            let parent = columns.number(layout.parent)?;
            for document in reader.doc_ids_alive().filter(|document| columns.kind(*document) == layout.kind) {
                let id = columns.id(document);
                by_id.insert(id, index(nodes.len()));
                nodes.push(Node { id, parent: None, visible_from: columns.visible_from(document) });
                parents.push(parent.first(document));
            }
        }
        for (node, parent) in nodes.iter_mut().zip(parents) {
            node.parent = parent.and_then(|parent| by_id.get(&parent).copied());
        }
        let node = |value: &Value| match value {
            Value::Number(id) => by_id.get(id).copied().unwrap_or(NONE),
            Value::Text(_) | Value::Unknown => NONE,
        };
        let members = segments.iter().map(|segment| {
            let codes = segment.columns.codes(layout.members)?;
            Ok(codes.map_or_else(Vec::new, |codes| codes.values.iter().map(node).collect()))
        });
        let members = members.collect::<std::io::Result<_>>()?;
        Ok(Self { nodes, members, forests: Mutex::default() })
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the forest that a viewer sees.
    pub fn forest(&self, scope: &SearchScope<'_>) -> Arc<Forest> {
        let mut forests = self.forests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(forest) = forests.iter().find(|forest| forest.is_of(scope)) {
            return forest.clone();
        }
        let forest = Arc::new(Forest::of(&self.nodes, scope));
        forests.retain(|other| other.drafts != scope.drafts);
        forests.push(forest.clone());
        forest
    }

    /// Converts the counts of a forest into values.
    pub fn counts(&self, forest: &Forest, mut own: Vec<i64>) -> Vec<(Value, u64)> {
        for node in forest.preorder.iter().rev() {
            let parent = forest.places[*node as usize].parent;
            if parent != NONE {
                own[parent as usize] += own[*node as usize];
            }
        }
        let counted = own.into_iter().zip(&self.nodes).filter(|(count, _)| *count > 0);
        counted.map(|(count, node)| (Value::Number(node.id), count.unsigned_abs())).collect()
    }
}

impl Forest {
    fn of(nodes: &[Node], scope: &SearchScope<'_>) -> Self {
        let is_visible = |node: &Node| scope.drafts || node.visible_from <= scope.now;
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
        let mut pending = Vec::new();
        let out_of_scope = Place { parent: NONE, root: NONE, depth: 0, order: NONE };
        let mut places = vec![out_of_scope; nodes.len()];
        for (number, node) in nodes.iter().enumerate().filter(|(_, node)| is_visible(node)) {
            let parent = node.parent.filter(|parent| is_visible(&nodes[*parent as usize]));
            match parent {
                Some(parent) => children[parent as usize].push(index(number)),
                None => pending.push(index(number)),
            }
            places[number].parent = parent.unwrap_or(NONE);
        }
        let mut preorder = Vec::with_capacity(nodes.len());
        while let Some(node) = pending.pop() {
            let parent = places[node as usize].parent;
            let (root, depth) = match places.get(parent as usize) {
                Some(parent) => (parent.root, parent.depth + 1),
                None => (node, 0),
            };
            places[node as usize] = Place { parent, root, depth, order: index(preorder.len()) };
            preorder.push(node);
            pending.extend(&children[node as usize]);
        }
        let times = || nodes.iter().map(|node| node.visible_from);
        let from = times().filter(|time| *time <= scope.now).max().unwrap_or(i64::MIN);
        let until = times().filter(|time| *time > scope.now).min().unwrap_or(i64::MAX);
        Self { drafts: scope.drafts, from, until, places, preorder }
    }

    fn is_of(&self, scope: &SearchScope<'_>) -> bool {
        self.drafts == scope.drafts && (self.drafts || (self.from <= scope.now && scope.now < self.until))
    }

    /// Returns the last common ancestor of two nodes, which may be one of them.
    fn common_ancestor(&self, mut one: u32, mut other: u32) -> Option<u32> {
        let place = |node: u32| self.places[node as usize];
        if place(one).root != place(other).root {
            return None;
        }
        while one != other {
            if place(one).depth >= place(other).depth {
                one = place(one).parent;
            } else {
                other = place(other).parent;
            }
        }
        Some(one)
    }
}

/// Counts the documents of one segment by the nodes of a tree and their ancestors. A node counts a document once.
///
/// It counts a document at each of its nodes, and subtracts it where the paths of two nodes meet. The sum over the descendants of a
/// node is then the number of its documents ([`Tree::counts`]).
pub struct NodeCounter<'s> {
    codes: Option<&'s Codes>,
    forest: &'s Forest,
    members: &'s [u32],
    /// For each node.
    own: &'s mut [i64],
    /// The nodes of the present document.
    nodes: Vec<u32>,
}

impl<'s> NodeCounter<'s> {
    /// Creates the counter of the segment with index `segment`.
    pub fn new(
        codes: Option<&'s Codes>,
        tree: &'s Tree,
        forest: &'s Forest,
        segment: usize,
        own: &'s mut [i64],
    ) -> Self {
        Self { codes, forest, members: &tree.members[segment], own, nodes: Vec::new() }
    }

    pub fn add(&mut self, document: DocId) {
        self.nodes.clear();
        for code in self.codes.map_or(&[][..], |codes| codes.of(document)) {
            let node = self.members[*code as usize];
            if self.forest.places.get(node as usize).is_some_and(|place| place.root != NONE) {
                self.own[node as usize] += 1;
                self.nodes.push(node);
            }
        }
        if self.nodes.len() > 2 {
            let places = &self.forest.places;
            self.nodes.sort_unstable_by_key(|node| places[*node as usize].order);
        }
        for pair in self.nodes.windows(2) {
            if let Some(ancestor) = self.forest.common_ancestor(pair[0], pair[1]) {
                self.own[ancestor as usize] -= 1;
            }
        }
    }
}

/// Converts an index; an index has fewer than 2³² documents of a kind.
fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE)
}
