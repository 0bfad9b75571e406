//! The dependencies of a response. A cached response is valid until one of its dependencies changes.
//!
//! Each key collects its own dependencies; the default is everything. Too many dependencies invalidate a cache entry
//! too early, which costs time; too few make it stale, which is a bug. A list therefore depends on everything that
//! could enter it or change its order. Only lists in an editor's order, and parts of one object, depend on single
//! objects.

use std::collections::HashSet;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

use entity::kind::{NodeKind, ResourceKind};

use super::{
    AliasesOf, AncestorsOf, ArticleOf, BookEntry, ByCode, ById, ByIsbn, ByRetiredCode, BySlug, ContributionsOf,
    CountOf, CountOfChanges, CountOfTokens, CountSelected, CourseEntry, DescriptionOf, EntryByCode, InstructorsOf,
    ListEntry, ListOf, ListedEntry, Page, PageOf, PageOfChanges, PageOfTokens, PageRow, PageSelected, PositionOf,
    PrerequisitesOf, Relation, SameAsOf, Select, StateOf, Statistic, SyllabusOf, WasPublic, Weigher,
};
use crate::loader::newest_revisions::ReadRevision;
use crate::loader::search::{CompletionsOf, CountOfSearch, FacetValuesOf, PageOfSearch, SearchPlanKey, SourcesOf};
use crate::model::{
    Book, Contribution, Entry, HeapSize, OwnerKind, OwnerRef, Person, ReadingList, Record, Resource, Topic,
};

/// The maximum number of single dependencies of a response. With more, it depends on everything.
const MAX_DEPENDENCIES: usize = 2_000;

/// Something that a change can affect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// One object, by its primary key.
    Object(NodeKind, i64),
    /// The reading list of an owner.
    ListOf(OwnerRef),
    /// Which objects of a kind are public.
    Visibility(NodeKind),
    /// Any object of a kind.
    Kind(NodeKind),
    /// A deleted object of a kind. Responses do not depend on this directly, but it invalidates every dependency on a
    /// single object of the kind, because the primary key of the deleted object is no longer known.
    Deleted(NodeKind),
}

/// The dependencies of a response, and the revisions of the objects in it.
#[derive(Clone, Debug, Default)]
pub struct DependencySet {
    extent: Extent,
    revisions: Vec<ReadRevision>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// No dependencies: the response never changes.
    #[default]
    Empty,
    Listed(HashSet<Dependency>),
    Everything,
}

