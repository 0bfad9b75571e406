//! Circles in what must have none: prerequisites of courses, parents of topics.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::iter;

use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::record::{Record, Ref};
use super::{Fault, FaultCode};
use crate::catalog::Link;
use crate::db::{Engine, Sql, rows};
use crate::domain::limits;

/// Who points to whom, by row id.
pub type Graph = BTreeMap<i64, Vec<i64>>;

/// All prerequisites in the catalog: course → the courses it requires.
///
/// # Errors
/// What the database answers.
pub async fn prerequisites(connection: &impl ConnectionTrait, engine: Engine) -> Result<Graph, DbErr> {
    graph(connection, engine, "SELECT item_id, prerequisite_id FROM prerequisite").await
}

/// The whole tree of topics: topic → its parent.
///
/// # Errors
/// What the database answers.
pub async fn parents(connection: &impl ConnectionTrait, engine: Engine) -> Result<Graph, DbErr> {
    graph(connection, engine, "SELECT id, parent_id FROM item WHERE parent_id IS NOT NULL").await
}

async fn graph(connection: &impl ConnectionTrait, engine: Engine, text: &str) -> Result<Graph, DbErr> {
    let mut graph = Graph::new();
    for row in rows(connection, Sql::new(engine, text)).await? {
        let mut columns = row.columns();
        let from = columns.take()?;
        graph.entry(from).or_default().push(columns.take()?);
    }
    Ok(graph)
}

/// What a record points to that must not lead back to it: the prerequisites of a course, the parent of a topic.
#[must_use]
pub fn points_to(record: &Record) -> Vec<&Ref> {
    let Some(record) = record.routable() else { return Vec::new() };
    record.references(Link::Prerequisites).iter().chain(record.reference(Column::ParentId)).collect()
}

/// The fault of what leads back to something of `kind`, in what it [points to](points_to) at `index`; `way` goes on
/// behind its reason.
#[must_use]
pub fn leads_back(kind: NodeKind, index: usize, value: Option<&str>, way: &str) -> Fault {
    let (place, what) = match kind {
        NodeKind::Topic => ("parent".to_owned(), "makes the topic its own ancestor"),
        _ => (format!("prerequisites[{index}]"), "leads back to the course"),
    };
    Fault::new(&place, FaultCode::Cycle, value, format!("{what}{way}"))
}

/// The fault of a topic that is too deep down the tree.
#[must_use]
pub fn too_deep() -> Fault {
    let reason = format!("is too deep: the tree of topics has at most {} levels", limits::TREE_DEPTH);
    Fault::new("parent", FaultCode::TooMany, None, reason)
}

/// Finds circles: at least one in each knot of them. A circle begins where it was entered and names each node once.
#[must_use]
pub fn find(graph: &Graph) -> Vec<Vec<i64>> {
    let mut circles = Vec::new();
    let mut state: HashMap<i64, Seen> = HashMap::with_capacity(graph.len());
    for start in graph.keys() {
        if !state.contains_key(start) {
            walk(graph, *start, &mut state, &mut circles);
        }
    }
    circles
}

/// Finds the knots: in each, everything leads to everything else, so that all of it is in circles. What is in a knot is
/// sorted. (Tarjan's strongly connected components, with a stack of its own as above.)
#[must_use]
pub fn knots(graph: &Graph) -> Vec<Vec<i64>> {
    let mut knots = Vec::new();
    // In which order nodes were entered, and, of those whose knot is still open, the first one that they lead back to.
    let (mut entered, mut back): (HashMap<i64, usize>, HashMap<i64, usize>) = (HashMap::new(), HashMap::new());
    let mut open: Vec<i64> = Vec::new();
    let mut way: Vec<(i64, usize)> = Vec::new();
    for start in graph.keys().copied() {
        let mut enter = (!entered.contains_key(&start)).then_some(start);
        loop {
            if let Some(node) = enter.take() {
                back.insert(node, entered.len());
                entered.insert(node, entered.len());
                open.push(node);
                way.push((node, 0));
            }
            let Some((node, turn)) = way.last_mut() else { break };
            let node = *node;
            let mut first = back.get(&node).copied().unwrap_or_default();
            if let Some(next) = graph.get(&node).and_then(|nodes| nodes.get(*turn)).copied() {
                *turn += 1;
                match entered.get(&next) {
                    None => enter = Some(next),
                    Some(number) if back.contains_key(&next) => first = first.min(*number),
                    Some(_) => {}
                }
                back.insert(node, first);
                continue;
            }
            way.pop();
            if let Some((before, _)) = way.last() {
                back.entry(*before).and_modify(|lowest| *lowest = first.min(*lowest));
            }
            if entered.get(&node) == Some(&first) {
                let place = open.iter().rposition(|one| *one == node).unwrap_or_default();
                let mut knot = open.split_off(place);
                for one in &knot {
                    back.remove(one);
                }
                knot.sort_unstable();
                let is_circle = knot.len() > 1 || graph.get(&node).is_some_and(|nodes| nodes.contains(&node));
                knots.extend(is_circle.then_some(knot));
            }
        }
    }
    knots
}

/// The shortest way through `knot` from one node to another, which is another one or the same after a circle: without
/// the last node. Nothing where it takes more than `steps` to find, which are used up.
#[must_use]
pub fn through(graph: &Graph, knot: &[i64], ends: (i64, i64), steps: &mut usize) -> Option<Vec<i64>> {
    shortest(graph, ends, |node| knot.binary_search(&node).is_ok(), steps)
}

