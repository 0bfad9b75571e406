//! Finding what a patch refers to.

use std::fmt;

use entity::kind::NodeKind;

use super::{EntryPatch, ListPatch, Patch, RoutablePatch};

/// Where in a patch a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldPath {
    pub field: &'static str,
    /// Which element it is, where the field holds a list.
    pub index: Option<usize>,
}

/// As a violation names it: `topics[2]`.
impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            None => f.write_str(self.field),
            Some(index) => write!(f, "{}[{index}]", self.field),
        }
    }
}

/// Looks a reference up: what is looked for, where it stands, how it is written. `None` leaves it out, and the one who
/// looks up has noted why.
pub type Lookup<'a, R, S> = &'a mut dyn FnMut(NodeKind, FieldPath, R) -> Option<S>;

impl<R> Patch<R> {
    /// The same patch, with each reference looked up. `None` when it has lost what it cannot do without: a reading
    /// list its owner.
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
