//! Resolves references: in the whole file first, then in the catalog, and finally by former slugs.

use entity::kind::NodeKind;

use super::Plan;
use crate::service::import_export::parse::RecordReference;
use crate::service::write::record::Ref;

impl Plan {
    /// Resolves a reference.
    pub(super) fn find(&self, kind: NodeKind, target: &RecordReference) -> Option<Ref> {
        let (RecordReference::Slug(slug) | RecordReference::Name(slug)) = target;
        let keys = self.known.keys(kind);
        let key = (kind, slug.clone());
        let at_hand = |index: &usize| self.candidates.get(*index).map(super::Candidate::reference);
        self.known
            .slugs
            .get(&key)
            .and_then(at_hand)
            .or_else(|| self.of_catalog(kind, keys.by_slug(slug)?))
            .or_else(|| self.known.old_slugs.get(&key).and_then(at_hand))
            .or_else(|| self.of_catalog(kind, keys.by_old_slug(slug)?))
    }

    /// Returns a record of the catalog with its slug after the import.
    fn of_catalog(&self, kind: NodeKind, id: i64) -> Option<Ref> {
        match self.by_id.get(&(kind, id)).and_then(|index| self.candidates.get(*index)) {
            Some(candidate) => Some(candidate.reference()),
            None => self.known.keys(kind).reference(id),
        }
    }
}
