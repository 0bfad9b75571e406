//! Applies a record to the present state, and validates the result.

use entity::item::Column;
use entity::kind::NodeKind;

use super::resolve::CatalogKeys;
use super::{Candidate, ImportError, OWNER, Plan};
use crate::db::Transaction;
use crate::service::import_export::parse::RecordReference;
use crate::service::input::suggestions::suggestion;
use crate::service::write::patch::FieldPath;
use crate::service::write::record::{Ref, Stored};
use crate::service::write::{Patch, Violation, ViolationCode, check};

/// A reference that was not found.
struct Unresolved {
    kind: NodeKind,
    path: FieldPath,
    slug: String,
}

impl Plan {
    /// Applies the patch of a candidate.
    pub(super) async fn apply(
        &mut self,
        transaction: &Transaction,
        candidate: &mut Candidate,
        known: &CatalogKeys,
    ) -> Result<(), ImportError> {
        let Some(patch) = candidate.patch.take() else { return Ok(()) };
        let mut unresolved = Vec::new();
        let mut needs = Vec::new();
        let mut has_owner = true;
        let source_map = &candidate.source_map;
        let resolved = patch.resolve(&mut |kind, field, target: RecordReference| {
            let is_owner = field.field == OWNER;
            let place = source_map.field_path(field);
            if let Some((found, number)) = self.find(known, kind, &target) {
                needs.extend(number.map(|number| (number, place)));
                return Some(found);
            }
            let slug = self.slug_of(&target).to_owned();
            // A list without an owner is processed further, to find its other violations.
            let nobody = is_owner.then(|| Ref::new(0, "", &slug));
            has_owner &= nobody.is_none();
            unresolved.push(Unresolved { kind, path: place, slug });
            nobody
        });
        candidate.needs = needs;
        for Unresolved { kind, path, slug } in unresolved {
            // The missing owner is already a violation.
            if slug.is_empty() {
                continue;
            }
            let hint = self.hint(transaction, kind, &slug).await?;
            let hint = suggestion(hint.as_deref());
            let reason = format!("does not match any {kind} in the file or the catalog{hint}");
            candidate.violations.push(Violation::new(&path.to_string(), ViolationCode::NotFound, Some(&slug), reason));
            if let Some(element) = path.index {
                candidate.source_map.skip_element(path.field, element);
            }
        }
        let Some(mut patch) = resolved else { return Ok(()) };
        let present = candidate.stored.as_ref();
        candidate.violations.extend(present.and_then(|present| other_code(&patch, present)));
        default_status(&mut patch, present);
        let after = patch.apply(present.map(|present| &present.record), &candidate.code, self.now);
        candidate.find(check::check(&after, self.now));
        candidate.after = has_owner.then_some(after);
        Ok(())
    }
}

/// Returns the violation of a code that differs from the stored one. Codes never change.
fn other_code(patch: &Patch<Ref>, present: &Stored) -> Option<Violation> {
    let given = patch.code()?;
    let has = present.record.code();
    (given != has).then(|| {
        Violation::new(
            "code",
            ViolationCode::Invalid,
            Some(given),
            format!("does not match the existing code, which cannot change: {has}"),
        )
    })
}

/// Publishes a new record without a status, and one that gets a publication date.
fn default_status(patch: &mut Patch<Ref>, present: Option<&Stored>) {
    if let Some(patch) = patch.routable_mut()
        && (present.is_none() || patch.value(Column::PublishedAt).is_some())
    {
        patch.publish();
    }
}
