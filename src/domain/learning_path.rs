//! Learning paths: orders the resources of a reading list.
//!
//! Stages follow the roles of the entries. Prerequisites precede their dependents, even if the list does not contain
//! them or contains them later. Otherwise, the order of the list applies.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::BuildHasher;

use entity::enums::EntryRole;

/// Seconds in a week.
const WEEK: i64 = 7 * 24 * 60 * 60;

/// The stages, in the order of the roles.
const STAGES: [EntryRole; 4] = [EntryRole::Introductory, EntryRole::Core, EntryRole::Reference, EntryRole::Advanced];

/// A learning resource by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKey {
    /// A course.
    Course(i64),
    /// A resource of another kind, which has no prerequisites.
    Other(i64),
}

/// An entry of the reading list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathEntry {
    /// The resource of the entry.
    pub resource: ResourceKey,
    /// The role of the entry. `None` counts as core.
    pub role: Option<EntryRole>,
    /// The position in the list.
    pub position: u32,
}

/// A learning path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The stages that are not empty.
    pub stages: Vec<Stage>,
    /// The total of known durations in seconds. `None` if none is known.
    pub total_seconds: Option<i64>,
    /// The number of steps with unknown durations.
    pub unknown_duration_count: usize,
    /// The number of steps, including unlisted prerequisites.
    pub resource_count: usize,
    /// Required courses that are not on the list, in the order of the path.
    pub unlisted_prerequisites: Vec<i64>,
}

/// A stage of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The role of its entries.
    pub role: EntryRole,
    /// The English title.
    pub title: &'static str,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The total of known durations in seconds. `None` if none is known.
    pub seconds: Option<i64>,
}

/// A step of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The resource.
    pub resource: ResourceKey,
    /// The index of the entry. `None` for an unlisted prerequisite.
    pub entry_index: Option<usize>,
    /// The courses of the path that directly require it, in the order of the path.
    pub required_by: Vec<i64>,
}

/// Computes the learning path of a list.
///
/// `prerequisites` has the direct prerequisites of courses, including those of prerequisites. `time` returns the
/// duration of a resource in seconds. A cycle of prerequisites is broken at its first member on the list; of two
/// entries for one resource, the first counts.
#[must_use]
pub fn plan<S: BuildHasher>(
    entries: &[PathEntry],
    prerequisites: &HashMap<i64, Vec<i64>, S>,
    time: impl Fn(ResourceKey) -> Option<i64>,
) -> Plan {
    let graph = Graph::new(entries, prerequisites);
    let stage_of = graph.stages(entries);
    let order = graph.order(&stage_of);
    let mut place_of = vec![0; order.len()];
    for (place, node) in order.iter().enumerate() {
        place_of[*node] = place;
    }
    let mut stages: Vec<Stage> = Vec::new();
    for &node in &order {
        let role = STAGES[stage_of[node]];
        if stages.last().is_none_or(|stage| stage.role != role) {
            stages.push(Stage { role, title: title_of(role), steps: Vec::new(), seconds: None });
        }
        let Node { resource, entry_index, .. } = graph.nodes[node];
        let mut dependents = graph.nodes[node].dependents.clone();
        dependents.sort_unstable_by_key(|dependent| place_of[*dependent]);
        let required_by =
            dependents.iter().filter_map(|dependent| course_of(graph.nodes[*dependent].resource)).collect();
        if let Some(stage) = stages.last_mut() {
            stage.seconds = sum([stage.seconds, time(resource)]);
            stage.steps.push(Step { resource, entry_index, required_by });
        }
    }
    let unlisted = order.iter().map(|node| &graph.nodes[*node]).filter(|node| node.entry_index.is_none());
    Plan {
        total_seconds: sum(stages.iter().map(|stage| stage.seconds)),
        unknown_duration_count: graph.nodes.iter().filter(|node| time(node.resource).is_none()).count(),
        resource_count: graph.nodes.len(),
        unlisted_prerequisites: unlisted.filter_map(|node| course_of(node.resource)).collect(),
        stages,
    }
}

/// Returns the calendar time for `total` seconds of effort at `weekly` seconds per week: whole weeks, rounded up, in
/// seconds. 0 if one of them is not positive.
#[must_use]
pub fn calendar_seconds(total: i64, weekly: i64) -> i64 {
    if total <= 0 || weekly <= 0 {
        return 0;
    }
    let weeks = total / weekly + i64::from(total % weekly > 0);
    weeks.saturating_mul(WEEK)
}

fn title_of(role: EntryRole) -> &'static str {
    match role {
        EntryRole::Introductory => "Introductory",
        EntryRole::Core => "Core",
        EntryRole::Advanced => "Advanced",
        EntryRole::Reference => "Reference",
    }
}

