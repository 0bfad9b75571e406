//! Changes of a record: absent fields are unchanged, null clears, lists are replaced.
//!
//! `R` is the type of references: first as they are written (a slug, a name), and after [`Patch::resolve`] as [`Ref`].
//! Only a resolved patch can be applied.

mod apply;
mod resolve;

pub use resolve::FieldPath;

use entity::enums::{EntryRole, Status};
use entity::item::Column;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;

use super::record::Ref;
use crate::catalog::{At, Field, Former, Kind, Value};

/// The change of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// The field is absent and keeps its value.
    #[default]
    Unchanged,
    Clear,
    Set(T),
}

impl<T> Edit<T> {
    /// Returns the new value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Unchanged | Self::Clear => None,
        }
    }

    /// Converts the new value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Edit<U> {
        match self {
            Self::Unchanged => Edit::Unchanged,
            Self::Clear => Edit::Clear,
            Self::Set(value) => Edit::Set(change(value)),
        }
    }

    /// Applies the change to a value.
    pub fn apply_to(self, slot: &mut Option<T>) {
        match self {
            Self::Unchanged => {}
            Self::Clear => *slot = None,
            Self::Set(value) => *slot = Some(value),
        }
    }
}

/// The changes of a record.
#[derive(Clone, Debug)]
pub enum Patch<R = Ref> {
    Routable(RoutablePatch<R>),
    ReadingList(ListPatch<R>),
}

/// The changes of a record whose kind has a description of its fields.
#[derive(Clone, Debug)]
pub struct RoutablePatch<R> {
    pub kind: &'static Kind,
    pub slug: Option<String>,
    pub code: Option<String>,
    pub external_id: Edit<String>,
    /// The changed fields, each with its new value or none.
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
    /// The code of a new entry. An existing entry of the same resource keeps its code.
    pub code: Option<String>,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
    /// The time at which the entry was added. `None` keeps the present time.
    pub added_at: Option<Timestamp>,
}

impl<R> RoutablePatch<R> {
    /// Returns a patch without changes.
    #[must_use]
    pub fn new(kind: &'static Kind) -> Self {
        Self { kind, slug: None, code: None, external_id: Edit::Unchanged, values: Vec::new() }
    }

    /// Returns the new value of a field.
    #[must_use]
    pub fn value(&self, at: impl Into<At>) -> Option<&Value<R>> {
        let at = at.into();
        self.values.iter().find(|(field, _)| field.at == at)?.1.as_ref()
    }

    /// Returns the new text of a field.
    #[must_use]
    pub fn text(&self, at: impl Into<At>) -> Option<&str> {
        match self.value(at) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the former slugs, codes or ISBNs to add.
    #[must_use]
    pub fn former_keys(&self, former: Former) -> &[String] {
        match self.value(former) {
            Some(Value::Texts(names)) => names,
            _ => &[],
        }
    }

    /// Sets a field. Ignores fields that the kind does not have.
    pub fn set(&mut self, at: impl Into<At>, value: Value<R>) {
        let Some(field) = self.kind.field(at) else { return };
        self.values.retain(|(known, _)| *known != field);
        self.values.push((field, Some(value)));
    }

    /// Publishes an item if the patch does not change its status.
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

    /// Returns the patch, unless it is about a reading list.
    #[must_use]
    pub fn routable(&self) -> Option<&RoutablePatch<R>> {
        match self {
            Self::Routable(patch) => Some(patch),
            Self::ReadingList(_) => None,
        }
    }

    /// Returns the patch mutably, unless it is about a reading list.
    pub fn routable_mut(&mut self) -> Option<&mut RoutablePatch<R>> {
        match self {
            Self::Routable(patch) => Some(patch),
            Self::ReadingList(_) => None,
        }
    }

    /// Returns the new title or name.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Routable(patch) => patch.text(Column::Title),
            Self::ReadingList(patch) => patch.title.value().map(String::as_str),
        }
    }

    /// Returns the new code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Routable(patch) => patch.code.as_deref(),
            Self::ReadingList(patch) => patch.code.as_deref(),
        }
    }

    /// Sets the slug. Reading lists have none.
    pub fn set_slug(&mut self, slug: String) {
        if let Self::Routable(patch) = self {
            patch.slug = Some(slug);
        }
    }

    /// Calls `see` for each reference of the patch.
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
