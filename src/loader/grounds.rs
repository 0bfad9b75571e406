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
    CountOf, CountOfChanges, CountOfTokens, CountSelected, CourseEntry, DescriptionOf, EntryByCode, Figure,
    InstructorsOf, ListEntry, ListOf, ListedEntry, Page, PageOf, PageOfChanges, PageOfTokens, PageSelected, PositionOf,
    PrerequisitesOf, Relation, Rowed, SameAsOf, Select, StateOf, SyllabusOf, Weigh,
};
use crate::loader::newest::ReadRevision;
use crate::loader::search::{CompletionsOf, CountFound, FacetOf, PageFound, SearchKey, TextsOf};
use crate::model::{
    Book, Contribution, Entry, OwnerKind, OwnerRef, Person, ReadingList, Record, Resource, Topic, Weight,
};

/// How many things an answer may rest on that are told apart; with more it rests on everything.
const MOST: usize = 2_000;

/// Something that a change can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// One thing, by its primary key.
    Thing(NodeKind, i64),
    /// The reading list of an owner.
    ListOf(OwnerRef),
    /// Which things of a kind are there for everybody.
    Shown(NodeKind),
    /// Anything of a kind.
    Kind(NodeKind),
    /// Something of a kind that was, and is no more: no answer rests on it, but each that rests on one thing of the kind may have.
    Gone(NodeKind),
}

/// The dependencies of a response, and the revisions of the objects in it.
#[derive(Clone, Debug, Default)]
pub struct Grounds {
    extent: Extent,
    revisions: Vec<ReadRevision>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// Nothing that changes.
    #[default]
    Nothing,
    These(HashSet<Ground>),
    Everything,
}