/// The shortest way from one node to another, with both at its ends; nothing where there is none.
#[must_use]
pub fn way(graph: &Graph, from: i64, to: i64) -> Option<Vec<i64>> {
    if from == to {
        return Some(vec![to]);
    }
    let mut steps = usize::MAX;
    let mut way = shortest(graph, (from, to), |_| true, &mut steps)?;
    way.push(to);
    Some(way)
}

fn shortest(
    graph: &Graph,
    (from, to): (i64, i64),
    may_pass: impl Fn(i64) -> bool,
    steps: &mut usize,
) -> Option<Vec<i64>> {
    let mut came_from: HashMap<i64, i64> = HashMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(node) = next.pop_front() {
        for other in graph.get(&node).into_iter().flatten() {
            *steps = steps.checked_sub(1)?;
            if *other == to {
                let mut way: Vec<i64> = iter::successors(Some(node), |node| came_from.get(node).copied()).collect();
                way.reverse();
                return Some(way);
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
enum Seen {
    /// On the way from the start to where we are.
    OnTheWay,
    Done,
}

/// Goes down from `start`, with a stack of its own: a chain may be longer than the thread's stack is deep.
fn walk(graph: &Graph, start: i64, state: &mut HashMap<i64, Seen>, circles: &mut Vec<Vec<i64>>) {
    let next_of = |node: i64, turn: usize| graph.get(&node).and_then(|nodes| nodes.get(turn)).copied();
    let mut way = vec![(start, 0)];
    state.insert(start, Seen::OnTheWay);
    while let Some((node, turn)) = way.last_mut() {
        let Some(next) = next_of(*node, *turn) else {
            state.insert(*node, Seen::Done);
            way.pop();
            continue;
        };
        *turn += 1;
        match state.get(&next) {
            Some(Seen::Done) => {}
            Some(Seen::OnTheWay) => {
                let nodes = way.iter().map(|(node, _)| *node);
                circles.push(nodes.skip_while(|node| *node != next).collect());
            }
            None => {
                state.insert(next, Seen::OnTheWay);
                way.push((next, 0));
            }
        }
    }
}

/// A topic and what is above it, upwards, as far as a tree may be high and one step more: who has made a circle in the
/// database by hand shall not have us walk in it for ever.
pub fn upwards(parents: &Graph, topic: i64) -> impl Iterator<Item = i64> {
    let above = |topic: &i64| parents.get(topic).and_then(|parents| parents.first()).copied();
    iter::successors(Some(topic), above).take(limits::TREE_DEPTH + 1)
}

/// How many levels down the tree a topic is, roots being 1. What is too deep is one level too deep, however deep it is.
#[must_use]
pub fn depth(parents: &Graph, topic: i64) -> usize {
    upwards(parents, topic).count()
}

#[cfg(test)]
mod tests {
    use super::{Graph, depth, find, knots, through, way};

    #[test]
    fn names_the_circle_and_not_the_way_to_it() {
        let graph = Graph::from([(1, vec![2]), (2, vec![3]), (3, vec![4]), (4, vec![2])]);
        assert_eq!(find(&graph), vec![vec![2, 3, 4]]);
    }

    #[test]
    fn finds_none_where_ways_only_meet() {
        let graph = Graph::from([(1, vec![2, 3]), (2, vec![4]), (3, vec![4])]);
        assert!(find(&graph).is_empty());
    }

    #[test]
    fn a_knot_is_all_that_is_in_circles_with_each_other() {
        let graph =
            Graph::from([(1, vec![2]), (2, vec![3, 4]), (3, vec![2]), (4, vec![5, 2]), (5, vec![6]), (7, vec![7])]);
        let found = knots(&graph);
        assert_eq!(found, vec![vec![2, 3, 4], vec![7]]);
        let way = |ends| through(&graph, &found[0], ends, &mut 100);
        assert_eq!([way((2, 2)), way((4, 4)), way((3, 4))], [Some(vec![2, 3]), Some(vec![4, 2]), Some(vec![3, 2])]);
        assert_eq!(through(&graph, &found[1], (7, 7), &mut 1), Some(vec![7]));
        assert_eq!(through(&graph, &found[0], (4, 4), &mut 1), None);
    }

    #[test]
    fn the_shortest_way_is_found_if_there_is_one() {
        let graph = Graph::from([(1, vec![2, 4]), (2, vec![3]), (3, vec![5]), (4, vec![5, 1])]);
        assert_eq!(way(&graph, 1, 5), Some(vec![1, 4, 5]));
        assert_eq!(way(&graph, 1, 1), Some(vec![1]));
        assert_eq!(way(&graph, 3, 1), None);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_is_no_trouble() {
        let graph: Graph = (0..100_000).map(|node| (node, vec![node + 1])).collect();
        assert!(find(&graph).is_empty());
        assert_eq!(depth(&graph, 0), 9);
    }

    #[test]
    fn depth_is_counted_from_the_root_and_ends_in_a_circle() {
        let graph = Graph::from([(2, vec![1]), (3, vec![2]), (4, vec![5]), (5, vec![4])]);
        assert_eq!([1, 2, 3, 4].map(|topic| depth(&graph, topic)), [1, 2, 3, 9]);
    }
}
