//! What somebody asks to be changed: absent is untouched, null clears, lists are replaced whole.
//!
//! A patch names other things by `R`: first as somebody wrote them (a slug, a name), and, once they are found, by
//! [`Ref`]. [`Patch::resolve`] leads from the one to the other; only then can a patch be applied.

mod apply;
mod resolve;

pub use resolve::Spot;

use entity::choice::{ContributionRole, EntryRole, Level, Status};
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;

use super::record::{Price, Ref, Section};

/// What is asked of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// Not mentioned: it stays as it is.
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Field<T> {
    /// The value that is asked for, if one is.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Does to `slot` what is asked.
    pub fn onto(self, slot: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *slot = None,
            Self::Set(value) => *slot = Some(value),
        }
    }

    /// For what cannot be without a value: cleared is the empty one, which [`check`](super::check) then finds.
    fn onto_required(self, slot: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Keep => {}
            Self::Clear => *slot = T::default(),
            Self::Set(value) => *slot = value,
        }
    }
}

/// The changes asked of one thing.
#[derive(Clone, Debug)]
pub enum Patch<R = Ref> {
    Career(CareerPatch<R>),
    Course(CoursePatch<R>),
    Book(BookPatch<R>),
    Topic(TopicPatch<R>),
    Person(PartyPatch),
    Organization(PartyPatch),
    ReadingList(ListPatch<R>),
}

/// How a record is known: what every kind but the reading list has.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    pub slug: Option<String>,
    pub code: Option<String>,
    pub external_id: Field<String>,
    /// Former slugs to keep; they are added to those that are known, never taken away.
    pub old_slugs: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct ItemPatch {
    pub identity: Identity,
    pub status: Option<Status>,
    pub published_at: Field<Timestamp>,
    pub revised_at: Field<Timestamp>,
    pub title: Field<String>,
    pub summary: Field<String>,
}

#[derive(Clone, Debug, Default)]
pub struct PartyPatch {
    pub identity: Identity,
    pub name: Field<String>,
    pub url: Field<String>,
}

#[derive(Clone, Debug, Default)]
pub struct ResourcePatch {
    pub description: Field<String>,
    pub level: Field<Level>,
    pub language: Field<String>,
    pub url: Field<String>,
    pub time_required: Field<i64>,
}

#[derive(Clone, Debug)]
pub struct CareerPatch<R> {
    pub item: ItemPatch,
    pub occupation_code: Field<String>,
    pub article: Field<String>,
    pub topics: Field<Vec<R>>,
    pub related: Field<Vec<R>>,
}

#[derive(Clone, Debug)]
pub struct CoursePatch<R> {
    pub item: ItemPatch,
    pub resource: ResourcePatch,
    pub provider: Field<R>,
    pub institution: Field<R>,
    pub instructors: Field<Vec<R>>,
    pub weekly_effort: Field<i64>,
    pub is_free: Field<bool>,
    pub price: Field<Price>,
    pub syllabus: Field<Vec<Section>>,
    pub topics: Field<Vec<R>>,
    pub prerequisites: Field<Vec<R>>,
}

#[derive(Clone, Debug)]
pub struct BookPatch<R> {
    pub item: ItemPatch,
    pub resource: ResourcePatch,
    pub subtitle: Field<String>,
    pub contributors: Field<Vec<ContributorPatch<R>>>,
    pub publisher: Field<R>,
    pub publication_year: Field<i32>,
    pub edition: Field<String>,
    pub isbn13: Field<String>,
    /// Further ISBNs and codes that lead to it; they are added to those that are known, never taken away.
    pub old_isbns: Vec<String>,
    pub old_codes: Vec<String>,
    pub page_count: Field<i32>,
    pub cover_url: Field<String>,
    pub topics: Field<Vec<R>>,
}

#[derive(Clone, Debug)]
pub struct ContributorPatch<R> {
    pub person: R,
    pub role: ContributionRole,
}

#[derive(Clone, Debug)]
pub struct TopicPatch<R> {
    pub item: ItemPatch,
    pub parent: Field<R>,
    pub aliases: Field<Vec<String>>,
    pub related: Field<Vec<R>>,
}

#[derive(Clone, Debug)]
pub struct ListPatch<R> {
    pub owner_kind: NodeKind,
    pub owner: R,
    pub code: Option<String>,
    pub title: Field<String>,
    pub introduction: Field<String>,
    pub entries: Field<Vec<EntryPatch<R>>>,
}

#[derive(Clone, Debug)]
pub struct EntryPatch<R> {
    pub kind: NodeKind,
    pub target: R,
    /// Used where the entry is new; one that is known by its target keeps the code it has.
    pub code: Option<String>,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
}

impl<R> Patch<R> {
    #[must_use]
    pub fn kind(&self) -> NodeKind {
        match self {
            Self::Career(_) => NodeKind::Career,
            Self::Course(_) => NodeKind::Course,
            Self::Book(_) => NodeKind::Book,
            Self::Topic(_) => NodeKind::Topic,
            Self::Person(_) => NodeKind::Person,
            Self::Organization(_) => NodeKind::Organization,
            Self::ReadingList(_) => NodeKind::ReadingList,
        }
    }

    /// What all catalog items have, if it is about one.
    pub fn item_mut(&mut self) -> Option<&mut ItemPatch> {
        match self {
            Self::Career(patch) => Some(&mut patch.item),
            Self::Course(patch) => Some(&mut patch.item),
            Self::Book(patch) => Some(&mut patch.item),
            Self::Topic(patch) => Some(&mut patch.item),
            Self::Person(_) | Self::Organization(_) | Self::ReadingList(_) => None,
        }
    }

    /// The title or name that it asks for.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        let title = match self {
            Self::Career(patch) => &patch.item.title,
            Self::Course(patch) => &patch.item.title,
            Self::Book(patch) => &patch.item.title,
            Self::Topic(patch) => &patch.item.title,
            Self::Person(patch) | Self::Organization(patch) => &patch.name,
            Self::ReadingList(patch) => &patch.title,
        };
        title.value().map(String::as_str)
    }

    /// Asks for this slug; a reading list has none.
    pub fn set_slug(&mut self, slug: String) {
        match self {
            Self::Person(patch) | Self::Organization(patch) => patch.identity.slug = Some(slug),
            _ => {
                if let Some(item) = self.item_mut() {
                    item.identity.slug = Some(slug);
                }
            }
        }
    }

    /// The codes that it asks for besides its own.
    #[must_use]
    pub fn old_codes(&self) -> &[String] {
        match self {
            Self::Book(patch) => &patch.old_codes,
            _ => &[],
        }
    }

    /// How its record is known; a reading list is known by its owner.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Career(patch) => Some(&patch.item.identity),
            Self::Course(patch) => Some(&patch.item.identity),
            Self::Book(patch) => Some(&patch.item.identity),
            Self::Topic(patch) => Some(&patch.item.identity),
            Self::Person(patch) | Self::Organization(patch) => Some(&patch.identity),
            Self::ReadingList(_) => None,
        }
    }
}
