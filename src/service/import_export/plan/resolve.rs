//! Resolves references: in the whole file first, then in the catalog, and finally by former slugs.

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::{ImportError, Plan};
use crate::db::Transaction;
use crate::service::import_export::parse::RecordReference;
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::record::Ref;

/// The records of the catalog that a batch refers to, by their keys.
pub type CatalogKeys = HashMap<NodeKind, KeyIndex>;

impl Plan {
    /// Looks up references in the catalog, except those to records of the file.
    pub(super) async fn catalog_keys<'a>(
        &self,
        transaction: &Transaction,
        references: impl Iterator<Item = (NodeKind, &'a RecordReference)>,
    ) -> Result<CatalogKeys, ImportError> {
        let mut wanted: HashMap<NodeKind, KeyLookup> = HashMap::new();
        for (kind, target) in references {
            if let RecordReference::Slug(slug) = target
                && self.file.with_slug(kind, slug).is_none()
            {
                wanted.entry(kind).or_default().slugs.insert(slug.clone());
            }
        }
        let mut known = CatalogKeys::new();
        for (kind, wanted) in wanted {
            known.insert(kind, KeyIndex::load(transaction, self.engine, kind, &wanted).await?);
        }
        Ok(known)
    }

    /// Resolves a reference. Returns the number of the record if it is in the file.
    pub(super) fn find(
        &self,
        known: &CatalogKeys,
        kind: NodeKind,
        target: &RecordReference,
    ) -> Option<(Ref, Option<usize>)> {
        let (RecordReference::Slug(slug) | RecordReference::Name(slug)) = target;
        if let Some(number) = self.file.with_slug(kind, slug) {
            return Some((self.reference(number, slug), Some(number)));
        }
        let keys = known.get(&kind);
        if let Some(present) = keys.and_then(|keys| keys.reference(keys.by_slug(slug)?)) {
            return Some(self.of_catalog(kind, &present));
        }
        if let Some(number) = self.file.with_former_slug(kind, slug) {
            let current = self.slugs.get(&number).map_or("", String::as_str);
            return Some((self.reference(number, current), Some(number)));
        }
        let present = keys.and_then(|keys| keys.reference(keys.by_old_slug(slug)?))?;
        Some(self.of_catalog(kind, &present))
    }

    fn reference(&self, number: usize, slug: &str) -> Ref {
        let entry = self.entry(number);
        Ref::new(entry.id, entry.code(), slug)
    }

    /// Returns a record of the catalog with its slug after the import.
    fn of_catalog(&self, kind: NodeKind, present: &Ref) -> (Ref, Option<usize>) {
        let number = self.matches.number(kind, present.id);
        let renamed = number.and_then(|number| self.slugs.get(&number));
        let slug = renamed.map_or(&*present.slug, String::as_str);
        (Ref::new(present.id, &present.code, slug), number)
    }
}
