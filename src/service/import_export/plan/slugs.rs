//! Corrects the slugs in references once it is known which records are renamed.

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::{Candidate, Plan};
use crate::service::write::record::Ref;

/// The present slugs of rejected records, by kind and id.
pub type PresentSlugs = HashMap<(NodeKind, i64), Ref>;

impl Plan {
    /// Returns the present slugs of rejected records, which keep them.
    pub(super) fn present_slugs(&self) -> PresentSlugs {
        let rejected = self.candidates.values().filter(|candidate| candidate.is_rejected());
        let present = rejected.filter_map(|candidate| {
            let stored = candidate.stored.as_ref()?;
            let slug = stored.record.slug()?;
            Some(((candidate.kind, stored.id), Ref::new(stored.id, stored.record.code(), slug)))
        });
        present.collect()
    }
}

impl Candidate {
    /// Restores the present slugs of rejected records in references to them.
    pub(super) fn restore_slugs(&mut self, present: &PresentSlugs) {
        if let Some(after) = self.after.as_mut().filter(|_| !present.is_empty()) {
            after.each_reference(&mut |kind, reference| {
                if let Some(current) = present.get(&(kind, reference.id)) {
                    reference.slug = current.slug.clone();
                }
            });
        }
    }
}
