//! Resolves references: in the whole file first, then in the catalog, and finally by former slugs. The result does not
//! depend on the batches that are already written.

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::{ImportError, Plan};
use crate::db::Transaction;
use crate::service::import_export::parse::RecordReference;
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::record::Ref;

/// The name of the key under which a renamed record has its present slug, which the catalog forgets when the record is
/// written.
pub const PRESENT_SLUG: &str = "presentSlug";

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
            let slug = self.slug_of(target);
            if self.file.with_slug(kind, slug).is_none() {
                wanted.entry(kind).or_default().slugs.insert(slug.to_owned());
            }
        }
        let mut known = CatalogKeys::new();
        for (kind, wanted) in wanted {
            known.insert(kind, KeyIndex::load(transaction, self.engine, kind, &wanted).await?);
        }
        Ok(known)
    }

    /// Returns the slug in a reference. The name of an instructor has the slug of a person.
    pub(super) fn slug_of<'a>(&'a self, target: &'a RecordReference) -> &'a str {
        match target {
            RecordReference::Slug(slug) => slug,
            RecordReference::Name(name) => self.instructors.get(name).map_or(name, String::as_str),
        }
    }

    /// Resolves a reference. If the object is in the file, also returns the number of its first record.
    pub(super) fn find(
        &self,
        known: &CatalogKeys,
        kind: NodeKind,
        target: &RecordReference,
    ) -> Option<(Ref, Option<usize>)> {
        let slug = self.slug_of(target);
        let in_file = |number: usize, slug: &str| {
            let entry = self.entry(number);
            self.reference(kind, entry.id, entry.code(), slug)
        };
        let present = || self.file.with_key(kind, PRESENT_SLUG, slug);
        if let Some(number) = self.file.with_slug(kind, slug).or_else(present) {
            return Some(in_file(number, slug));
        }
        let in_catalog = |present: Ref| self.reference(kind, present.id, &present.code, &present.slug);
        let keys = known.get(&kind);
        if let Some(present) = keys.and_then(|keys| keys.reference(keys.by_slug(slug)?)) {
            return Some(in_catalog(present));
        }
        if let Some(number) = self.file.with_former_slug(kind, slug) {
            return Some(in_file(number, self.slugs.get(&number).map_or("", String::as_str)));
        }
        keys.and_then(|keys| keys.reference(keys.by_old_slug(slug)?)).map(in_catalog)
    }

    /// Returns a reference with the slug after the import, and the number of the first record about the object.
    fn reference(&self, kind: NodeKind, id: i64, code: &str, slug: &str) -> (Ref, Option<usize>) {
        let number = self.matches.number(kind, id);
        let renamed = number.and_then(|number| self.slugs.get(&number));
        (Ref::new(id, code, renamed.map_or(slug, String::as_str)), number)
    }
}
