//! What somebody asks to be changed: absent is untouched, null clears, lists are replaced whole.
//!
//! A patch names other things by `R`: first as somebody wrote them (a slug, a name), and, once they are found, by
//! [`Ref`]. [`Patch::resolve`] leads from the one to the other; only then can a patch be applied.

mod apply;
mod resolve;

pub use resolve::FieldPath;

use entity::choice::{EntryRole, Status};
use entity::item::Column;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;

use super::record::Ref;
use crate::catalog::{At, Field, Former, Kind, Value};

/// The change of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Not mentioned: it stays as it is.
    #[default]
    Unchanged,
    Clear,
    Set(T),
}

impl<T> Edit<T> {
    /// The value that is asked for, if one is.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Unchanged | Self::Clear => None,
        }
    }

    /// Makes another value of the value that is asked for.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Edit<U> {
        match self {
            Self::Unchanged => Edit::Unchanged,
            Self::Clear => Edit::Clear,
            Self::Set(value) => Edit::Set(change(value)),
        }
    }

    /// Does to `slot` what is asked.
    pub fn apply_to(self, slot: &mut Option<T>) {
        match self {
            Self::Unchanged => {}
            Self::Clear => *slot = None,
            Self::Set(value) => *slot = Some(value),
        }
    }
}

/// The changes asked of one thing.
#[derive(Clone, Debug)]
pub enum Patch<R = Ref> {
    Routable(RoutablePatch<R>),
    ReadingList(ListPatch<R>),
}

/// The changes asked of a record of a kind that a table of fields describes.
#[derive(Clone, Debug)]
pub struct RoutablePatch<R> {
    pub kind: &'static Kind,
    pub slug: Option<String>,
    pub code: Option<String>,
    pub external_id: Edit<String>,
    /// The fields that change, each with its new value or none.
    pub values: Vec<(&'static Field, Option<Value<R>>)>,
}

#[derive(Clone, Debug)]
pub struct ListPatch<R> {
    pub owner_kind: NodeKind,
    pub owner: R,
    pub code: Option<String>,
    pub title: Edit<String>,
    pub introduction: Edit<String>,
    pub entries: Edit<Vec<EntryPatch<R>>>,
}

#[derive(Clone, Debug)]
pub struct EntryPatch<R> {
    pub kind: NodeKind,
    pub resource: R,
    /// Used where the entry is new; one that is known by its target keeps the code it has.
    pub code: Option<String>,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
    /// When it was put on the list. `None` keeps the time that is known.
    pub added_at: Option<Timestamp>,
}

impl<R> RoutablePatch<R> {
    /// Changes nothing.
    #[must_use]
    pub fn new(kind: &'static Kind) -> Self {
        Self { kind, slug: None, code: None, external_id: Edit::Unchanged, values: Vec::new() }
    }

    /// Returns the new value of the field that is stored at a place.
    #[must_use]
    pub fn value(&self, at: impl Into<At>) -> Option<&Value<R>> {
        let at = at.into();
        self.values.iter().find(|(field, _)| field.at == at)?.1.as_ref()
    }

    /// Returns the new text of the field that is stored at a place.
    #[must_use]
    pub fn text(&self, at: impl Into<At>) -> Option<&str> {
        match self.value(at) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the slugs, codes or ISBNs that are to lead to the record beside its own.
    #[must_use]
    pub fn former_keys(&self, former: Former) -> &[String] {
        match self.value(former) {
            Some(Value::Texts(names)) => names,
            _ => &[],
        }
    }

    /// Gives the field that is stored at a place a value. A kind without the field ignores it.
    pub fn set(&mut self, at: impl Into<At>, value: Value<R>) {
        let Some(field) = self.kind.field(at) else { return };
        self.values.retain(|(known, _)| *known != field);
        self.values.push((field, Some(value)));
    }

    /// Publishes an item whose status the patch leaves alone.
    pub fn publish(&mut self) {
        if !self.values.iter().any(|(field, _)| field.at == Column::Status.into()) {
            self.set(Column::Status, Value::Status(Status::Published));
        }
    }
}

impl<R> Patch<R> {
    #[must_use]
    pub fn kind(&self) -> NodeKind {
        match self {
            Self::Routable(patch) => patch.kind.node,
            Self::ReadingList(_) => NodeKind::ReadingList,
        }
    }

    /// The patch, unless it is about a reading list.
    #[must_use]
    pub fn routable(&self) -> Option<&RoutablePatch<R>> {
        match self {
            Self::Routable(patch) => Some(patch),
            Self::ReadingList(_) => None,
        }
    }

    /// The patch, unless it is about a reading list, to be changed.
    pub fn routable_mut(&mut self) -> Option<&mut RoutablePatch<R>> {
        match self {
            Self::Routable(patch) => Some(patch),
            Self::ReadingList(_) => None,
        }
    }

    /// The title or name that it asks for.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Routable(patch) => patch.text(Column::Title),
            Self::ReadingList(patch) => patch.title.value().map(String::as_str),
        }
    }

    /// The code that it asks for.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Routable(patch) => patch.code.as_deref(),
            Self::ReadingList(patch) => patch.code.as_deref(),
        }
    }

    /// Asks for this slug; a reading list has none.
    pub fn set_slug(&mut self, slug: String) {
        if let Self::Routable(patch) = self {
            patch.slug = Some(slug);
        }
    }

    /// Calls `see` with everything the patch refers to.
    pub fn each_reference(&self, see: &mut dyn FnMut(NodeKind, &R)) {
        match self {
            Self::Routable(patch) => {
                for (field, value) in &patch.values {
                    if let (Some(kind), Some(value)) = (field.refers_to(), value) {
                        value.references().for_each(|reference| see(kind, reference));
                    }
                }
            }
            Self::ReadingList(list) => {
                see(list.owner_kind, &list.owner);
                list.entries.value().into_iter().flatten().for_each(|entry| see(entry.kind, &entry.resource));
            }
        }
    }
}
