//! A code is of one thing, also one that leads to it because another was merged into it, and no slug of its kind.

use super::{Conflict, Judge};

impl Judge<'_> {
    pub(super) fn code(&self) -> Option<Conflict> {
        let (names, claimed, kind) = (self.names, self.claimed, self.kind);
        let code = self.claim.record.code.as_str();
        let another = || format!("is the code of another {kind}");
        if self.is_other(names.by_code(code)) {
            return Some(self.conflict("code", code, None, another()));
        }
        if let Some(survivor) = names.by_retired_code(code) {
            let now = names.reference(survivor).map(|survivor| survivor.slug).unwrap_or_default();
            let reason = format!("is of a {kind} that was merged into \"{now}\": leave the record out");
            return Some(self.conflict("code", code, None, reason));
        }
        if names.by_slug(code).is_some() || names.by_retired(code).is_some() {
            return Some(self.conflict("code", code, None, self.is_slug()));
        }
        if self.is_own(names.by_code(code)) {
            return None;
        }
        if let Some(first) = self.before(&claimed.codes, code) {
            return Some(self.conflict("code", code, Some(first), another()));
        }
        if let Some(first) = self.before(&claimed.retired_codes, code) {
            let reason = format!("is a former code of another {kind}, which it keeps for ever");
            return Some(self.conflict("code", code, Some(first), reason));
        }
        let first = self.before(&claimed.slugs, code)?;
        Some(self.conflict("code", code, Some(first), self.is_slug()))
    }

    pub(super) fn old_code(&self, old: &str) -> Option<Conflict> {
        let (names, claimed) = (self.names, self.claimed);
        let reason = || format!("leads to another {}", self.kind);
        if names.by_code(old).is_some() || self.is_other(names.by_retired_code(old)) {
            return Some(self.conflict("oldCodes", old, None, reason()));
        }
        if names.by_slug(old).is_some() || names.by_retired(old).is_some() {
            return Some(self.conflict("oldCodes", old, None, self.is_slug()));
        }
        if self.is_own(names.by_retired_code(old)) {
            return None;
        }
        let before = self.before(&claimed.codes, old).or_else(|| self.before(&claimed.retired_codes, old));
        if let Some(first) = before {
            return Some(self.conflict("oldCodes", old, Some(first), reason()));
        }
        let first = self.before(&claimed.slugs, old)?;
        Some(self.conflict("oldCodes", old, Some(first), self.is_slug()))
    }

    fn is_slug(&self) -> String {
        format!("is the slug of a {}, so an address would mean two things", self.kind)
    }
}
