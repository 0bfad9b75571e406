//! Finding what a patch refers to.

use std::fmt;

use entity::kind::NodeKind;

use super::{BookPatch, CareerPatch, ContributorPatch, CoursePatch, EntryPatch, Field, ListPatch, Patch, TopicPatch};

/// Where in a patch a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub field: &'static str,
    /// Which element it is, where the field holds a list.
    pub index: Option<usize>,
}

impl Spot {
    fn within(field: &'static str, index: usize) -> Self {
        Self { field, index: Some(index) }
    }
}

/// As a fault names it: `topics[2]`.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            None => f.write_str(self.field),
            Some(index) => write!(f, "{}[{index}]", self.field),
        }
    }
}

/// Looks a reference up: what is looked for, where it stands, how it is written. `None` leaves it out, and the one who
/// looks up has noted why.
pub type Lookup<'a, R, S> = &'a mut dyn FnMut(NodeKind, Spot, R) -> Option<S>;

impl<R> Field<R> {
    fn resolve<S>(self, kind: NodeKind, name: &'static str, look: Lookup<'_, R, S>) -> Field<S> {
        match self {
            Self::Keep => Field::Keep,
            Self::Clear => Field::Clear,
            Self::Set(reference) => {
                look(kind, Spot { field: name, index: None }, reference).map_or(Field::Keep, Field::Set)
            }
        }
    }
}

impl<R> Field<Vec<R>> {
    fn resolve_all<S>(self, kind: NodeKind, name: &'static str, look: Lookup<'_, R, S>) -> Field<Vec<S>> {
        let found = |(index, reference)| look(kind, Spot::within(name, index), reference);
        self.map(|list| list.into_iter().enumerate().filter_map(found).collect())
    }
}

impl<T> Field<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Keep => Field::Keep,
            Self::Clear => Field::Clear,
            Self::Set(value) => Field::Set(change(value)),
        }
    }
}

impl<R> Patch<R> {
    /// The same patch, with each reference looked up. `None` when it has lost what it cannot do without: a reading
    /// list its owner.
    #[must_use]
    pub fn resolve<S>(self, look: Lookup<'_, R, S>) -> Option<Patch<S>> {
        Some(match self {
            Self::Career(patch) => Patch::Career(career(patch, look)),
            Self::Course(patch) => Patch::Course(course(patch, look)),
            Self::Book(patch) => Patch::Book(book(patch, look)),
            Self::Topic(patch) => Patch::Topic(topic(patch, look)),
            Self::Person(patch) => Patch::Person(patch),
            Self::Organization(patch) => Patch::Organization(patch),
            Self::ReadingList(patch) => Patch::ReadingList(list(patch, look)?),
        })
    }
}

fn career<R, S>(patch: CareerPatch<R>, look: Lookup<'_, R, S>) -> CareerPatch<S> {
    CareerPatch {
        item: patch.item,
        occupation_code: patch.occupation_code,
        article: patch.article,
        topics: patch.topics.resolve_all(NodeKind::Topic, "topics", look),
        related: patch.related.resolve_all(NodeKind::Career, "relatedCareers", look),
    }
}

fn course<R, S>(patch: CoursePatch<R>, look: Lookup<'_, R, S>) -> CoursePatch<S> {
    CoursePatch {
        item: patch.item,
        resource: patch.resource,
        provider: patch.provider.resolve(NodeKind::Organization, "provider", look),
        institution: patch.institution.resolve(NodeKind::Organization, "institution", look),
        instructors: patch.instructors.resolve_all(NodeKind::Person, "instructors", look),
        weekly_effort: patch.weekly_effort,
        is_free: patch.is_free,
        price: patch.price,
        syllabus: patch.syllabus,
        topics: patch.topics.resolve_all(NodeKind::Topic, "topics", look),
        prerequisites: patch.prerequisites.resolve_all(NodeKind::Course, "prerequisites", look),
    }
}

fn book<R, S>(patch: BookPatch<R>, look: Lookup<'_, R, S>) -> BookPatch<S> {
    BookPatch {
        item: patch.item,
        resource: patch.resource,
        subtitle: patch.subtitle,
        contributors: patch.contributors.map(|list| {
            let found = |(index, contributor): (usize, ContributorPatch<R>)| {
                let person = look(NodeKind::Person, Spot::within("contributors", index), contributor.person)?;
                Some(ContributorPatch { person, role: contributor.role })
            };
            list.into_iter().enumerate().filter_map(found).collect()
        }),
        publisher: patch.publisher.resolve(NodeKind::Organization, "publisher", look),
        publication_year: patch.publication_year,
        edition: patch.edition,
        isbn13: patch.isbn13,
        old_isbns: patch.old_isbns,
        old_codes: patch.old_codes,
        page_count: patch.page_count,
        cover_url: patch.cover_url,
        topics: patch.topics.resolve_all(NodeKind::Topic, "topics", look),
    }
}

fn topic<R, S>(patch: TopicPatch<R>, look: Lookup<'_, R, S>) -> TopicPatch<S> {
    TopicPatch {
        item: patch.item,
        parent: patch.parent.resolve(NodeKind::Topic, "parent", look),
        aliases: patch.aliases,
        related: patch.related.resolve_all(NodeKind::Topic, "relatedTopics", look),
    }
}

fn list<R, S>(patch: ListPatch<R>, look: Lookup<'_, R, S>) -> Option<ListPatch<S>> {
    let owner = look(patch.owner_kind, Spot { field: "owner", index: None }, patch.owner);
    let entries = patch.entries.map(|entries| {
        let found = |(index, entry): (usize, EntryPatch<R>)| {
            let target = look(entry.kind, Spot::within("entries", index), entry.target)?;
            Some(EntryPatch { target, kind: entry.kind, code: entry.code, note: entry.note, role: entry.role })
        };
        entries.into_iter().enumerate().filter_map(found).collect()
    });
    Some(ListPatch {
        owner: owner?,
        owner_kind: patch.owner_kind,
        code: patch.code,
        title: patch.title,
        introduction: patch.introduction,
        entries,
    })
}