impl Grounds {
    /// The dependencies of a response that depends on everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { extent: Extent::Everything, revisions: Vec::new() }
    }

    pub fn add(&mut self, ground: Ground) {
        match &mut self.extent {
            Extent::Nothing => self.extent = Extent::These(HashSet::from([ground])),
            Extent::These(all) if all.len() < MOST || all.contains(&ground) => {
                all.insert(ground);
            }
            Extent::These(_) | Extent::Everything => self.extent = Extent::Everything,
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
    pub fn into_single(self) -> Option<Box<[Ground]>> {
        match self.extent {
            Extent::Nothing => Some(Box::default()),
            Extent::These(grounds) => Some(grounds.into_iter().collect()),
            Extent::Everything => None,
        }
    }

    /// Takes the revisions of the added objects.
    #[must_use]
    pub fn take_revisions(&mut self) -> Vec<ReadRevision> {
        take(&mut self.revisions)
    }

    /// Adds an object as it was read.
    fn thing<T: Record>(&mut self, thing: &T) {
        self.add(Ground::Thing(T::KIND, thing.id()));
        self.revision(thing);
    }

    /// Records the revision of an object that is already a dependency.
    fn revision<T: Record>(&mut self, thing: &T) {
        self.revisions.push(ReadRevision(T::KIND, thing.id(), thing.revision()));
    }

    /// What looks for one thing and finds none rests on all of its kind. People and organizations are there with their books
    /// and courses.
    fn found<T: Record>(&mut self, found: Option<&Arc<T>>) {
        match found {
            Some(thing) => self.thing(&**thing),
            None => self.add(Ground::Kind(T::KIND)),
        }
        self.party(T::KIND);
    }

    fn party(&mut self, kind: NodeKind) {
        if !kind.is_catalog_item() {
            for kind in ResourceKind::ALL {
                self.add(Ground::Kind((*kind).into()));
            }
        }
    }

    /// What can be hidden among the entries of a list.
    fn entries(&mut self) {
        for kind in ResourceKind::ALL {
            self.add(Ground::Shown((*kind).into()));
        }
    }

    fn relation(&mut self, relation: &Relation, parent: i64) {
        match relation {
            Relation::TopicsOf(kind) => {
                self.add(Ground::Thing(*kind, parent));
                self.add(Ground::Shown(NodeKind::Topic));
            }
            Relation::RelatedCareers => {
                self.add(Ground::Thing(NodeKind::Career, parent));
                self.add(Ground::Shown(NodeKind::Career));
            }
            Relation::RelatedTopics => {
                self.add(Ground::Thing(NodeKind::Topic, parent));
                self.add(Ground::Shown(NodeKind::Topic));
            }
            Relation::Prerequisites => {
                self.add(Ground::Thing(NodeKind::Course, parent));
                self.add(Ground::Shown(NodeKind::Course));
            }
            Relation::Entries { .. } => {
                self.add(Ground::Thing(NodeKind::ReadingList, parent));
                self.entries();
            }
            Relation::Recommended { owner, .. } => {
                self.add(Ground::ListOf(OwnerRef { kind: *owner, id: parent }));
                self.entries();
            }
            Relation::Children => self.add(Ground::Kind(NodeKind::Topic)),
            Relation::PrerequisiteFor => self.add(Ground::Kind(NodeKind::Course)),
            Relation::OfPerson(kind) | Relation::OfOrganization(kind) => self.add(Ground::Kind(*kind)),
            Relation::ResourcesOfPerson(kinds) | Relation::ResourcesOfOrganization(kinds) => {
                for kind in kinds {
                    self.add(Ground::Kind((*kind).into()));
                }
            }
            // By the title of the list's owner.
            Relation::ListedIn { .. } => {
                self.add(Ground::Kind(NodeKind::ReadingList));
                for kind in OwnerKind::ALL {
                    self.add(Ground::Kind((*kind).into()));
                }
            }
            Relation::WithTopic { .. } | Relation::ResourcesWithTopic { .. } | Relation::Revisions(_) => {
                self.add_everything();
            }
        }
    }

    fn select<T: Record>(&mut self, select: &Select) {
        if select.filter.is_everything() && select.search.is_none() && !select.window.order.counts_recommendations() {
            self.add(Ground::Kind(T::KIND));
            self.party(T::KIND);
        } else {
            self.add_everything();
        }
    }
}

/// What one execution's answer rests on, gathered as it is read.
#[derive(Debug, Default)]
pub struct Trail(Mutex<Grounds>);

impl Trail {
    pub fn note(&self, note: impl FnOnce(&mut Grounds)) {
        let mut grounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut grounds);
        // Revisions were checked when the rows were read.
        grounds.revisions.clear();
    }

    /// What was noted so far.
    #[must_use]
    pub fn grounds(&self) -> Grounds {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A key whose answer rests on something.
pub trait Grounded<V> {
    /// How what the key leads to is weighed, where it is kept in the [row cache](super::RowCache).
    const WEIGH: Option<Weigh<V>> = None;
    /// Whether several requests read what they need of this path [together](super::Shared): it is one statement for whatever keys.
    const IS_SHARED: bool = false;

    /// Adds what `value`, which is the answer, rests on.
    fn rest(&self, value: Option<&V>, on: &mut Grounds);
}

/// A row that pages are made of.
pub trait Standing {
    /// Adds the things that are in it.
    fn things(&self, on: &mut Grounds);
}

impl<T: Record> Standing for T {
    fn things(&self, on: &mut Grounds) {
        on.thing(self);
    }
}

fn weight<V: Weight>(value: Option<&V>) -> usize {
    value.map_or(0, Weight::elsewhere)
}

fn resource(resource: &Resource, on: &mut Grounds) {
    let (kind, item) = (resource.key().kind.into(), resource.item());
    on.add(Ground::Thing(kind, item.id));
    on.revisions.push(ReadRevision(kind, item.id, item.revision));
}

fn entry(entry: &Entry, on: &mut Grounds) {
    on.add(Ground::Thing(entry.target.kind.into(), entry.target.id));
    on.add(Ground::Thing(NodeKind::ReadingList, entry.list_id));
    if let Some(found) = &entry.resource {
        resource(found, on);
    }
    if let Some(list) = &entry.list {
        on.revision(&**list);
    }
}

impl Standing for Resource {
    fn things(&self, on: &mut Grounds) {
        resource(self, on);
    }
}

impl Standing for ListEntry {
    fn things(&self, on: &mut Grounds) {
        entry(&self.0, on);
    }
}

impl Standing for BookEntry {
    fn things(&self, on: &mut Grounds) {
        entry(&self.entry, on);
    }
}

impl Standing for CourseEntry {
    fn things(&self, on: &mut Grounds) {
        entry(&self.entry, on);
    }
}

impl Standing for ListedEntry {
    fn things(&self, on: &mut Grounds) {
        entry(&self.0, on);
    }
}

fn page<T: Standing>(value: Option<&Arc<Page<T>>>, on: &mut Grounds) {
    for edge in value.iter().flat_map(|page| &page.edges) {
        edge.node.things(on);
    }
}

impl<T: Rowed> Grounded<Arc<Page<T>>> for PageOf<T> {
    const WEIGH: Option<Weigh<Arc<Page<T>>>> = Some(weight);

    fn rest(&self, value: Option<&Arc<Page<T>>>, on: &mut Grounds) {
        on.relation(&self.relation, self.parent);
        page(value, on);
    }
}

impl Grounded<i64> for CountOf {
    const WEIGH: Option<Weigh<i64>> = Some(weight);

    fn rest(&self, _: Option<&i64>, on: &mut Grounds) {
        on.relation(&self.relation, self.parent);
    }
}

impl<T: Record> Grounded<Arc<Page<T>>> for PageSelected<T> {
    fn rest(&self, value: Option<&Arc<Page<T>>>, on: &mut Grounds) {
        on.select::<T>(&self.select);
        page(value, on);
    }
}

impl<T: Record> Grounded<i64> for CountSelected<T> {
    fn rest(&self, _: Option<&i64>, on: &mut Grounds) {
        on.select::<T>(&self.select);
    }
}

/// Come to from what names it, so it is there as long as that is.
impl<T: Record> Grounded<Arc<T>> for ById<T> {
    const WEIGH: Option<Weigh<Arc<T>>> = Some(weight);
    const IS_SHARED: bool = true;

    fn rest(&self, value: Option<&Arc<T>>, on: &mut Grounds) {
        on.add(Ground::Thing(T::KIND, self.0));
        value.into_iter().for_each(|thing| on.revision(&**thing));
    }
}

impl<T: Record> Grounded<Arc<T>> for ByCode<T> {
    const WEIGH: Option<Weigh<Arc<T>>> = Some(weight);
    const IS_SHARED: bool = true;

    fn rest(&self, value: Option<&Arc<T>>, on: &mut Grounds) {
        on.found(value);
    }
}

impl<T: Record> Grounded<Arc<T>> for BySlug<T> {
    const WEIGH: Option<Weigh<Arc<T>>> = Some(weight);
    const IS_SHARED: bool = true;

    fn rest(&self, value: Option<&Arc<T>>, on: &mut Grounds) {
        on.found(value);
    }
}

impl Grounded<Arc<Book>> for ByIsbn {
    const WEIGH: Option<Weigh<Arc<Book>>> = Some(weight);

    fn rest(&self, value: Option<&Arc<Book>>, on: &mut Grounds) {
        on.found(value);
    }
}

impl Grounded<Arc<Book>> for ByRetiredCode {
    const WEIGH: Option<Weigh<Arc<Book>>> = Some(weight);

    fn rest(&self, value: Option<&Arc<Book>>, on: &mut Grounds) {
        on.found(value);
    }
}

impl Grounded<Arc<Vec<Contribution>>> for ContributionsOf {
    const WEIGH: Option<Weigh<Arc<Vec<Contribution>>>> = Some(weight);
    const IS_SHARED: bool = true;

    fn rest(&self, value: Option<&Arc<Vec<Contribution>>>, on: &mut Grounds) {
        match NodeKind::of_item(self.0) {
            Some(kind) => on.add(Ground::Thing(kind, self.0)),
            None => on.add_everything(),
        }
        for contribution in value.iter().flat_map(|all| all.iter()) {
            on.thing(&*contribution.person);
        }
    }
}

impl Grounded<Arc<Vec<Arc<Person>>>> for InstructorsOf {
    const WEIGH: Option<Weigh<Arc<Vec<Arc<Person>>>>> = Some(weight);
    const IS_SHARED: bool = true;

    fn rest(&self, value: Option<&Arc<Vec<Arc<Person>>>>, on: &mut Grounds) {
        on.add(Ground::Thing(NodeKind::Course, self.0));
        for person in value.iter().flat_map(|all| all.iter()) {
            on.thing(&**person);
        }
    }
}

impl Grounded<Arc<ReadingList>> for ListOf {
    const WEIGH: Option<Weigh<Arc<ReadingList>>> = Some(weight);
    const IS_SHARED: bool = true;

    fn rest(&self, value: Option<&Arc<ReadingList>>, on: &mut Grounds) {
        on.add(Ground::ListOf(self.0));
        value.into_iter().for_each(|list| on.revision(&**list));
    }
}

/// Writes what keys rest on whose answers are a part of an item of any kind, whatever is in them.
macro_rules! part_of_item {
    ($($key:ty),+ $(,)?) => {
        $(
            impl<V: Weight> Grounded<V> for $key {
                const WEIGH: Option<Weigh<V>> = Some(weight);
                const IS_SHARED: bool = true;

                fn rest(&self, _: Option<&V>, on: &mut Grounds) {
                    match NodeKind::of_item(self.0) {
                        Some(kind) => on.add(Ground::Thing(kind, self.0)),
                        None => on.add_everything(),
                    }
                }
            }
        )+
    };
}

part_of_item! { AliasesOf, DescriptionOf, SameAsOf }

/// How a topic is moved below another may be about any of them.
impl Grounded<Arc<Vec<Arc<Topic>>>> for AncestorsOf {
    const WEIGH: Option<Weigh<Arc<Vec<Arc<Topic>>>>> = Some(weight);

    fn rest(&self, value: Option<&Arc<Vec<Arc<Topic>>>>, on: &mut Grounds) {
        on.add(Ground::Kind(NodeKind::Topic));
        value.into_iter().flat_map(|all| all.iter()).for_each(|topic| on.revision(&**topic));
    }
}

/// Writes what keys rest on whose answers are a part of their parent, whatever is in them.
macro_rules! part_of {
    ($($key:ty: $kind:ident),+ $(,)?) => {
        $(
            impl<V: Weight> Grounded<V> for $key {
                const WEIGH: Option<Weigh<V>> = Some(weight);
                const IS_SHARED: bool = true;

                fn rest(&self, _: Option<&V>, on: &mut Grounds) {
                    on.add(Ground::Thing(NodeKind::$kind, self.0));
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
            impl<V> Grounded<V> for $key {
                fn rest(&self, _: Option<&V>, on: &mut Grounds) {
                    on.add(Ground::Kind(NodeKind::$kind));
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
            impl<V> Grounded<V> for $key {
                fn rest(&self, _: Option<&V>, on: &mut Grounds) {
                    on.add_everything();
                }
            }
        )+
    };
}

everything! {
    CompletionsOf, CountFound, CountOfChanges, CountOfTokens, EntryByCode, FacetOf, Figure, PageFound, PageOfChanges,
    PageOfTokens, PositionOf, SearchKey, StateOf, TextsOf
}
