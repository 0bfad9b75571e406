//! What an answer rests on: while nothing of that changes, the answer stays.
//!
//! A key says what its answer rests on, and where it says nothing, on everything. What rests on too much is forgotten too
//! early, which costs time; what rests on too little would be wrong. So a list rests on all that could come into it or be
//! sorted otherwise, and only what is read by an editor's own order, or as a part of one thing, rests on single things.

use std::collections::HashSet;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

use entity::kind::{NodeKind, ResourceKind};

use super::{
    AliasesOf, AncestorsOf, ArticleOf, BookEntry, ByCode, ById, ByIsbn, ByRetiredCode, BySlug, ContributionsOf,
    CountOf, CountOfChanges, CountOfTokens, CountSelected, CourseEntry, DescriptionOf, EntryByCode, InstructorsOf,
    ListEntry, ListOf, ListedEntry, Page, PageOf, PageOfChanges, PageOfTokens, PageRow, PageSelected, PositionOf,
    PrerequisitesOf, Relation, SameAsOf, Select, StateOf, Statistic, SyllabusOf, Weigher,
};
use crate::loader::newest_revisions::ReadRevision;
use crate::loader::search::{CompletionsOf, CountOfSearch, FacetValuesOf, PageOfSearch, SearchPlanKey, SourcesOf};
use crate::model::{
    Book, Contribution, Entry, HeapSize, OwnerKind, OwnerRef, Person, ReadingList, Record, Resource, Topic,
};

/// How many things an answer may rest on that are told apart; with more it rests on everything.
const MAX_DEPENDENCIES: usize = 2_000;

/// Something that a change can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// One thing, by its primary key.
    Object(NodeKind, i64),
    /// The reading list of an owner.
    ListOf(OwnerRef),
    /// Which things of a kind are there for everybody.
    Visibility(NodeKind),
    /// Anything of a kind.
    Kind(NodeKind),
    /// Something of a kind that was, and is no more: no answer rests on it, but each that rests on one thing of the kind may have.
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
    /// Nothing that changes.
    #[default]
    Empty,
    Listed(HashSet<Dependency>),
    Everything,
}

impl DependencySet {
    /// The dependencies of a response that depends on everything.
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

    /// Adds an object as it was read.
    fn object<T: Record>(&mut self, thing: &T) {
        self.add(Dependency::Object(T::KIND, thing.id()));
        self.revision(thing);
    }

    /// Records the revision of an object that is already a dependency.
    fn revision<T: Record>(&mut self, thing: &T) {
        self.revisions.push(ReadRevision(T::KIND, thing.id(), thing.revision()));
    }

    /// What looks for one thing and finds none rests on all of its kind. People and organizations are there with their books
    /// and courses.
    fn lookup<T: Record>(&mut self, found: Option<&Arc<T>>) {
        match found {
            Some(thing) => self.object(&**thing),
            None => self.add(Dependency::Kind(T::KIND)),
        }
        self.party(T::KIND);
    }

    fn party(&mut self, kind: NodeKind) {
        if !kind.is_catalog_item() {
            for kind in ResourceKind::ALL {
                self.add(Dependency::Kind((*kind).into()));
            }
        }
    }

    /// What can be hidden among the entries of a list.
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
            // By the title of the list's owner.
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
            self.party(T::KIND);
        } else {
            self.add_everything();
        }
    }
}

/// What one execution's answer rests on, gathered as it is read.
#[derive(Debug, Default)]
pub struct DependencyRecorder(Mutex<DependencySet>);

impl DependencyRecorder {
    pub fn record(&self, record: impl FnOnce(&mut DependencySet)) {
        let mut dependencies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record(&mut dependencies);
        // Revisions were checked when the rows were read.
        dependencies.revisions.clear();
    }

    /// What was noted so far.
    #[must_use]
    pub fn dependencies(&self) -> DependencySet {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A key whose answer rests on something.
pub trait TrackDependencies<V> {
    /// How what the key leads to is weighed, where it is kept in the [object cache](super::ObjectCache).
    const WEIGHER: Option<Weigher<V>> = None;
    /// Whether several requests read what they need of this path [together](super::QueryCoalescer): it is one statement for whatever keys.
    const IS_COALESCED: bool = false;

    /// Adds what `value`, which is the answer, rests on.
    fn collect(&self, value: Option<&V>, dependencies: &mut DependencySet);
}

/// A row that pages are made of.
pub trait RowDependencies {
    /// Adds the things that are in it.
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

/// Come to from what names it, so it is there as long as that is.
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

/// Writes what keys rest on whose answers are a part of an item of any kind, whatever is in them.
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

/// How a topic is moved below another may be about any of them.
impl TrackDependencies<Arc<Vec<Arc<Topic>>>> for AncestorsOf {
    const WEIGHER: Option<Weigher<Arc<Vec<Arc<Topic>>>>> = Some(weight);

    fn collect(&self, value: Option<&Arc<Vec<Arc<Topic>>>>, dependencies: &mut DependencySet) {
        dependencies.add(Dependency::Kind(NodeKind::Topic));
        value.into_iter().flat_map(|all| all.iter()).for_each(|topic| dependencies.revision(&**topic));
    }
}

/// Writes what keys rest on whose answers are a part of their parent, whatever is in them.
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

/// Writes that keys rest on all things of a kind.
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

/// Writes that keys rest on everything.
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
