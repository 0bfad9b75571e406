//! Corrects the slugs in references once it is known which records are renamed.

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::Plan;
use crate::service::write::record::Ref;

impl Plan {
    /// Restores the present slug of rejected records in references to them.
    pub(super) fn restore_current_slugs(&mut self) {
        let stored_refs: HashMap<(NodeKind, i64), Ref> = (self.candidates.iter())
            .filter(|candidate| candidate.is_rejected())
            .filter_map(|candidate| {
                let stored = candidate.stored.as_ref()?;
                let slug = stored.record.slug()?;
                Some(((candidate.kind, stored.id), Ref::new(stored.id, stored.record.code(), slug)))
            })
            .collect();
        if stored_refs.is_empty() {
            return;
        }
        let mut restore_slug = |kind, reference: &mut Ref| {
            if let Some(current) = stored_refs.get(&(kind, reference.id)) {
                reference.slug = current.slug.clone();
            }
        };
        for candidate in self.candidates.iter_mut().filter(|candidate| !candidate.is_rejected()) {
            if let Some(after) = &mut candidate.after {
                after.each_reference(&mut restore_slug);
            }
        }
    }
}
