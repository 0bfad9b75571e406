//! Graphs that must not have cycles: prerequisites of courses, and parents of topics.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::iter;

use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::record::{Record, Ref};
use super::{Violation, ViolationCode};
use crate::catalog::Link;
use crate::db::{Engine, Sql, rows};
use crate::domain::limits;

/// The outgoing edges of each node, by id.
pub type Graph = BTreeMap<i64, Vec<i64>>;

/// Loads all prerequisites of the catalog: course → required courses.
///
/// # Errors
/// Returns the error of the database.
pub async fn prerequisites(connection: &impl ConnectionTrait, engine: Engine) -> Result<Graph, DbErr> {
    load(connection, engine, "SELECT item_id, prerequisite_id FROM prerequisite").await
}

/// Loads the topic tree: topic → parent.
///
/// # Errors
/// Returns the error of the database.
pub async fn parents(connection: &impl ConnectionTrait, engine: Engine) -> Result<Graph, DbErr> {
    load(connection, engine, "SELECT id, parent_id FROM item WHERE parent_id IS NOT NULL").await
}

async fn load(connection: &impl ConnectionTrait, engine: Engine, text: &str) -> Result<Graph, DbErr> {
    let mut graph = Graph::new();
    for row in rows(connection, Sql::new(engine, text)).await? {
        let mut columns = row.columns();
        let from = columns.read_next()?;
        graph.entry(from).or_default().push(columns.read_next()?);
    }
    Ok(graph)
}

/// Returns the outgoing references of a record that must not lead back to it: the prerequisites of a course, the parent
/// of a topic.
#[must_use]
pub fn outgoing(record: &Record) -> Vec<&Ref> {
    let Some(record) = record.routable() else { return Vec::new() };
    record.references(Link::Prerequisites).iter().chain(record.reference(Column::ParentId)).collect()
}

/// Returns the violation of an [outgoing](outgoing) reference of a record of `kind` that leads back to it. `path` is
/// appended to the reason.
#[must_use]
pub fn cycle_violation(kind: NodeKind, index: usize, value: Option<&str>, path: &str) -> Violation {
    let (place, what) = match kind {
        NodeKind::Topic => ("parent".to_owned(), "makes the topic its own ancestor"),
        _ => (format!("prerequisites[{index}]"), "creates a prerequisite cycle"),
    };
    Violation::new(&place, ViolationCode::Cycle, value, format!("{what}{path}"))
}

/// Returns the violation of a topic that is too deep in the tree.
#[must_use]
pub fn depth_violation() -> Violation {
    let reason = format!("is too deep: the topic tree can have at most {} levels", limits::TREE_DEPTH);
    Violation::new("parent", ViolationCode::TooMany, None, reason)
}

/// Finds cycles: at least one in each strongly connected component. A cycle begins at its first visited node.
#[must_use]
pub fn find_cycles(graph: &Graph) -> Vec<Vec<i64>> {
    let mut cycles = Vec::new();
    let mut state: HashMap<i64, Visit> = HashMap::with_capacity(graph.len());
    for start in graph.keys() {
        if !state.contains_key(start) {
            dfs(graph, *start, &mut state, &mut cycles);
        }
    }
    cycles
}

/// Finds the strongly connected components with cycles by Tarjan's algorithm, iteratively. The nodes of a component are
/// sorted.
#[must_use]
pub fn strongly_connected(graph: &Graph) -> Vec<Vec<i64>> {
    let mut components = Vec::new();
    // The visiting order of nodes, and the lowest node reachable from those in open components.
    let (mut entered, mut back): (HashMap<i64, usize>, HashMap<i64, usize>) = (HashMap::new(), HashMap::new());
    let mut open: Vec<i64> = Vec::new();
    let mut path: Vec<(i64, usize)> = Vec::new();
    for start in graph.keys().copied() {
        let mut enter = (!entered.contains_key(&start)).then_some(start);
        loop {
            if let Some(node) = enter.take() {
                back.insert(node, entered.len());
                entered.insert(node, entered.len());
                open.push(node);
                path.push((node, 0));
            }
            let Some((node, next_edge)) = path.last_mut() else { break };
            let node = *node;
            let mut first = back.get(&node).copied().unwrap_or_default();
            if let Some(next) = graph.get(&node).and_then(|nodes| nodes.get(*next_edge)).copied() {
                *next_edge += 1;
                match entered.get(&next) {
                    None => enter = Some(next),
                    Some(number) if back.contains_key(&next) => first = first.min(*number),
                    Some(_) => {}
                }
                back.insert(node, first);
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                back.entry(*before).and_modify(|lowest| *lowest = first.min(*lowest));
            }
            if entered.get(&node) == Some(&first) {
                let place = open.iter().rposition(|one| *one == node).unwrap_or_default();
                let mut component = open.split_off(place);
                for one in &component {
                    back.remove(one);
                }
                component.sort_unstable();
                let is_cycle = component.len() > 1 || graph.get(&node).is_some_and(|nodes| nodes.contains(&node));
                components.extend(is_cycle.then_some(component));
            }
        }
    }
    components
}

/// Returns the shortest path within `component` between two nodes, or from a node back to itself, without the last
/// node. `None` if the search exceeds `steps`, from which the used steps are subtracted.
#[must_use]
pub fn path_within(graph: &Graph, component: &[i64], ends: (i64, i64), steps: &mut usize) -> Option<Vec<i64>> {
    bfs(graph, ends, |node| component.binary_search(&node).is_ok(), steps)
}

