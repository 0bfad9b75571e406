//! Resolves the references of a patch.

use std::fmt;

use entity::kind::NodeKind;

use super::{EntryPatch, ListPatch, Patch, RoutablePatch};

/// The path of a reference in a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldPath {
    pub field: &'static str,
    /// The index of the element in a list.
    pub index: Option<usize>,
}

/// Formats the path for violations: `topics[2]`.
impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            None => f.write_str(self.field),
            Some(index) => write!(f, "{}[{index}]", self.field),
        }
    }
}

/// Resolves a reference by kind and path. `None` omits the reference; the callback reports the error.
pub type Lookup<'a, R, S> = &'a mut dyn FnMut(NodeKind, FieldPath, R) -> Option<S>;

impl<R> Patch<R> {
    /// Resolves all references. `None` if a required reference is not found: the owner of a reading list.
    #[must_use]
    pub fn resolve<S>(self, look: Lookup<'_, R, S>) -> Option<Patch<S>> {
        Some(match self {
            Self::Routable(patch) => Patch::Routable(routable(patch, look)),
            Self::ReadingList(patch) => Patch::ReadingList(list(patch, look)?),
        })
    }
}

fn routable<R, S>(patch: RoutablePatch<R>, look: Lookup<'_, R, S>) -> RoutablePatch<S> {
    let RoutablePatch { kind, slug, code, external_id, values } = patch;
    let values = values.into_iter().filter_map(|(field, value)| {
        let Some(value) = value else { return Some((field, None)) };
        let to = field.refers_to();
        let value = value.resolve(|index, reference| look(to?, FieldPath { field: field.name(), index }, reference))?;
        Some((field, Some(value)))
    });
    RoutablePatch { kind, slug, code, external_id, values: values.collect() }
}

fn list<R, S>(patch: ListPatch<R>, look: Lookup<'_, R, S>) -> Option<ListPatch<S>> {
    let owner = look(patch.owner_kind, FieldPath { field: "owner", index: None }, patch.owner);
    let entries = patch.entries.map(|entries| {
        let found = |(index, entry): (usize, EntryPatch<R>)| {
            let resource = look(entry.kind, FieldPath { field: "entries", index: Some(index) }, entry.resource)?;
            let EntryPatch { kind, code, note, role, added_at, .. } = entry;
            Some(EntryPatch { kind, resource, code, note, role, added_at })
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
