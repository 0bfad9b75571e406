//! Learning paths: an order in which to study a reading list.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::context::loaders;
use super::course::Course;
use super::error::{bad_input, concurrent_unpublish};
use super::interface::{Entity, LearningResource};
use super::list::List;
use super::reading_list::{ReadingList, ReadingListEntry};
use super::scalars::Duration;
use crate::domain::learning_path::{PathEntry, Plan, ResourceKey, Step, calendar_seconds, plan};
use crate::domain::{limits, node_id};
use crate::loader::{ById, ListEntry, PageOf, PrerequisitesOf, Relation, Window};
use crate::model::{self, NodeKind, OwnerRef, Resource};

/// A learning path with its resources.
pub struct LearningPath {
    content: Arc<Content>,
    /// Seconds per week.
    weekly_effort: Option<i64>,
}

struct Content {
    plan: Plan,
    entries: Vec<Arc<model::Entry>>,
    /// The courses of the path, on the list or not.
    courses: HashMap<i64, Arc<model::Course>>,
    /// The resources of other kinds.
    others: HashMap<i64, Resource>,
}

impl LearningPath {
    /// Plans the reading list of `owner` for a reader who knows the resources `known`.
    ///
    /// # Errors
    /// When the weekly effort is not positive, an id is malformed, or the database fails.
    pub async fn of(ctx: &Context<'_>, owner: OwnerRef, weekly_effort: Option<Duration>, known: &[ID]) -> Result<Self> {
        if weekly_effort.is_some_and(|effort| effort.0 <= 0) {
            return Err(bad_input("weeklyEffort", "must be longer than zero"));
        }
        let known = parse_known(known)?;
        let list = ReadingList::of(ctx, owner).await?;
        let content = Content::load(ctx, list.0.id, &known).await?;
        Ok(Self { content: Arc::new(content), weekly_effort: weekly_effort.map(|effort| effort.0) })
    }
}

/// The kinds and the codes of resources.
type KnownResources<'a> = HashSet<(NodeKind, &'a str)>;

fn parse_known(ids: &[ID]) -> Result<KnownResources<'_>> {
    if ids.len() > limits::ENTRIES {
        return Err(bad_input("known", format!("must have at most {} ids, not {}", limits::ENTRIES, ids.len())));
    }
    let parsed = ids.iter().map(|id| node_id::parse(id).ok_or_else(|| bad_input("known", "contains an invalid id")));
    parsed.collect()
}

impl Content {
    async fn load(ctx: &Context<'_>, list: i64, known: &KnownResources<'_>) -> Result<Self> {
        let loaders = loaders(ctx)?;
        let relation = Relation::Entries { kinds: None, roles: None };
        let whole = u32::try_from(limits::ENTRIES).unwrap_or(u32::MAX);
        let window = Arc::new(Window::first(whole, relation.order()));
        let page = loaders.load(PageOf::<ListEntry>::new(relation, list, window)).await?.unwrap_or_default();
        let entries: Vec<Arc<model::Entry>> = page.edges.iter().map(|edge| edge.node.0.clone()).collect();
        let (mut courses, mut others) = (HashMap::new(), HashMap::new());
        for resource in entries.iter().filter_map(|entry| entry.resource.as_ref()) {
            match resource {
                Resource::Course(course) => drop(courses.insert(course.item.id, course.clone())),
                other => drop(others.insert(other.key().id, other.clone())),
            }
        }
        let mut listed: Vec<i64> = courses.keys().copied().collect();
        listed.sort_unstable();
        let mut prerequisites =
            Arc::unwrap_or_clone(loaders.load(PrerequisitesOf(listed.into())).await?.unwrap_or_default());
        let unlisted: BTreeSet<i64> =
            prerequisites.values().flatten().copied().filter(|course| !courses.contains_key(course)).collect();
        let unlisted = loaders.load_many(unlisted.into_iter().map(ById::<model::Course>::new)).await?;
        courses.extend(unlisted.into_iter().map(|(id, course)| (id.0, course)));
        let is_known = |kind, code: &str| known.contains(&(kind, code));
        let mut entries_and_positions: Vec<(Arc<model::Entry>, u32)> = entries.into_iter().zip(1..).collect();
        entries_and_positions.retain(|(entry, _)| {
            let resource = entry.resource.as_ref();
            resource.is_none_or(|resource| !is_known(resource.key().kind.into(), &resource.item().code))
        });
        courses.retain(|id, course| {
            let is_unknown = !is_known(NodeKind::Course, &course.item.code);
            if !is_unknown {
                // Its own prerequisites are no longer needed.
                prerequisites.remove(id);
            }
            is_unknown
        });
        prerequisites.values_mut().for_each(|required| required.retain(|course| courses.contains_key(course)));
        let path: Vec<PathEntry> =
            entries_and_positions.iter().map(|(entry, position)| path_entry(entry, *position)).collect();
        let entries: Vec<Arc<model::Entry>> = entries_and_positions.into_iter().map(|(entry, _)| entry).collect();
        let time = |resource| match resource {
            ResourceKey::Course(id) => courses.get(&id).and_then(|course| course.resource.time_required),
            ResourceKey::Other(id) => others.get(&id).and_then(|other| other.fields().time_required),
        };
        let plan = plan(&path, &prerequisites, time);
        Ok(Self { plan, entries, courses, others })
    }