/// Returns the shortest path between two nodes, including both. `None` if there is no path.
#[must_use]
pub fn shortest_path(graph: &Graph, from: i64, to: i64) -> Option<Vec<i64>> {
    if from == to {
        return Some(vec![to]);
    }
    let mut steps = usize::MAX;
    let mut path = bfs(graph, (from, to), |_| true, &mut steps)?;
    path.push(to);
    Some(path)
}

fn bfs(graph: &Graph, (from, to): (i64, i64), may_pass: impl Fn(i64) -> bool, steps: &mut usize) -> Option<Vec<i64>> {
    let mut came_from: HashMap<i64, i64> = HashMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(node) = next.pop_front() {
        for other in graph.get(&node).into_iter().flatten() {
            *steps = steps.checked_sub(1)?;
            if *other == to {
                let mut path: Vec<i64> = iter::successors(Some(node), |node| came_from.get(node).copied()).collect();
                path.reverse();
                return Some(path);
            }
            if *other != from && may_pass(*other) && !came_from.contains_key(other) {
                came_from.insert(*other, node);
                next.push_back(*other);
            }
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    /// On the current path.
    OnPath,
    Done,
}

/// Searches depth-first and iteratively, because long chains would overflow the stack of the thread.
fn dfs(graph: &Graph, start: i64, state: &mut HashMap<i64, Visit>, cycles: &mut Vec<Vec<i64>>) {
    let next_of = |node: i64, next_edge: usize| graph.get(&node).and_then(|nodes| nodes.get(next_edge)).copied();
    let mut path = vec![(start, 0)];
    state.insert(start, Visit::OnPath);
    while let Some((node, next_edge)) = path.last_mut() {
        let Some(next) = next_of(*node, *next_edge) else {
            state.insert(*node, Visit::Done);
            path.pop();
            continue;
        };
        *next_edge += 1;
        match state.get(&next) {
            Some(Visit::Done) => {}
            Some(Visit::OnPath) => {
                let nodes = path.iter().map(|(node, _)| *node);
                cycles.push(nodes.skip_while(|node| *node != next).collect());
            }
            None => {
                state.insert(next, Visit::OnPath);
                path.push((next, 0));
            }
        }
    }
}

/// Returns a topic and its ancestors, at most one more than the depth limit, so that cycles created directly in the
/// database do not cause an endless loop.
pub fn ancestors(parents: &Graph, topic: i64) -> impl Iterator<Item = i64> {
    let above = |topic: &i64| parents.get(topic).and_then(|parents| parents.first()).copied();
    iter::successors(Some(topic), above).take(limits::TREE_DEPTH + 1)
}

/// Returns the depth of a topic; roots have depth 1. Depths beyond the limit are reported as the limit plus one.
#[must_use]
pub fn depth(parents: &Graph, topic: i64) -> usize {
    ancestors(parents, topic).count()
}

#[cfg(test)]
mod tests {
    use super::{Graph, depth, find_cycles, path_within, shortest_path, strongly_connected};

    #[test]
    fn cycles_exclude_the_path_to_them() {
        let graph = Graph::from([(1, vec![2]), (2, vec![3]), (3, vec![4]), (4, vec![2])]);
        assert_eq!(find_cycles(&graph), vec![vec![2, 3, 4]]);
    }

    #[test]
    fn converging_paths_are_no_cycle() {
        let graph = Graph::from([(1, vec![2, 3]), (2, vec![4]), (3, vec![4])]);
        assert!(find_cycles(&graph).is_empty());
    }

    #[test]
    fn components_contain_all_nodes_of_their_cycles() {
        let graph =
            Graph::from([(1, vec![2]), (2, vec![3, 4]), (3, vec![2]), (4, vec![5, 2]), (5, vec![6]), (7, vec![7])]);
        let found = strongly_connected(&graph);
        assert_eq!(found, vec![vec![2, 3, 4], vec![7]]);
        let path = |ends| path_within(&graph, &found[0], ends, &mut 100);
        assert_eq!([path((2, 2)), path((4, 4)), path((3, 4))], [Some(vec![2, 3]), Some(vec![4, 2]), Some(vec![3, 2])]);
        assert_eq!(path_within(&graph, &found[1], (7, 7), &mut 1), Some(vec![7]));
        assert_eq!(path_within(&graph, &found[0], (4, 4), &mut 1), None);
    }

    #[test]
    fn shortest_paths_are_found() {
        let graph = Graph::from([(1, vec![2, 4]), (2, vec![3]), (3, vec![5]), (4, vec![5, 1])]);
        assert_eq!(shortest_path(&graph, 1, 5), Some(vec![1, 4, 5]));
        assert_eq!(shortest_path(&graph, 1, 1), Some(vec![1]));
        assert_eq!(shortest_path(&graph, 3, 1), None);
    }

    #[test]
    fn long_chains_do_not_overflow_the_stack() {
        let graph: Graph = (0..100_000).map(|node| (node, vec![node + 1])).collect();
        assert!(find_cycles(&graph).is_empty());
        assert_eq!(depth(&graph, 0), 9);
    }

    #[test]
    fn depth_is_counted_from_the_root_and_bounded_in_cycles() {
        let graph = Graph::from([(2, vec![1]), (3, vec![2]), (4, vec![5]), (5, vec![4])]);
        assert_eq!([1, 2, 3, 4].map(|topic| depth(&graph, topic)), [1, 2, 3, 9]);
    }
}