impl DependencySet {
    /// Returns the dependencies of a response that depends on everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { extent: Extent::Everything, revisions: Vec::new() }
    }

    pub fn add(&mut self, dependency: Dependency) {
        match &mut self.extent {
            Extent::Empty => self.extent = Extent::Listed(HashSet::from([dependency])),
            Extent::Listed(all) if all.len() < MAX_DEPENDENCIES || all.contains(&dependency) => {
                all.insert(dependency);
            }
            Extent::Listed(_) | Extent::Everything => self.extent = Extent::Everything,
        }
    }

    pub fn add_everything(&mut self) {
        self.extent = Extent::Everything;
    }

    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.extent == Extent::Everything
    }

    /// Returns the single dependencies; `None` for everything.
    #[must_use]
    pub fn into_list(self) -> Option<Box<[Dependency]>> {
        match self.extent {
            Extent::Empty => Some(Box::default()),
            Extent::Listed(dependencies) => Some(dependencies.into_iter().collect()),
            Extent::Everything => None,
        }
    }

    /// Takes the revisions of the added objects.
    #[must_use]
    pub fn take_revisions(&mut self) -> Vec<ReadRevision> {
        take(&mut self.revisions)
    }

    /// Adds an object that was read.
    fn object<T: Record>(&mut self, thing: &T) {
        self.add(Dependency::Object(T::KIND, thing.id()));
        self.revision(thing);
    }

    /// Records the revision of an object that is already a dependency.
    fn revision<T: Record>(&mut self, thing: &T) {
        self.revisions.push(ReadRevision(T::KIND, thing.id(), thing.revision()));
    }

    /// Adds the result of a lookup. A lookup without a result depends on all objects of the kind.
    fn lookup<T: Record>(&mut self, found: Option<&Arc<T>>) {
        match found {
            Some(thing) => self.object(&**thing),
            None => self.add(Dependency::Kind(T::KIND)),
        }
        self.visibility(T::KIND);
    }

    /// Adds the objects through which objects of a kind are visible: people and organizations are visible through their
    /// learning resources, and a reading list through its owner.
    fn visibility(&mut self, kind: NodeKind) {
        match kind {
            NodeKind::Person | NodeKind::Organization => {
                for kind in ResourceKind::ALL {
                    self.add(Dependency::Kind((*kind).into()));
                }
            }
            NodeKind::ReadingList => {
                for kind in OwnerKind::ALL {
                    self.add(Dependency::Visibility((*kind).into()));
                }
            }
            _ => {}
        }
    }

    /// Adds the visibility of the resources that a reading list can contain.
    fn entries(&mut self) {
        for kind in ResourceKind::ALL {
            self.add(Dependency::Visibility((*kind).into()));
        }
    }

    fn relation(&mut self, relation: &Relation, parent: i64) {
        match relation {
            Relation::TopicsOf(kind) => {
                self.add(Dependency::Object(*kind, parent));
                self.add(Dependency::Visibility(NodeKind::Topic));
            }
            Relation::RelatedCareers => {
                self.add(Dependency::Object(NodeKind::Career, parent));
                self.add(Dependency::Visibility(NodeKind::Career));
            }
            Relation::RelatedTopics => {
                self.add(Dependency::Object(NodeKind::Topic, parent));
                self.add(Dependency::Visibility(NodeKind::Topic));
            }
            Relation::Prerequisites => {
                self.add(Dependency::Object(NodeKind::Course, parent));
                self.add(Dependency::Visibility(NodeKind::Course));
            }
            Relation::Entries { .. } => {
                self.add(Dependency::Object(NodeKind::ReadingList, parent));
                self.entries();
            }
            Relation::Recommended { owner, .. } => {
                self.add(Dependency::ListOf(OwnerRef { kind: *owner, id: parent }));
                self.entries();
            }
            Relation::Children => self.add(Dependency::Kind(NodeKind::Topic)),
            Relation::PrerequisiteFor => self.add(Dependency::Kind(NodeKind::Course)),
            Relation::OfPerson(kind) | Relation::OfOrganization(kind) => self.add(Dependency::Kind(*kind)),
            Relation::ResourcesOfPerson(kinds) | Relation::ResourcesOfOrganization(kinds) => {
                for kind in kinds {
                    self.add(Dependency::Kind((*kind).into()));
                }
            }
            // The order depends on the titles of the lists' owners.
            Relation::ListedIn { .. } => {
                self.add(Dependency::Kind(NodeKind::ReadingList));
                for kind in OwnerKind::ALL {
                    self.add(Dependency::Kind((*kind).into()));
                }
            }
            Relation::WithTopic { .. } | Relation::ResourcesWithTopic { .. } | Relation::Revisions(_) => {
                self.add_everything();
            }
        }
    }

    fn select<T: Record>(&mut self, select: &Select) {
        if select.filter.is_everything() && select.search.is_none() && !select.window.order.counts_recommendations() {
            self.add(Dependency::Kind(T::KIND));
            self.visibility(T::KIND);
        } else {
            self.add_everything();
        }
    }
}

/// Records the dependencies of one response during its execution.
#[derive(Debug, Default)]
pub struct DependencyRecorder(Mutex<DependencySet>);

impl DependencyRecorder {
    pub fn record(&self, record: impl FnOnce(&mut DependencySet)) {
        let mut dependencies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record(&mut dependencies);
        // Revisions were checked when the rows were read.
        dependencies.revisions.clear();
    }

    /// Returns the dependencies recorded so far.
    #[must_use]
    pub fn dependencies(&self) -> DependencySet {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A key that knows the dependencies of its value.
pub trait TrackDependencies<V> {
    /// Estimates the size of a value for the [object cache](super::ObjectCache); `None` if values are not cached.
    const WEIGHER: Option<Weigher<V>> = None;
    /// Whether requests can [combine](super::QueryCoalescer) the statements of this access path. It must be one
    /// statement for any number of keys.
    const IS_COALESCED: bool = false;

    /// Adds the dependencies of `value`, the value of this key.
    fn collect(&self, value: Option<&V>, dependencies: &mut DependencySet);
}

/// A row of a page.
pub trait RowDependencies {
    /// Adds the objects in the row.
    fn add_dependencies(&self, dependencies: &mut DependencySet);
}

impl<T: Record> RowDependencies for T {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        dependencies.object(self);
    }
}

fn weight<V: HeapSize>(value: Option<&V>) -> usize {
    value.map_or(0, HeapSize::heap_size)
}

fn resource(resource: &Resource, dependencies: &mut DependencySet) {
    let (kind, item) = (resource.key().kind.into(), resource.item());
    dependencies.add(Dependency::Object(kind, item.id));
    dependencies.revisions.push(ReadRevision(kind, item.id, item.revision));
}

fn entry(entry: &Entry, dependencies: &mut DependencySet) {
    dependencies.add(Dependency::Object(entry.target.kind.into(), entry.target.id));
    dependencies.add(Dependency::Object(NodeKind::ReadingList, entry.list_id));
    if let Some(found) = &entry.resource {
        resource(found, dependencies);
    }
    if let Some(list) = &entry.list {
        dependencies.revision(&**list);
    }
}

impl RowDependencies for Resource {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        resource(self, dependencies);
    }
}

