//! Planning: in which order to take what a reading list recommends.

use std::collections::{HashMap, HashSet};

use entity::choice::EntryRole;

const WEEK: i64 = 7 * 24 * 60 * 60;

/// A course or book, by its primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKey {
    Course(i64),
    Book(i64),
}

/// An entry of the list.
#[derive(Clone, Copy, Debug)]
pub struct PathEntry {
    pub resource: ResourceKey,
    pub role: Option<EntryRole>,
    pub position: u32,
}

/// What to take, in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub stages: Vec<Stage>,
    /// How long all of it takes, in seconds, as far as that is known; nothing where it is known of nothing.
    pub total_seconds: Option<i64>,
    /// Of how many resources that is not known.
    pub untimed_count: usize,
    pub resource_count: usize,
    /// Courses that what is listed asks for, but that are not listed, in the order of the plan.
    pub unlisted_prerequisites: Vec<i64>,
}

/// What to take together.
#[derive(Debug, PartialEq, Eq)]
pub struct Stage {
    pub title: &'static str,
    pub steps: Vec<Step>,
    pub seconds: Option<i64>,
}

/// One thing to take.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    pub resource: ResourceKey,
    /// Which entry recommends it; none for a prerequisite that is not listed.
    pub entry_index: Option<usize>,
    /// The courses of the plan that ask for it directly.
    pub required_by: Vec<i64>,
}

/// The stages, in order. An entry without a role counts as core.
const STAGES: [&str; 4] = ["Introductory", "Core", "Advanced", "Reference"];

fn stage_of(role: Option<EntryRole>) -> usize {
    match role {
        Some(EntryRole::Introductory) => 0,
        Some(EntryRole::Core) | None => 1,
        Some(EntryRole::Advanced) => 2,
        Some(EntryRole::Reference) => 3,
    }
}

/// Where something belongs: its stage, and in that its place.
#[derive(Clone, Copy)]
struct Place {
    stage: usize,
    position: u32,
    entry_index: Option<usize>,
}

/// Plans a list. `prerequisites` names the direct prerequisites of every course that is needed, however far away; circles
/// in it, which the catalog refuses, are cut where the walk meets them. `time` is in seconds.
///
/// What is asked for comes before what asks for it: in the same stage, or in an earlier one where its own role says so.
pub fn plan(
    entries: &[PathEntry],
    prerequisites: &HashMap<i64, Vec<i64>>,
    time: impl Fn(ResourceKey) -> Option<i64>,
) -> Plan {
    let places = places(entries, prerequisites);
    let mut keys: Vec<ResourceKey> = places.keys().copied().collect();
    keys.sort_by_key(|key| (places[key].stage, places[key].position, places[key].entry_index.is_none(), *key));
    let order = in_order(&keys, &places, prerequisites);

    let required_by = |resource: ResourceKey| -> Vec<i64> {
        let ResourceKey::Course(course) = resource else { return Vec::new() };
        let asks = |other: &i64| prerequisites.get(other).is_some_and(|asked| asked.contains(&course));
        order.iter().filter_map(|key| course_of(*key)).filter(asks).collect()
    };
    let sum = |keys: &[ResourceKey]| keys.iter().filter_map(|key| time(*key)).reduce(i64::saturating_add);
    let stages = order
        .chunk_by(|one, next| places[one].stage == places[next].stage)
        .map(|keys| Stage {
            title: STAGES[places[&keys[0]].stage],
            steps: keys
                .iter()
                .map(|key| Step {
                    resource: *key,
                    entry_index: places[key].entry_index,
                    required_by: required_by(*key),
                })
                .collect(),
            seconds: sum(keys),
        })
        .collect();
    Plan {
        stages,
        total_seconds: sum(&order),
        untimed_count: order.iter().filter(|key| time(**key).is_none()).count(),
        resource_count: order.len(),
        unlisted_prerequisites: order
            .iter()
            .filter(|key| places[key].entry_index.is_none())
            .filter_map(|key| course_of(*key))
            .collect(),
    }
}

fn course_of(resource: ResourceKey) -> Option<i64> {
    match resource {
        ResourceKey::Course(course) => Some(course),
        ResourceKey::Book(_) => None,
    }
}

/// The place of every entry and of every prerequisite, however far away: a prerequisite goes to the earliest stage in which
/// it is needed, and an unlisted one to the earliest position.
fn places(entries: &[PathEntry], prerequisites: &HashMap<i64, Vec<i64>>) -> HashMap<ResourceKey, Place> {
    let mut places: HashMap<ResourceKey, Place> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let place = Place { stage: stage_of(entry.role), position: entry.position, entry_index: Some(index) };
        places.entry(entry.resource).or_insert(place);
    }
    let mut changed: Vec<i64> = entries.iter().filter_map(|entry| course_of(entry.resource)).collect();
    while let Some(course) = changed.pop() {
        let Some(Place { stage, position, .. }) = places.get(&ResourceKey::Course(course)).copied() else { continue };
        for needed in prerequisites.get(&course).into_iter().flatten() {
            let place = places.entry(ResourceKey::Course(*needed)).or_insert(Place {
                stage: usize::MAX,
                position: u32::MAX,
                entry_index: None,
            });
            let earlier_stage = stage < place.stage;
            let earlier_position = place.entry_index.is_none() && position < place.position;
            place.stage = place.stage.min(stage);
            if earlier_position {
                place.position = position;
            }
            // Places only ever move forward, so this ends even where prerequisites go in a circle.
            if earlier_stage || earlier_position {
                changed.push(*needed);
            }
        }
    }
    places
}