    fn resource(&self, key: ResourceKey) -> Result<LearningResource> {
        let entity = match key {
            ResourceKey::Course(id) => self.courses.get(&id).map(|course| Entity::Course(Course(course.clone()))),
            ResourceKey::Other(id) => self.others.get(&id).cloned().map(Entity::from),
        };
        entity.map(LearningResource::new).ok_or_else(concurrent_unpublish)
    }

    fn courses(&self, ids: &[i64]) -> List<Course> {
        ids.iter().filter_map(|id| self.courses.get(id).cloned().map(Course)).collect()
    }
}

fn path_entry(entry: &model::Entry, position: u32) -> PathEntry {
    let resource = match entry.target.kind {
        model::ResourceKind::Course => ResourceKey::Course(entry.target.id),
        _ => ResourceKey::Other(entry.target.id),
    };
    PathEntry { resource, role: entry.role, position }
}

/// A study plan for a reading list: its resources and their prerequisites in the order in which to take them.
#[Object]
impl LearningPath {
    /// The stages in order, from introductory to advanced. Stages without resources are omitted.
    async fn stages(&self) -> List<LearningPathStage> {
        let stages = 0..self.content.plan.stages.len();
        stages.map(|index| LearningPathStage { content: self.content.clone(), index }).collect()
    }

    /// The sum of the known times of all resources. Null if no time is known.
    async fn total_duration(&self) -> Option<Duration> {
        self.content.plan.total_seconds.map(Duration)
    }

    /// The number of resources whose time is unknown, which the total does not include.
    async fn unknown_duration_count(&self) -> i32 {
        i32::try_from(self.content.plan.unknown_duration_count).unwrap_or(i32::MAX)
    }

    /// The total time spread over weeks of `weeklyEffort`, rounded up to whole weeks. Null if `weeklyEffort` is omitted
    /// or no time is known.
    async fn calendar_duration(&self) -> Option<Duration> {
        let (total, weekly) = (self.content.plan.total_seconds?, self.weekly_effort?);
        Some(Duration(calendar_seconds(total, weekly)))
    }

    /// The number of resources in all stages, including prerequisites that are not on the list.
    async fn resource_count(&self) -> i32 {
        i32::try_from(self.content.plan.resource_count).unwrap_or(i32::MAX)
    }

    /// The courses that the list requires, directly or indirectly, but does not contain, in the order in which to take
    /// them.
    async fn unlisted_prerequisites(&self) -> List<Course> {
        self.content.courses(&self.content.plan.unlisted_prerequisites)
    }
}

/// A stage of a learning path.
pub struct LearningPathStage {
    content: Arc<Content>,
    index: usize,
}

/// A stage of a learning path: the resources to finish before the next stage.
#[Object]
impl LearningPathStage {
    /// The position in the path, starting at 1.
    async fn position(&self) -> i32 {
        i32::try_from(self.index + 1).unwrap_or(i32::MAX)
    }

    /// The name of the stage in English, after the role of its resources: Introductory, Core, Reference or Advanced.
    async fn title(&self) -> &str {
        self.content.plan.stages[self.index].title
    }

    /// The resources of the stage, in the order in which to take them.
    async fn steps(&self) -> Result<List<LearningPathStep>> {
        let steps = &self.content.plan.stages[self.index].steps;
        steps.iter().map(|step| LearningPathStep::new(&self.content, step)).collect()
    }

    /// The sum of the known times of the steps. Null if no time is known.
    async fn duration(&self) -> Option<Duration> {
        self.content.plan.stages[self.index].seconds.map(Duration)
    }
}

/// A step of a learning path: one resource, and the reason why it is there.
#[derive(SimpleObject)]
pub struct LearningPathStep {
    /// The learning resource to study in this step.
    resource: LearningResource,
    /// The reading list entry that recommends the resource. Null if the resource is a prerequisite that is not on the
    /// list.
    entry: Option<ReadingListEntry>,
    /// The courses of the path that directly require the resource, in path order.
    required_by: List<Course>,
}

impl LearningPathStep {
    fn new(content: &Content, step: &Step) -> Result<Self> {
        let entry = step.entry_index.and_then(|index| content.entries.get(index));
        Ok(Self {
            resource: content.resource(step.resource)?,
            entry: entry.cloned().map(ReadingListEntry),
            required_by: content.courses(&step.required_by),
        })
    }
}