impl RowDependencies for ListEntry {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        entry(&self.0, dependencies);
    }
}

impl RowDependencies for BookEntry {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        entry(&self.entry, dependencies);
    }
}

impl RowDependencies for CourseEntry {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        entry(&self.entry, dependencies);
    }
}

impl RowDependencies for ListedEntry {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        entry(&self.0, dependencies);
    }
}

fn page<T: RowDependencies>(value: Option<&Arc<Page<T>>>, dependencies: &mut DependencySet) {
    for edge in value.iter().flat_map(|page| &page.edges) {
        edge.node.add_dependencies(dependencies);
    }
}

impl<T: PageRow> TrackDependencies<Arc<Page<T>>> for PageOf<T> {
    const WEIGHER: Option<Weigher<Arc<Page<T>>>> = Some(weight);

    fn collect(&self, value: Option<&Arc<Page<T>>>, dependencies: &mut DependencySet) {
        dependencies.relation(&self.relation, self.parent);
        page(value, dependencies);
    }
}

impl TrackDependencies<i64> for CountOf {
    const WEIGHER: Option<Weigher<i64>> = Some(weight);

    fn collect(&self, _: Option<&i64>, dependencies: &mut DependencySet) {
        dependencies.relation(&self.relation, self.parent);
    }
}

impl<T: Record> TrackDependencies<Arc<Page<T>>> for PageSelected<T> {
    fn collect(&self, value: Option<&Arc<Page<T>>>, dependencies: &mut DependencySet) {
        dependencies.select::<T>(&self.select);
        page(value, dependencies);
    }
}

impl<T: Record> TrackDependencies<i64> for CountSelected<T> {
    fn collect(&self, _: Option<&i64>, dependencies: &mut DependencySet) {
        dependencies.select::<T>(&self.select);
    }
}

/// The id came from an object that refers to this one, so this one exists as long as the reference does.
impl<T: Record> TrackDependencies<Arc<T>> for ById<T> {
    const WEIGHER: Option<Weigher<Arc<T>>> = Some(weight);
    const IS_COALESCED: bool = true;

    fn collect(&self, value: Option<&Arc<T>>, dependencies: &mut DependencySet) {
        dependencies.add(Dependency::Object(T::KIND, self.0));
        value.into_iter().for_each(|thing| dependencies.revision(&**thing));
    }
}

impl<T: Record> TrackDependencies<Arc<T>> for ByCode<T> {
    const WEIGHER: Option<Weigher<Arc<T>>> = Some(weight);
    const IS_COALESCED: bool = true;

    fn collect(&self, value: Option<&Arc<T>>, dependencies: &mut DependencySet) {
        dependencies.lookup(value);
    }
}

impl<T: Record> TrackDependencies<Arc<T>> for BySlug<T> {
    const WEIGHER: Option<Weigher<Arc<T>>> = Some(weight);
    const IS_COALESCED: bool = true;

    fn collect(&self, value: Option<&Arc<T>>, dependencies: &mut DependencySet) {
        dependencies.lookup(value);
    }
}

impl TrackDependencies<Arc<Book>> for ByIsbn {
    const WEIGHER: Option<Weigher<Arc<Book>>> = Some(weight);

    fn collect(&self, value: Option<&Arc<Book>>, dependencies: &mut DependencySet) {
        dependencies.lookup(value);
    }
}

impl TrackDependencies<Arc<Book>> for ByRetiredCode {
    const WEIGHER: Option<Weigher<Arc<Book>>> = Some(weight);

    fn collect(&self, value: Option<&Arc<Book>>, dependencies: &mut DependencySet) {
        dependencies.lookup(value);
    }
}

impl TrackDependencies<()> for WasPublic {
    fn collect(&self, _: Option<&()>, dependencies: &mut DependencySet) {
        dependencies.add(Dependency::Kind(self.kind));
        dependencies.visibility(self.kind);
    }
}

