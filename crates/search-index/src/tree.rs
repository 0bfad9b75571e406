//! The tree of documents.

use rustc_hash::FxHashMap;

use crate::layout::TreeLayout;
use crate::schema::NEVER;
use crate::scope::SearchScope;
use crate::segment::Segment;

/// The documents of one kind, each with its parent.
pub struct Tree {
    nodes: Vec<Node>,
    by_id: FxHashMap<i64, u32>,
}

struct Node {
    id: i64,
    parent: Option<u32>,
    visible_from: i64,
}

impl Tree {
    pub fn of<'s>(segments: impl IntoIterator<Item = &'s Segment>, layout: TreeLayout) -> std::io::Result<Self> {
        let mut tree = Self { nodes: Vec::new(), by_id: FxHashMap::default() };
        let mut parents = Vec::new();
        for Segment { reader, columns } in segments {
            let parent = columns.number(layout.parent)?;
            for document in reader.doc_ids_alive().filter(|document| columns.kind(*document) == layout.kind) {
                let id = columns.id(document);
                // An index has fewer than 2³² documents of a kind.
                tree.by_id.insert(id, u32::try_from(tree.nodes.len()).unwrap_or(u32::MAX));
                tree.nodes.push(Node { id, parent: None, visible_from: columns.visible_from(document) });
                parents.push(parent.first(document));
            }
        }
        for (node, parent) in tree.nodes.iter_mut().zip(parents) {
            node.parent = parent.and_then(|parent| tree.by_id.get(&parent).copied());
        }
        Ok(tree)
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the index of a node.
    pub fn number(&self, id: i64) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub fn id(&self, number: usize) -> i64 {
        self.nodes[number].id
    }

    /// Returns, for each node, the node and its ancestors up to the first that is out of scope.
    pub fn paths(&self, scope: &SearchScope<'_>) -> Vec<Vec<u32>> {
        let is_found = |node: &Node| scope.drafts || (node.visible_from != NEVER && node.visible_from <= scope.now);
        let path = |number: u32| {
            let mut path = Vec::new();
            let mut next = Some(number);
            while let Some(number) = next
                && let Some(node) = usize::try_from(number).ok().and_then(|number| self.nodes.get(number))
                && is_found(node)
                && !path.contains(&number)
            {
                path.push(number);
                next = node.parent;
            }
            path
        };
        (0..).take(self.nodes.len()).map(path).collect()
    }
}
