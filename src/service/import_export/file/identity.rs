//! The keys of records, which are matched with the catalog before the rest of the record is read again.

use std::borrow::Cow;

use entity::kind::NodeKind;
use serde::{Deserialize, Serialize};

use super::RecordReference;
use crate::catalog::Former;
use crate::service::write::Patch;

/// The keys of a record.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Identity {
    pub slug: Option<String>,
    pub code: Option<String>,
    pub external_id: Option<String>,
    /// The name of a person.
    pub name: Option<String>,
    /// The kind and the slug of the owner of a reading list.
    pub owner: Option<(NodeKind, String)>,
    pub has_former_slugs: bool,
}

/// A position among the identities of a kind.
#[derive(Clone, Copy, Debug)]
pub struct IdentityCursor {
    pub(super) kind: NodeKind,
    pub(super) number: usize,
    pub(super) offset: u64,
}

impl IdentityCursor {
    /// Returns the position of the first record.
    pub fn start(kind: NodeKind) -> Self {
        Self { kind, number: 0, offset: 0 }
    }
}

impl Identity {
    pub fn of(patch: &Patch<RecordReference>) -> Self {
        match patch {
            Patch::Routable(patch) => Self {
                slug: patch.slug.clone(),
                code: patch.code.clone(),
                external_id: patch.external_id.value().cloned(),
                name: (patch.kind.node == NodeKind::Person)
                    .then(|| patch.text(entity::item::Column::Title).map(str::to_owned))
                    .flatten(),
                owner: None,
                has_former_slugs: !patch.former_keys(Former::Slugs).is_empty(),
            },
            Patch::ReadingList(list) => {
                let (RecordReference::Slug(owner) | RecordReference::Name(owner)) = &list.owner;
                Self { code: list.code.clone(), owner: Some((list.owner_kind, owner.clone())), ..Self::default() }
            }
        }
    }

    /// Returns the keys that no other record of the file can have, with the names of their fields.
    pub fn keys(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        if let Some((kind, slug)) = &self.owner {
            let owner = (!slug.is_empty()).then(|| ("owner", Cow::Owned(format!("{kind} {slug}"))));
            return owner.into_iter().collect();
        }
        let texts = [("slug", &self.slug), ("code", &self.code), ("externalId", &self.external_id)];
        texts.into_iter().filter_map(|(name, text)| Some((name, Cow::Borrowed(text.as_deref()?)))).collect()
    }
}
