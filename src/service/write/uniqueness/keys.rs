//! Slugs, former slugs, codes and external ids: the keys of all kinds except reading lists.

mod codes;

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::Conflict;
use crate::catalog::Former;
use crate::domain::code;
use crate::service::write::check::{Violation, ViolationCode};
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::record::{Record, Routable};

/// Returns the keys of records of one kind to look up.
pub fn lookup<'a>(records: impl Iterator<Item = &'a Record>) -> KeyLookup {
    let mut lookup = KeyLookup::default();
    for record in records.filter_map(Record::routable) {
        let Routable { slug, code, external_id, .. } = record;
        lookup.slugs.extend([slug.clone(), code.clone()]);
        lookup.slugs.extend(record.former_keys(Former::Slugs).iter().chain(record.former_keys(Former::Codes)).cloned());
        lookup.codes.insert(code.clone());
        lookup.codes.extend(record.former_keys(Former::Codes).iter().cloned());
        lookup.code_like_slugs.extend(code::is_code(slug).then(|| slug.clone()));
        lookup.external_ids.extend(external_id.clone());
    }
    lookup
}

/// Finds the conflicts of the records of one kind.
pub fn conflicts(kind: NodeKind, keys: &KeyIndex, records: &[(i64, &Record)], conflicts: &mut Vec<Conflict>) {
    let claims = || {
        let claims = records.iter().enumerate();
        let claims =
            claims.filter_map(|(index, (id, record))| Some(KeyClaim { index, id: *id, record: record.routable()? }));
        claims.filter(|claim| claim.record.kind.node == kind)
    };
    let claimed = KeyClaims::by(claims());
    for claim in claims() {
        let check = ConflictCheck { kind, claim: &claim, keys, claimed: &claimed };
        conflicts.extend(check.slug());
        conflicts.extend(claim.record.former_keys(Former::Slugs).iter().filter_map(|old| check.old_slug(old)));
        conflicts.extend(check.code());
        conflicts.extend(claim.record.former_keys(Former::Codes).iter().filter_map(|old| check.old_code(old)));
        conflicts.extend(check.external_id());
    }
}

struct KeyClaim<'a> {
    index: usize,
    id: i64,
    record: &'a Routable,
}

/// The keys that the records will have, with the index of the first record that claims each.
#[derive(Default)]
struct KeyClaims<'a> {
    slugs: HashMap<&'a str, usize>,
    old_slugs: HashMap<&'a str, usize>,
    codes: HashMap<&'a str, usize>,
    old_codes: HashMap<&'a str, usize>,
    external_ids: HashMap<&'a str, usize>,
    /// The future external ids, by the ids of records.
    external_id_of: HashMap<i64, Option<&'a str>>,
}

impl<'a> KeyClaims<'a> {
    fn by(claims: impl Iterator<Item = KeyClaim<'a>>) -> Self {
        let mut claimed = Self::default();
        for KeyClaim { index, id, record } in claims {
            claimed.slugs.entry(record.slug.as_str()).or_insert(index);
            claimed.codes.entry(record.code.as_str()).or_insert(index);
            for old in record.former_keys(Former::Slugs) {
                claimed.old_slugs.entry(old).or_insert(index);
            }
            for old in record.former_keys(Former::Codes) {
                claimed.old_codes.entry(old).or_insert(index);
            }
            claimed.external_id_of.insert(id, record.external_id.as_deref());
            if let Some(external_id) = record.external_id.as_deref() {
                claimed.external_ids.entry(external_id).or_insert(index);
            }
        }
        claimed
    }
}

/// Checks one claim against the others.
struct ConflictCheck<'a> {
    kind: NodeKind,
    claim: &'a KeyClaim<'a>,
    keys: &'a KeyIndex,
    claimed: &'a KeyClaims<'a>,
}

impl ConflictCheck<'_> {
    fn is_other(&self, holder: Option<i64>) -> bool {
        holder.is_some_and(|holder| holder != self.claim.id)
    }

    fn is_own(&self, holder: Option<i64>) -> bool {
        holder == Some(self.claim.id)
    }

    /// Returns the index of an earlier record that claims `name`.
    fn before(&self, claimed: &HashMap<&str, usize>, name: &str) -> Option<usize> {
        claimed.get(name).copied().filter(|first| *first < self.claim.index)
    }

    fn conflict(&self, field: &str, value: &str, earlier: Option<usize>, reason: String) -> Conflict {
        let violation = Violation::new(field, ViolationCode::Taken, Some(value), reason);
        Conflict { index: self.claim.index, violation, earlier }
    }

    fn slug(&self) -> Option<Conflict> {
        let (keys, claimed, kind) = (self.keys, self.claimed, self.kind);
        let slug = self.claim.record.slug.as_str();
        let another = || format!("is the slug of another {kind}");
        let code = || format!("is the code of a {kind}, so an address would be ambiguous");
        if self.is_other(keys.by_slug(slug)) {
            return Some(self.conflict("slug", slug, None, another()));
        }
        if let Some(holder) = keys.by_old_slug(slug).filter(|holder| *holder != self.claim.id) {
            let now = keys.reference(holder).map(|holder| holder.slug).unwrap_or_default();
            let reason = format!("is a former slug of the {kind} \"{now}\", which stays reserved");
            return Some(self.conflict("slug", slug, None, reason));
        }
        let is_own_code = self.claim.record.code.as_str() == slug
            || self.claim.record.former_keys(Former::Codes).iter().any(|old| old == slug);
        if keys.is_code(slug) || is_own_code {
            return Some(self.conflict("slug", slug, None, code()));
        }
        if self.is_own(keys.by_slug(slug)) || self.is_own(keys.by_old_slug(slug)) {
            return None;
        }
        if let Some(first) = self.before(&claimed.slugs, slug) {
            return Some(self.conflict("slug", slug, Some(first), another()));
        }
        if let Some(first) = self.before(&claimed.old_slugs, slug) {
            let reason = format!("is a former slug of another {kind}, which stays reserved");
            return Some(self.conflict("slug", slug, Some(first), reason));
        }
        let first = self.before(&claimed.codes, slug).or_else(|| self.before(&claimed.old_codes, slug))?;
        Some(self.conflict("slug", slug, Some(first), code()))
    }

    fn old_slug(&self, old: &str) -> Option<Conflict> {
        let reason = format!("already leads to another {}", self.kind);
        let holders = [self.keys.by_slug(old), self.keys.by_old_slug(old)];
        if holders.iter().any(|holder| self.is_other(*holder)) {
            return Some(self.conflict("oldSlugs", old, None, reason));
        }
        if holders.iter().any(|holder| self.is_own(*holder)) {
            return None;
        }
        let first = self.before(&self.claimed.slugs, old).or_else(|| self.before(&self.claimed.old_slugs, old))?;
        Some(self.conflict("oldSlugs", old, Some(first), reason))
    }

    /// An external id that its record changes in the same write is free.
    fn external_id(&self) -> Option<Conflict> {
        let lookup = self.claim.record.external_id.as_deref()?;
        let reason = format!("is already used by another {}", self.kind);
        let holder = self.keys.by_external_id(lookup);
        let keeps = |holder| self.claimed.external_id_of.get(&holder).is_none_or(|after| *after == Some(lookup));
        if self.is_other(holder.filter(|holder| keeps(*holder))) {
            return Some(self.conflict("externalId", lookup, None, reason));
        }
        if self.is_own(holder) {
            return None;
        }
        let first = self.before(&self.claimed.external_ids, lookup)?;
        Some(self.conflict("externalId", lookup, Some(first), reason))
    }
}