/// Returns the index of a role's stage.
fn stage_index(role: Option<EntryRole>) -> usize {
    match role {
        Some(EntryRole::Introductory) => 0,
        Some(EntryRole::Core) | None => 1,
        Some(EntryRole::Reference) => 2,
        Some(EntryRole::Advanced) => 3,
    }
}

fn course_of(resource: ResourceKey) -> Option<i64> {
    match resource {
        ResourceKey::Course(id) => Some(id),
        ResourceKey::Other(_) => None,
    }
}

/// Returns the sum of known values. `None` if none is known.
fn sum(seconds: impl IntoIterator<Item = Option<i64>>) -> Option<i64> {
    seconds.into_iter().flatten().reduce(i64::saturating_add)
}

/// The graph of resources and prerequisites. Nodes are identified by their indices.
struct Graph {
    nodes: Vec<Node>,
}

struct Node {
    resource: ResourceKey,
    entry_index: Option<usize>,
    /// The position in the list; for an unlisted course, the smallest position of its direct and indirect dependents.
    position: u32,
    /// The nodes that it requires.
    prerequisites: Vec<usize>,
    /// The nodes that require it.
    dependents: Vec<usize>,
}

impl Graph {
    fn new<S: BuildHasher>(entries: &[PathEntry], prerequisites: &HashMap<i64, Vec<i64>, S>) -> Self {
        let mut graph = Self { nodes: Vec::with_capacity(entries.len()) };
        let mut index = HashMap::with_capacity(entries.len());
        for (entry_index, entry) in entries.iter().enumerate() {
            index.entry(entry.resource).or_insert_with(|| graph.add(entry.resource, Some(entry_index), entry.position));
        }
        let mut roots: Vec<usize> = (0..graph.nodes.len()).collect();
        roots.sort_unstable_by_key(|root| graph.rank(*root));
        let mut visited = HashSet::new();
        // In the order of the list, so that the first path to an unlisted course has the smallest position.
        for root in roots {
            let position = graph.nodes[root].position;
            let mut stack = vec![root];
            while let Some(node) = stack.pop() {
                if !visited.insert(node) {
                    continue;
                }
                let required = course_of(graph.nodes[node].resource).and_then(|course| prerequisites.get(&course));
                for resource in required.into_iter().flatten().copied().map(ResourceKey::Course) {
                    let required = *index.entry(resource).or_insert_with(|| graph.add(resource, None, position));
                    graph.link(node, required);
                    stack.push(required);
                }
            }
        }
        graph
    }

    fn add(&mut self, resource: ResourceKey, entry_index: Option<usize>, position: u32) -> usize {
        let (prerequisites, dependents) = (Vec::new(), Vec::new());
        self.nodes.push(Node { resource, entry_index, position, prerequisites, dependents });
        self.nodes.len() - 1
    }

    /// Adds an edge from `node` to `prerequisite`, unless they are equal.
    fn link(&mut self, node: usize, prerequisite: usize) {
        if node != prerequisite && !self.nodes[node].prerequisites.contains(&prerequisite) {
            self.nodes[node].prerequisites.push(prerequisite);
            self.nodes[prerequisite].dependents.push(node);
        }
    }

    /// Returns the key that orders nodes without an order by prerequisites.
    fn rank(&self, node: usize) -> (u32, ResourceKey) {
        (self.nodes[node].position, self.nodes[node].resource)
    }

    /// Returns the stages of nodes: the earliest of the own stage and those of all dependents.
    fn stages(&self, entries: &[PathEntry]) -> Vec<usize> {
        let own_stage = |node: &Node| node.entry_index.map(|index| stage_index(entries[index].role));
        let mut stage_of = vec![None; self.nodes.len()];
        // Earlier stages first, so that a node keeps the first stage that reaches it.
        for stage in 0..STAGES.len() {
            let of_stage = self.nodes.iter().enumerate().filter(|(_, node)| own_stage(node) == Some(stage));
            let mut stack: Vec<usize> = of_stage.map(|(index, _)| index).collect();
            while let Some(node) = stack.pop() {
                if stage_of[node].is_none() {
                    stage_of[node] = Some(stage);
                    stack.extend(&self.nodes[node].prerequisites);
                }
            }
        }
        stage_of.into_iter().map(|stage| stage.unwrap_or_else(|| stage_index(None))).collect()
    }