impl TrackDependencies<Arc<Vec<Contribution>>> for ContributionsOf {
    const WEIGHER: Option<Weigher<Arc<Vec<Contribution>>>> = Some(weight);
    const IS_COALESCED: bool = true;

    fn collect(&self, value: Option<&Arc<Vec<Contribution>>>, dependencies: &mut DependencySet) {
        match NodeKind::of_item(self.0) {
            Some(kind) => dependencies.add(Dependency::Object(kind, self.0)),
            None => dependencies.add_everything(),
        }
        for contribution in value.iter().flat_map(|all| all.iter()) {
            dependencies.object(&*contribution.person);
        }
    }
}

impl TrackDependencies<Arc<Vec<Arc<Person>>>> for InstructorsOf {
    const WEIGHER: Option<Weigher<Arc<Vec<Arc<Person>>>>> = Some(weight);
    const IS_COALESCED: bool = true;

    fn collect(&self, value: Option<&Arc<Vec<Arc<Person>>>>, dependencies: &mut DependencySet) {
        dependencies.add(Dependency::Object(NodeKind::Course, self.0));
        for person in value.iter().flat_map(|all| all.iter()) {
            dependencies.object(&**person);
        }
    }
}

impl TrackDependencies<Arc<ReadingList>> for ListOf {
    const WEIGHER: Option<Weigher<Arc<ReadingList>>> = Some(weight);
    const IS_COALESCED: bool = true;

    fn collect(&self, value: Option<&Arc<ReadingList>>, dependencies: &mut DependencySet) {
        dependencies.add(Dependency::ListOf(self.0));
        value.into_iter().for_each(|list| dependencies.revision(&**list));
    }
}

/// Implements dependencies for keys whose values are part of an item of any kind.
macro_rules! part_of_item {
    ($($key:ty),+ $(,)?) => {
        $(
            impl<V: HeapSize> TrackDependencies<V> for $key {
                const WEIGHER: Option<Weigher<V>> = Some(weight);
                const IS_COALESCED: bool = true;

                fn collect(&self, _: Option<&V>, dependencies: &mut DependencySet) {
                    match NodeKind::of_item(self.0) {
                        Some(kind) => dependencies.add(Dependency::Object(kind, self.0)),
                        None => dependencies.add_everything(),
                    }
                }
            }
        )+
    };
}

part_of_item! { AliasesOf, DescriptionOf, SameAsOf }

/// Moving any topic can change the ancestors.
impl TrackDependencies<Arc<Vec<Arc<Topic>>>> for AncestorsOf {
    const WEIGHER: Option<Weigher<Arc<Vec<Arc<Topic>>>>> = Some(weight);

    fn collect(&self, value: Option<&Arc<Vec<Arc<Topic>>>>, dependencies: &mut DependencySet) {
        dependencies.add(Dependency::Kind(NodeKind::Topic));
        value.into_iter().flat_map(|all| all.iter()).for_each(|topic| dependencies.revision(&**topic));
    }
}

/// Implements dependencies for keys whose values are part of their parent.
macro_rules! part_of {
    ($($key:ty: $kind:ident),+ $(,)?) => {
        $(
            impl<V: HeapSize> TrackDependencies<V> for $key {
                const WEIGHER: Option<Weigher<V>> = Some(weight);
                const IS_COALESCED: bool = true;

                fn collect(&self, _: Option<&V>, dependencies: &mut DependencySet) {
                    dependencies.add(Dependency::Object(NodeKind::$kind, self.0));
                }
            }
        )+
    };
}

part_of! { SyllabusOf: Course, ArticleOf: Career }

/// Implements dependencies for keys that depend on all objects of a kind.
macro_rules! any_of {
    ($($key:ty: $kind:ident),+ $(,)?) => {
        $(
            impl<V> TrackDependencies<V> for $key {
                fn collect(&self, _: Option<&V>, dependencies: &mut DependencySet) {
                    dependencies.add(Dependency::Kind(NodeKind::$kind));
                }
            }
        )+
    };
}

any_of! { PrerequisitesOf: Course }

/// Implements dependencies for keys that depend on everything.
macro_rules! everything {
    ($($key:ty),+ $(,)?) => {
        $(
            impl<V> TrackDependencies<V> for $key {
                fn collect(&self, _: Option<&V>, dependencies: &mut DependencySet) {
                    dependencies.add_everything();
                }
            }
        )+
    };
}

everything! {
    CompletionsOf, CountOfSearch, CountOfChanges, CountOfTokens, EntryByCode, FacetValuesOf, Statistic, PageOfSearch, PageOfChanges,
    PageOfTokens, PositionOf, SearchPlanKey, StateOf, SourcesOf
}
