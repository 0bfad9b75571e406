//! Codes are unique, including those of merged records, and are not slugs of their kind.

use super::{Conflict, ConflictCheck};

impl ConflictCheck<'_> {
    pub(super) fn code(&self) -> Option<Conflict> {
        let (keys, claimed, kind) = (self.keys, self.claimed, self.kind);
        let code = self.claim.record.code.as_str();
        let another = || format!("is the code of another {kind}");
        if self.is_other(keys.by_code(code)) {
            return Some(self.conflict("code", code, None, another()));
        }
        if let Some(survivor) = keys.by_old_code(code) {
            let now = keys.reference(survivor).map(|survivor| survivor.slug).unwrap_or_default();
            let reason = format!("is the code of a {kind} that was merged into \"{now}\": remove the record");
            return Some(self.conflict("code", code, None, reason));
        }
        if keys.by_slug(code).is_some() || keys.by_old_slug(code).is_some() {
            return Some(self.conflict("code", code, None, self.is_slug()));
        }
        if self.is_own(keys.by_code(code)) {
            return None;
        }
        if let Some(first) = self.before(&claimed.codes, code) {
            return Some(self.conflict("code", code, Some(first), another()));
        }
        if let Some(first) = self.before(&claimed.old_codes, code) {
            let reason = format!("is a former code of another {kind}, which stays reserved");
            return Some(self.conflict("code", code, Some(first), reason));
        }
        let first = self.before(&claimed.slugs, code)?;
        Some(self.conflict("code", code, Some(first), self.is_slug()))
    }

    pub(super) fn old_code(&self, old: &str) -> Option<Conflict> {
        let (keys, claimed) = (self.keys, self.claimed);
        let reason = || format!("already leads to another {}", self.kind);
        if keys.by_code(old).is_some() || self.is_other(keys.by_old_code(old)) {
            return Some(self.conflict("oldCodes", old, None, reason()));
        }
        if keys.by_slug(old).is_some() || keys.by_old_slug(old).is_some() {
            return Some(self.conflict("oldCodes", old, None, self.is_slug()));
        }
        if self.is_own(keys.by_old_code(old)) {
            return None;
        }
        let before = self.before(&claimed.codes, old).or_else(|| self.before(&claimed.old_codes, old));
        if let Some(first) = before {
            return Some(self.conflict("oldCodes", old, Some(first), reason()));
        }
        let first = self.before(&claimed.slugs, old)?;
        Some(self.conflict("oldCodes", old, Some(first), self.is_slug()))
    }

    fn is_slug(&self) -> String {
        format!("is the slug of a {}, so an address would be ambiguous", self.kind)
    }
}
