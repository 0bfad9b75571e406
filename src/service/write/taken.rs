//! What only one thing may have: a slug, a code, an external id, an ISBN. Found before anything is written, so that
//! all faults are named at once and in our words.

mod isbns;
mod list_codes;

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::check::{Fault, FaultCode};
use super::names::{Names, Wanted};
use super::record::Record;
use crate::db::Engine;
use crate::domain::code;

/// Finds what `records` (each with its row id) want that something else has, in the catalog or among themselves: then
/// the one that comes later is at fault. Each fault is beside the index of its record.
///
/// # Errors
/// What the database answers.
pub async fn find(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    records: &[(i64, &Record)],
) -> Result<Vec<(usize, Fault)>, DbErr> {
    let mut faults = Vec::new();
    for kind in NodeKind::ROUTABLE {
        let of_kind: Vec<Claim<'_>> = records
            .iter()
            .enumerate()
            .filter(|(_, (_, record))| record.kind() == kind)
            .map(|(index, (id, record))| Claim { index, id: *id, record })
            .collect();
        if !of_kind.is_empty() {
            names_of_kind(transaction, engine, kind, &of_kind, &mut faults).await?;
        }
    }
    isbns::find(transaction, engine, records, &mut faults).await?;
    list_codes::find(transaction, engine, records, &mut faults).await?;
    Ok(faults)
}

struct Claim<'a> {
    index: usize,
    id: i64,
    record: &'a Record,
}

impl Claim<'_> {
    fn slug(&self) -> &str {
        self.record.slug().unwrap_or_default()
    }

    fn fault(&self, field: &str, value: &str, reason: String) -> (usize, Fault) {
        (self.index, Fault::new(field, FaultCode::Taken, Some(value), reason))
    }
}

/// What the records at hand will have: the row id of the first that claims it.
#[derive(Default)]
struct Claimed<'a> {
    slugs: HashMap<&'a str, i64>,
    retired: HashMap<&'a str, i64>,
    codes: HashMap<&'a str, i64>,
    external_ids: HashMap<&'a str, i64>,
    /// What each of the records will have as its external id.
    external_id_of: HashMap<i64, Option<&'a str>>,
}

async fn names_of_kind(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    claims: &[Claim<'_>],
    faults: &mut Vec<(usize, Fault)>,
) -> Result<(), DbErr> {
    let mut wanted = Wanted::default();
    let mut claimed = Claimed::default();
    for claim in claims {
        let (slug, code) = (claim.slug(), claim.record.code());
        wanted.slugs.extend([slug.to_owned(), code.to_owned()]);
        wanted.slugs.extend(claim.record.old_slugs().iter().cloned());
        wanted.codes.insert(code.to_owned());
        wanted.codes.extend(code::is_code(slug).then(|| slug.to_owned()));
        claimed.slugs.entry(slug).or_insert(claim.id);
        claimed.codes.entry(code).or_insert(claim.id);
        for old in claim.record.old_slugs() {
            claimed.retired.entry(old).or_insert(claim.id);
        }
        claimed.external_id_of.insert(claim.id, claim.record.external_id());
        if let Some(external_id) = claim.record.external_id() {
            wanted.external_ids.insert(external_id.to_owned());
            claimed.external_ids.entry(external_id).or_insert(claim.id);
        }
    }
    let names = Names::load(transaction, engine, kind, &wanted).await?;
    for claim in claims {
        let judge = Judge { kind, claim, names: &names, claimed: &claimed };
        faults.extend(judge.slug());
        faults.extend(claim.record.old_slugs().iter().filter_map(|old| judge.old_slug(old)));
        faults.extend(judge.code());
        faults.extend(judge.external_id());
    }
    Ok(())
}

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

    fn slug(&self) -> Option<(usize, Fault)> {
        let slug = self.claim.slug();
        let kind = self.kind;
        let reason = if self.is_other(self.names.by_slug(slug)) || self.is_other(self.claimed.slugs.get(slug).copied())
        {
            format!("is the slug of another {kind}")
        } else if let Some(holder) = self.names.by_retired(slug).filter(|holder| *holder != self.claim.id) {
            let now = self.names.reference(holder).map(|holder| holder.slug);
            format!("is a former slug of the {kind} \"{}\", which it keeps for ever", now.unwrap_or_default())
        } else if self.is_other(self.claimed.retired.get(slug).copied()) {
            format!("is a former slug of another {kind}, which it keeps for ever")
        } else if self.names.by_code(slug).is_some() || self.claimed.codes.contains_key(slug) {
            format!("is the code of a {kind}, so an address would mean two things")
        } else {
            return None;
        };
        Some(self.claim.fault("slug", slug, reason))
    }

    fn old_slug(&self, old: &str) -> Option<(usize, Fault)> {
        let taken = self.is_other(self.names.by_slug(old))
            || self.is_other(self.names.by_retired(old))
            || self.is_other(self.claimed.slugs.get(old).copied())
            || self.is_other(self.claimed.retired.get(old).copied());
        taken.then(|| self.claim.fault("oldSlugs", old, format!("leads to another {}", self.kind)))
    }

    fn code(&self) -> Option<(usize, Fault)> {
        let code = self.claim.record.code();
        let kind = self.kind;
        if self.is_other(self.names.by_code(code)) || self.is_other(self.claimed.codes.get(code).copied()) {
            return Some(self.claim.fault("code", code, format!("is the code of another {kind}")));
        }
        let is_slug = self.names.by_slug(code).is_some()
            || self.names.by_retired(code).is_some()
            || self.claimed.slugs.contains_key(code);
        is_slug.then(|| {
            self.claim.fault("code", code, format!("is the slug of a {kind}, so an address would mean two things"))
        })
    }

    /// One that its holder gives up in the same write is free.
    fn external_id(&self) -> Option<(usize, Fault)> {
        let wanted = self.claim.record.external_id()?;
        let holder = self
            .names
            .by_external_id(wanted)
            .filter(|holder| self.claimed.external_id_of.get(holder).is_none_or(|after| *after == Some(wanted)));
        let taken = self.is_other(holder) || self.is_other(self.claimed.external_ids.get(wanted).copied());
        taken.then(|| self.claim.fault("externalId", wanted, format!("is that of another {}", self.kind)))
    }
}
