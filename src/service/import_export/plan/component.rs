//! Finds cycles of a strongly connected component, and formats them for messages.

use std::collections::HashMap;
use std::sync::Arc;

use crate::service::write::graph::{self, Graph};

/// The maximum number of slugs to show of a long cycle.
const SHOWN: usize = 18;

/// A cycle, starting at the node to report. The nodes are shared by all starting points.
#[derive(Clone)]
pub struct Cycle {
    nodes: Arc<[i64]>,
    start: usize,
}

impl Cycle {
    /// Formats the cycle as the end of a message: `: a → b → a`. The middle of long cycles is omitted.
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

/// Finds cycles of a component on demand.
pub struct CycleFinder<'a> {
    graph: &'a Graph,
    component: &'a [i64],
    steps: &'a mut usize,
    /// The known cycles by their edges.
    known: HashMap<(i64, i64), Cycle>,
}

impl<'a> CycleFinder<'a> {
    pub fn of(graph: &'a Graph, component: &'a [i64], steps: &'a mut usize) -> Self {
        Self { graph, component, steps, known: HashMap::new() }
    }

    /// Returns the cycle through the edge from `id` to `next`. `None` if the search exceeds the step limit.
    pub fn path_within(&mut self, id: i64, next: i64) -> Option<Cycle> {
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