    /// Returns all nodes by stage, each after its prerequisites.
    fn order(&self, stage_of: &[usize]) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut placed = vec![false; self.nodes.len()];
        for stage in 0..STAGES.len() {
            let mut left: Vec<usize> = (0..self.nodes.len()).filter(|node| stage_of[*node] == stage).collect();
            let mut waits_for: Vec<usize> = self
                .nodes
                .iter()
                .map(|node| node.prerequisites.iter().filter(|required| !placed[**required]).count())
                .collect();
            let mut ready: BinaryHeap<_> = left
                .iter()
                .filter(|node| waits_for[**node] == 0)
                .map(|node| Reverse((self.rank(*node), *node)))
                .collect();
            while !left.is_empty() {
                let Some(node) =
                    ready.pop().map(|Reverse((_, node))| node).or_else(|| self.cycle_break(&left, &placed))
                else {
                    break;
                };
                placed[node] = true;
                order.push(node);
                for &dependent in &self.nodes[node].dependents {
                    waits_for[dependent] = waits_for[dependent].saturating_sub(1);
                    if waits_for[dependent] == 0 && stage_of[dependent] == stage && !placed[dependent] {
                        ready.push(Reverse((self.rank(dependent), dependent)));
                    }
                }
                if ready.is_empty() {
                    left.retain(|node| !placed[*node]);
                }
            }
        }
        order
    }

    /// Returns where to break a cycle if all of `left` wait for each other: follows prerequisites until a node repeats,
    /// and returns the first member of that cycle on the list.
    fn cycle_break(&self, left: &[usize], placed: &[bool]) -> Option<usize> {
        let mut trail = Vec::new();
        let mut step_of = HashMap::new();
        let mut next = left.iter().copied().min_by_key(|node| self.rank(*node));
        while let Some(node) = next {
            if let Some(start) = step_of.insert(node, trail.len()) {
                return trail[start..].iter().copied().min_by_key(|node| self.rank(*node));
            }
            trail.push(node);
            let required = self.nodes[node].prerequisites.iter().copied().filter(|required| !placed[*required]);
            next = required.min_by_key(|required| self.rank(*required));
        }
        trail.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceKey::{Course, Other};
    use super::*;

    fn entry(resource: ResourceKey, role: Option<EntryRole>, position: u32) -> PathEntry {
        PathEntry { resource, role, position }
    }

    /// Returns core entries for the resources, in order.
    fn core(resources: &[ResourceKey]) -> Vec<PathEntry> {
        resources.iter().zip(1..).map(|(resource, position)| entry(*resource, None, position)).collect()
    }

    fn requires(edges: &[(i64, &[i64])]) -> HashMap<i64, Vec<i64>> {
        edges.iter().map(|(course, required)| (*course, required.to_vec())).collect()
    }

    fn planned(entries: &[PathEntry], edges: &[(i64, &[i64])]) -> Plan {
        plan(entries, &requires(edges), |_| None)
    }

    fn order(plan: &Plan) -> Vec<ResourceKey> {
        plan.stages.iter().flat_map(|stage| &stage.steps).map(|step| step.resource).collect()
    }

    fn titles(plan: &Plan) -> Vec<&'static str> {
        plan.stages.iter().map(|stage| stage.title).collect()
    }

    #[test]
    fn empty_lists_yield_empty_plans() {
        let plan = planned(&[], &[]);
        assert_eq!((plan.stages.len(), plan.resource_count, plan.total_seconds), (0, 0, None));
    }

    #[test]
    fn roles_define_stages_and_positions_order_them() {
        let entries = [
            entry(Other(1), Some(EntryRole::Reference), 1),
            entry(Other(2), Some(EntryRole::Advanced), 2),
            entry(Course(3), None, 3),
            entry(Other(4), Some(EntryRole::Core), 4),
            entry(Course(5), Some(EntryRole::Introductory), 5),
        ];
        let plan = planned(&entries, &[]);
        assert_eq!(titles(&plan), ["Introductory", "Core", "Reference", "Advanced"]);
        assert_eq!(order(&plan), [Course(5), Course(3), Other(4), Other(1), Other(2)]);
        assert_eq!(plan.stages[0].steps[0].entry_index, Some(4));
        assert_eq!(plan.stages[0].role, EntryRole::Introductory);
    }

    #[test]
    fn prerequisites_precede_their_dependents() {
        let plan = planned(&core(&[Course(1), Other(9), Course(2), Course(3)]), &[(1, &[3, 2]), (3, &[2])]);
        assert_eq!(order(&plan), [Other(9), Course(2), Course(3), Course(1)]);
        let first_course = &plan.stages[0].steps[1];
        assert_eq!((first_course.resource, &*first_course.required_by), (Course(2), &[3, 1][..]));
    }

    #[test]
    fn prerequisites_move_to_the_stage_of_their_dependents() {
        let entries = [
            entry(Course(1), Some(EntryRole::Introductory), 1),
            entry(Course(2), Some(EntryRole::Core), 2),
            entry(Course(3), Some(EntryRole::Reference), 3),
            entry(Course(4), Some(EntryRole::Advanced), 4),
        ];
        let plan = planned(&entries, &[(1, &[2]), (2, &[3])]);
        assert_eq!(titles(&plan), ["Introductory", "Advanced"]);
        assert_eq!(order(&plan), [Course(3), Course(2), Course(1), Course(4)]);
    }

    #[test]
    fn unlisted_prerequisites_become_steps_with_their_own_prerequisites() {
        let plan = planned(&core(&[Other(1), Course(2), Course(3)]), &[(3, &[20]), (2, &[11]), (11, &[10])]);
        assert_eq!(order(&plan), [Other(1), Course(10), Course(11), Course(2), Course(20), Course(3)]);
        assert_eq!(plan.unlisted_prerequisites, [10, 11, 20]);
        assert_eq!(plan.resource_count, 6);
        let steps = &plan.stages[0].steps;
        assert_eq!((steps[1].entry_index, &*steps[1].required_by), (None, &[11][..]));
        assert_eq!((steps[3].entry_index, &*steps[3].required_by), (Some(1), &[][..]));
    }

    #[test]
    fn unlisted_prerequisites_take_the_smallest_position_of_their_dependents() {
        let shared = planned(&core(&[Course(1), Other(2), Course(3)]), &[(1, &[50]), (3, &[50, 40])]);
        assert_eq!(order(&shared), [Course(50), Course(1), Other(2), Course(40), Course(3)]);
        let through_others = planned(&core(&[Course(1), Other(2), Course(3)]), &[(1, &[3]), (3, &[40])]);
        assert_eq!(order(&through_others), [Course(40), Other(2), Course(3), Course(1)]);
    }

    #[test]
    fn cycles_are_broken_at_their_first_listed_member() {
        let pair = planned(&core(&[Course(1), Course(2)]), &[(1, &[2]), (2, &[1])]);
        assert_eq!(order(&pair), [Course(1), Course(2)]);
        // Dependents of the cycle still wait for it.
        let behind = planned(
            &core(&[Course(7), Course(1), Course(2), Course(3)]),
            &[(7, &[3]), (1, &[2]), (2, &[3]), (3, &[1])],
        );
        assert_eq!(order(&behind), [Course(1), Course(3), Course(7), Course(2)]);
        let alone = planned(&core(&[Course(1)]), &[(1, &[1])]);
        assert_eq!((order(&alone), &*alone.stages[0].steps[0].required_by), (vec![Course(1)], &[][..]));
    }

    #[test]
    fn known_durations_are_summed() {
        let entries =
            [entry(Course(1), Some(EntryRole::Introductory), 1), entry(Course(2), None, 2), entry(Other(3), None, 3)];
        let times = |resource| match resource {
            Course(1) => None,
            Course(_) => Some(3_600),
            Other(_) => Some(60),
        };
        let planned = plan(&entries, &requires(&[]), times);
        assert_eq!((planned.total_seconds, planned.unknown_duration_count), (Some(3_660), 1));
        assert_eq!(planned.stages.iter().map(|stage| stage.seconds).collect::<Vec<_>>(), [None, Some(3_660)]);
        assert_eq!(plan(&entries, &requires(&[]), |_| Some(i64::MAX)).total_seconds, Some(i64::MAX));
    }

    #[test]
    fn duplicate_entries_are_one_step() {
        let plan = planned(&core(&[Other(1), Course(2), Other(1)]), &[]);
        assert_eq!(order(&plan), [Other(1), Course(2)]);
    }

    #[test]
    fn large_graphs_are_planned() {
        let chain: HashMap<i64, Vec<i64>> = (0..20_000).map(|course| (course, vec![course + 1])).collect();
        let plan_of_chain = plan(&core(&[Course(0)]), &chain, |_| Some(1));
        assert_eq!(plan_of_chain.total_seconds, Some(20_001));
        assert_eq!(plan_of_chain.unlisted_prerequisites.first(), Some(&20_000));
        let cycle: HashMap<i64, Vec<i64>> = (0..2_000).map(|course| (course, vec![(course + 1) % 2_000])).collect();
        assert_eq!(plan(&core(&[Course(5)]), &cycle, |_| None).resource_count, 2_000);
    }

    #[test]
    fn calendar_time_is_in_whole_weeks() {
        for (total, weekly, weeks) in
            [(3_600, 3_600, 1), (3_601, 3_600, 2), (1, 3_600, 1), (0, 3_600, 0), (1, 0, 0), (-1, 1, 0)]
        {
            assert_eq!(calendar_seconds(total, weekly), weeks * WEEK, "{total} at {weekly}");
        }
        assert_eq!(calendar_seconds(i64::MAX, 1), i64::MAX);
    }
}
