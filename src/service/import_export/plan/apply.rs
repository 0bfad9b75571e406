//! Applies each record to the present state, and validates the result.

use std::collections::HashSet;

use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::{OWNER, Plan};
use crate::catalog::Former;
use crate::service::import_export::parse::RecordReference;
use crate::service::input::suggestions::suggestion;
use crate::service::write::patch::FieldPath;
use crate::service::write::record::{Ref, Stored};
use crate::service::write::{Context, Patch, Violation, ViolationCode, check, codes};

/// A reference that was not found.
struct Unresolved {
    kind: NodeKind,
    path: FieldPath,
    slug: String,
}

impl Plan {
    /// Applies all patches.
    pub(super) async fn apply(
        &mut self,
        transaction: &impl ConnectionTrait,
        context: &mut Context,
    ) -> Result<(), DbErr> {
        self.assign_codes(transaction, context).await?;
        self.set_first_revisions(transaction).await?;
        for index in 0..self.candidates.len() {
            let Some(patch) = self.candidates[index].patch.take() else { continue };
            let mut unresolved = Vec::new();
            let mut needs = Vec::new();
            let mut has_owner = true;
            let source_map = &self.candidates[index].source_map;
            let resolved = patch.resolve(&mut |kind, field, target: RecordReference| {
                let is_owner = field.field == OWNER;
                let place = source_map.field_path(field);
                let found = self.find(kind, &target);
                if let Some(found) = found {
                    needs.extend(self.by_id.get(&(kind, found.id)).map(|index| (*index, place)));
                    return Some(found);
                }
                let (RecordReference::Slug(slug) | RecordReference::Name(slug)) = target;
                // A list without an owner is processed further, to find its other violations.
                let nobody = is_owner.then(|| Ref::new(0, "", &slug));
                has_owner &= nobody.is_none();
                unresolved.push(Unresolved { kind, path: place, slug });
                nobody
            });
            self.candidates[index].needs = needs;
            for Unresolved { kind, path, slug } in unresolved {
                // The missing owner is already a violation.
                if slug.is_empty() {
                    continue;
                }
                let hint = self.known.hint(transaction, self.engine, kind, &slug).await?;
                let hint = suggestion(hint.as_deref());
                let reason = format!("does not match any {kind} in the file or the catalog{hint}");
                let candidate = &mut self.candidates[index];
                candidate.violations.push(Violation::new(
                    &path.to_string(),
                    ViolationCode::NotFound,
                    Some(&slug),
                    reason,
                ));
                if let Some(element) = path.index {
                    candidate.source_map.skip_element(path.field, element);
                }
            }
            let Some(mut patch) = resolved else { continue };
            let candidate = &mut self.candidates[index];
            let present = candidate.stored.as_ref();
            candidate.violations.extend(present.and_then(|present| other_code(&patch, present)));
            default_status(&mut patch, present);
            let after = patch.apply(present.map(|present| &present.record), &candidate.code, context.now);
            candidate.find(check::check(&after, context.now));
            candidate.after = has_owner.then_some(after);
        }
        Ok(())
    }

    /// Assigns a code to each candidate: its present one, its own, or a new one.
    async fn assign_codes(&mut self, transaction: &impl ConnectionTrait, context: &mut Context) -> Result<(), DbErr> {
        for candidate in &mut self.candidates {
            let stored = candidate.stored.as_ref().map(|stored| stored.record.code());
            let code = stored.or_else(|| candidate.patch.as_ref().and_then(Patch::code));
            candidate.code = code.unwrap_or_default().to_owned();
        }
        for kind in NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]) {
            let mut avoid = HashSet::new();
            let mut new = Vec::new();
            for (index, candidate) in self.candidates.iter().enumerate().filter(|(_, one)| one.kind == kind) {
                let code = candidate.patch.as_ref().and_then(Patch::code);
                if candidate.stored.is_none() && code.is_none() {
                    new.push(index);
                }
                avoid.extend(code.map(str::to_owned));
                avoid.insert(candidate.slug().to_owned());
                let patch = candidate.patch.as_ref().and_then(Patch::routable);
                avoid.extend(patch.map_or(&[][..], |patch| patch.former_keys(Former::Codes)).iter().cloned());
            }
            let codes = codes::draw(transaction, self.engine, kind, new.len(), &avoid, &mut *context.rng).await?;
            for (index, code) in new.into_iter().zip(codes) {
                self.candidates[index].code = code;
            }
        }
        Ok(())
    }

    /// Continues the revision numbers of deleted records that are recreated with their code.
    async fn set_first_revisions(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        for kind in NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]) {
            let returning: Vec<(usize, String)> = (self.candidates.iter().enumerate())
                .filter(|(_, candidate)| candidate.kind == kind && candidate.stored.is_none())
                .filter_map(|(index, candidate)| Some((index, candidate.patch.as_ref()?.code()?.to_owned())))
                .collect();
            let asked: Vec<&str> = returning.iter().map(|(_, code)| code.as_str()).collect();
            let last = codes::last_revisions(transaction, self.engine, kind, &asked).await?;
            for (index, code) in returning {
                if let Some(last) = last.get(&code) {
                    self.candidates[index].first_revision = last.saturating_add(1);
                }
            }
        }
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
