//! The cycles of a component, and how a message shows them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::service::write::graph::{self, Graph};

/// How many names of a long cycle are shown.
const SHOWN: usize = 18;

/// A cycle, from the one of its nodes that it is told of. It is the same for all that are on it.
#[derive(Clone)]
pub struct Cycle {
    nodes: Arc<[i64]>,
    start: usize,
}

impl Cycle {
    /// Where it leads, as a message ends: `: a → b → a`. Of a long one the start and the end are enough.
    pub fn shown(&self, names: &HashMap<i64, String>) -> String {
        let name = |id: &i64| names.get(id).map_or("", String::as_str);
        let around = self.nodes.iter().cycle().skip(self.start).map(name);
        let path: Vec<&str> = if self.nodes.len() > SHOWN {
            around.clone().take(SHOWN).chain(["…"]).chain(around.take(1)).collect()
        } else {
            around.take(self.nodes.len() + 1).collect()
        };
        format!(": {}", path.join(" → "))
    }
}

/// The cycles of a component, found when they are asked for.
pub struct CycleFinder<'a> {
    graph: &'a Graph,
    component: &'a [i64],
    steps: &'a mut usize,
    /// By two nodes that follow each other.
    known: HashMap<(i64, i64), Cycle>,
}

impl<'a> CycleFinder<'a> {
    pub fn of(graph: &'a Graph, component: &'a [i64], steps: &'a mut usize) -> Self {
        Self { graph, component, steps, known: HashMap::new() }
    }

    /// The cycle from `id` over what it points to; nothing where it would take too long to find one.
    pub fn through(&mut self, id: i64, next: i64) -> Option<Cycle> {
        if !self.known.contains_key(&(id, next)) {
            let path = if id == next {
                Vec::new()
            } else {
                graph::path_within(self.graph, self.component, (next, id), self.steps)?
            };
            let nodes: Arc<[i64]> = [id].into_iter().chain(path).collect();
            for (start, node) in nodes.iter().enumerate() {
                let follower = nodes[(start + 1) % nodes.len()];
                self.known.entry((*node, follower)).or_insert(Cycle { nodes: nodes.clone(), start });
            }
        }
        self.known.get(&(id, next)).cloned()
    }
}