/// `keys` as they are sorted, but each after what it asks for in its own stage. What it asks for in other stages is earlier.
fn in_order(
    keys: &[ResourceKey],
    places: &HashMap<ResourceKey, Place>,
    prerequisites: &HashMap<i64, Vec<i64>>,
) -> Vec<ResourceKey> {
    let (mut order, mut met) = (Vec::with_capacity(keys.len()), HashSet::new());
    for key in keys {
        // A walk down the prerequisites with a stack of its own, since a chain may be long.
        let mut stack = vec![(*key, false)];
        while let Some((key, done)) = stack.pop() {
            if done {
                order.push(key);
                continue;
            }
            if !met.insert(key) {
                continue;
            }
            stack.push((key, true));
            let needed = course_of(key).and_then(|course| prerequisites.get(&course)).into_iter().flatten();
            let needed = needed.map(|course| ResourceKey::Course(*course));
            let mut same_stage: Vec<ResourceKey> =
                needed.filter(|needed| places[needed].stage == places[&key].stage).collect();
            same_stage.reverse();
            stack.extend(same_stage.into_iter().map(|needed| (needed, false)));
        }
    }
    order
}

/// How long `total` seconds take at `weekly` seconds a week: whole weeks, in seconds.
#[must_use]
pub fn calendar_seconds(total: i64, weekly: i64) -> i64 {
    let (total, weekly) = (total.max(0), weekly.max(1));
    let weeks = total / weekly + i64::from(total % weekly != 0);
    weeks.saturating_mul(WEEK)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn entry(resource: ResourceKey, role: Option<EntryRole>, position: u32) -> PathEntry {
        PathEntry { resource, role, position }
    }

    fn told(plan: &Plan) -> Vec<(&'static str, Vec<ResourceKey>)> {
        plan.stages.iter().map(|stage| (stage.title, stage.steps.iter().map(|step| step.resource).collect())).collect()
    }

    #[test]
    fn prerequisites_come_first_then_role_then_position() {
        use ResourceKey::{Book, Course};
        let entries = [
            entry(Book(1), Some(EntryRole::Reference), 1),
            entry(Course(10), None, 2),
            entry(Course(20), Some(EntryRole::Introductory), 3),
            entry(Course(30), Some(EntryRole::Advanced), 4),
            entry(Book(2), Some(EntryRole::Introductory), 5),
        ];
        // 20 needs 30 (listed as advanced) which needs 40 (not listed); 10 needs 50 (not listed).
        let needs = HashMap::from([(20, vec![30]), (30, vec![40]), (10, vec![50])]);
        let plan = plan(&entries, &needs, |key| matches!(key, Course(_)).then_some(HOUR));
        assert_eq!(
            told(&plan),
            [
                ("Introductory", vec![Course(40), Course(30), Course(20), Book(2)]),
                ("Core", vec![Course(50), Course(10)]),
                ("Reference", vec![Book(1)]),
            ]
        );
        assert_eq!(plan.unlisted_prerequisites, [40, 50]);
        assert_eq!((plan.total_seconds, plan.untimed_count, plan.resource_count), (Some(5 * HOUR), 2, 7));
        assert_eq!(plan.stages[0].steps[0].required_by, [30]);
        assert_eq!(plan.stages[0].steps[1].entry_index, Some(3));
        assert_eq!(plan.stages[2].seconds, None);
    }

    #[test]
    fn circles_end_and_nothing_is_nothing() {
        use ResourceKey::Course;
        let needs = HashMap::from([(1, vec![2]), (2, vec![3]), (3, vec![1])]);
        let circle = plan(&[entry(Course(1), None, 1)], &needs, |_| None);
        assert_eq!(told(&circle), [("Core", vec![Course(3), Course(2), Course(1)])]);
        assert_eq!(circle.total_seconds, None);
        assert_eq!(plan(&[], &HashMap::new(), |_| None).stages, []);
    }

    #[test]
    fn the_calendar_counts_whole_weeks() {
        assert_eq!(calendar_seconds(100 * HOUR, 10 * HOUR), 10 * WEEK);
        assert_eq!(calendar_seconds(101 * HOUR, 10 * HOUR), 11 * WEEK);
        assert_eq!(calendar_seconds(0, HOUR), 0);
    }
}
