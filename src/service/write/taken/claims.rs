//! Slugs, former slugs, codes and external ids: what every kind but the reading list has.

mod codes;

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::Conflict;
use crate::catalog::Former;
use crate::domain::code;
use crate::service::write::check::{Fault, FaultCode};
use crate::service::write::names::{Names, Wanted};
use crate::service::write::record::{Record, Routable};

/// The names to look up for these records, all of one kind.
pub fn wanted<'a>(records: impl Iterator<Item = &'a Record>) -> Wanted {
    let mut wanted = Wanted::default();
    for record in records.filter_map(Record::routable) {
        let Routable { slug, code, external_id, .. } = record;
        wanted.slugs.extend([slug.clone(), code.clone()]);
        wanted.slugs.extend(record.former(Former::Slugs).iter().chain(record.former(Former::Codes)).cloned());
        wanted.codes.insert(code.clone());
        wanted.codes.extend(record.former(Former::Codes).iter().cloned());
        wanted.lookalikes.extend(code::is_code(slug).then(|| slug.clone()));
        wanted.external_ids.extend(external_id.clone());
    }
    wanted
}

/// Finds the conflicts of the records of one kind.
pub fn conflicts(kind: NodeKind, names: &Names, records: &[(i64, &Record)], conflicts: &mut Vec<Conflict>) {
    let claims = || {
        let claims = records.iter().enumerate();
        let claims =
            claims.filter_map(|(index, (id, record))| Some(Claim { index, id: *id, record: record.routable()? }));
        claims.filter(|claim| claim.record.kind.node == kind)
    };
    let claimed = Claimed::by(claims());
    for claim in claims() {
        let judge = Judge { kind, claim: &claim, names, claimed: &claimed };
        conflicts.extend(judge.slug());
        conflicts.extend(claim.record.former(Former::Slugs).iter().filter_map(|old| judge.old_slug(old)));
        conflicts.extend(judge.code());
        conflicts.extend(claim.record.former(Former::Codes).iter().filter_map(|old| judge.old_code(old)));
        conflicts.extend(judge.external_id());
    }
}

struct Claim<'a> {
    index: usize,
    id: i64,
    record: &'a Routable,
}

/// What the records at hand will have: the index of the first that claims it.
#[derive(Default)]
struct Claimed<'a> {
    slugs: HashMap<&'a str, usize>,
    retired: HashMap<&'a str, usize>,
    codes: HashMap<&'a str, usize>,
    retired_codes: HashMap<&'a str, usize>,
    external_ids: HashMap<&'a str, usize>,
    /// What each of the records will have as its external id, by row.
    external_id_of: HashMap<i64, Option<&'a str>>,
}

impl<'a> Claimed<'a> {
    fn by(claims: impl Iterator<Item = Claim<'a>>) -> Self {
        let mut claimed = Self::default();
        for Claim { index, id, record } in claims {
            claimed.slugs.entry(record.slug.as_str()).or_insert(index);
            claimed.codes.entry(record.code.as_str()).or_insert(index);
            for old in record.former(Former::Slugs) {
                claimed.retired.entry(old).or_insert(index);
            }
            for old in record.former(Former::Codes) {
                claimed.retired_codes.entry(old).or_insert(index);
            }
            claimed.external_id_of.insert(id, record.external_id.as_deref());
            if let Some(external_id) = record.external_id.as_deref() {
                claimed.external_ids.entry(external_id).or_insert(index);
            }
        }
        claimed
    }
}

/// Holds one claim against the others.
struct Judge<'a> {
    kind: NodeKind,
    claim: &'a Claim<'a>,
    names: &'a Names,
    claimed: &'a Claimed<'a>,
}

impl Judge<'_> {
    fn is_other(&self, holder: Option<i64>) -> bool {
        holder.is_some_and(|holder| holder != self.claim.id)
    }

    fn is_own(&self, holder: Option<i64>) -> bool {
        holder == Some(self.claim.id)
    }

    /// The record that claims `name` and comes before this one.
    fn before(&self, claimed: &HashMap<&str, usize>, name: &str) -> Option<usize> {
        claimed.get(name).copied().filter(|first| *first < self.claim.index)
    }

    fn conflict(&self, field: &str, value: &str, winner: Option<usize>, reason: String) -> Conflict {
        let fault = Fault::new(field, FaultCode::Taken, Some(value), reason);
        Conflict { index: self.claim.index, fault, winner }
    }

    fn slug(&self) -> Option<Conflict> {
        let (names, claimed, kind) = (self.names, self.claimed, self.kind);
        let slug = self.claim.record.slug.as_str();
        let another = || format!("is the slug of another {kind}");
        let code = || format!("is the code of a {kind}, so an address would mean two things");
        if self.is_other(names.by_slug(slug)) {
            return Some(self.conflict("slug", slug, None, another()));
        }
        if let Some(holder) = names.by_retired(slug).filter(|holder| *holder != self.claim.id) {
            let now = names.reference(holder).map(|holder| holder.slug).unwrap_or_default();
            let reason = format!("is a former slug of the {kind} \"{now}\", which it keeps for ever");
            return Some(self.conflict("slug", slug, None, reason));
        }
        let is_own_code = self.claim.record.code.as_str() == slug
            || self.claim.record.former(Former::Codes).iter().any(|old| old == slug);
        if names.is_code(slug) || is_own_code {
            return Some(self.conflict("slug", slug, None, code()));
        }
        if self.is_own(names.by_slug(slug)) || self.is_own(names.by_retired(slug)) {
            return None;
        }
        if let Some(first) = self.before(&claimed.slugs, slug) {
            return Some(self.conflict("slug", slug, Some(first), another()));
        }
        if let Some(first) = self.before(&claimed.retired, slug) {
            let reason = format!("is a former slug of another {kind}, which it keeps for ever");
            return Some(self.conflict("slug", slug, Some(first), reason));
        }
        let first = self.before(&claimed.codes, slug).or_else(|| self.before(&claimed.retired_codes, slug))?;
        Some(self.conflict("slug", slug, Some(first), code()))
    }

    fn old_slug(&self, old: &str) -> Option<Conflict> {
        let reason = format!("leads to another {}", self.kind);
        let holders = [self.names.by_slug(old), self.names.by_retired(old)];
        if holders.iter().any(|holder| self.is_other(*holder)) {
            return Some(self.conflict("oldSlugs", old, None, reason));
        }
        if holders.iter().any(|holder| self.is_own(*holder)) {
            return None;
        }
        let first = self.before(&self.claimed.slugs, old).or_else(|| self.before(&self.claimed.retired, old))?;
        Some(self.conflict("oldSlugs", old, Some(first), reason))
    }

    /// One that its holder gives up in the same write is free.
    fn external_id(&self) -> Option<Conflict> {
        let wanted = self.claim.record.external_id.as_deref()?;
        let reason = format!("is that of another {}", self.kind);
        let holder = self.names.by_external_id(wanted);
        let keeps = |holder| self.claimed.external_id_of.get(&holder).is_none_or(|after| *after == Some(wanted));
        if self.is_other(holder.filter(|holder| keeps(*holder))) {
            return Some(self.conflict("externalId", wanted, None, reason));
        }
        if self.is_own(holder) {
            return None;
        }
        let first = self.before(&self.claimed.external_ids, wanted)?;
        Some(self.conflict("externalId", wanted, Some(first), reason))
    }
}
