//! Rejects candidates with unique keys that other records have.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Candidate, Plan};
use crate::service::write::record::Record;
use crate::service::write::uniqueness::{Conflict, ExistingKeys};

/// The claims of candidates: their indices, ids and states.
struct KeyClaims<'a> {
    candidates: Vec<usize>,
    records: Vec<(i64, &'a Record)>,
}

impl KeyClaims<'_> {
    /// Returns the conflicts of these claims, with indices of candidates.
    fn conflicts(&self, existing_keys: &ExistingKeys) -> Vec<Conflict> {
        let mut conflicts = existing_keys.conflicts(&self.records);
        for conflict in &mut conflicts {
            conflict.index = self.candidates[conflict.index];
            conflict.earlier = conflict.earlier.map(|earlier| self.candidates[earlier]);
        }
        conflicts
    }
}

impl Plan {
    /// Loads the existing keys that candidates claim.
    pub(super) async fn existing_keys(&self, transaction: &impl ConnectionTrait) -> Result<ExistingKeys, DbErr> {
        ExistingKeys::load(transaction, self.engine, &self.claims(|_| true).records).await
    }

    /// Reports all conflicts, including those of rejected candidates. These come last, so that they do not claim keys
    /// of valid records.
    pub(super) fn report_key_conflicts(&mut self, existing_keys: &ExistingKeys) {
        let mut claims = self.claims(|one| !one.is_rejected());
        let rejected = self.claims(Candidate::is_rejected);
        claims.candidates.extend(rejected.candidates);
        claims.records.extend(rejected.records);
        for conflict in claims.conflicts(existing_keys) {
            self.candidates[conflict.index].find([conflict.violation]);
        }
    }

    /// Rejects candidates with keys that a record of the catalog keeps. Returns whether there were any. Only accepted
    /// candidates release keys, so a rejection can cause further ones.
    pub(super) fn reject_taken_keys(&mut self, existing_keys: &ExistingKeys) -> bool {
        let mut found = false;
        loop {
            let mut conflicts = self.claims(|one| !one.is_rejected()).conflicts(existing_keys);
            conflicts.retain(|conflict| conflict.earlier.is_none());
            if conflicts.is_empty() {
                return found;
            }
            found = true;
            for conflict in conflicts {
                self.candidates[conflict.index].find([conflict.violation]);
            }
        }
    }

    /// Rejects all but the first of several candidates that claim one key. Returns whether there were any. While the
    /// first one might still be rejected, the decision is postponed, unless all conflicts wait for each other.
    pub(super) fn reject_contested_keys(&mut self, existing_keys: &ExistingKeys) -> bool {
        let conflicts = self.claims(|one| !one.is_rejected()).conflicts(existing_keys);
        let found = !conflicts.is_empty();
        let doubtful = self.with_dependents(conflicts.iter().map(|conflict| conflict.index).collect());
        let (waiting, certain): (Vec<_>, Vec<_>) =
            conflicts.into_iter().partition(|one| one.earlier.is_some_and(|earlier| doubtful.contains(&earlier)));
        let to_reject = if certain.is_empty() { waiting.into_iter().take(1).collect() } else { certain };
        for conflict in to_reject {
            self.candidates[conflict.index].find([conflict.violation]);
        }
        found
    }

    /// Returns these candidates and all that depend on them.
    fn with_dependents(&self, mut rejected: HashSet<usize>) -> HashSet<usize> {
        let dependents = self.dependents();
        let mut next: Vec<usize> = rejected.iter().copied().collect();
        while let Some(needed) = next.pop() {
            let more = dependents.get(&needed).into_iter().flatten();
            next.extend(more.copied().filter(|index| rejected.insert(*index)));
        }
        rejected
    }

    /// Returns the claims of the candidates that change a record and match `is_wanted`.
    fn claims(&self, is_wanted: impl Fn(&Candidate) -> bool) -> KeyClaims<'_> {
        let mut claims = KeyClaims { candidates: Vec::new(), records: Vec::new() };
        for (index, candidate) in self.candidates.iter().enumerate().filter(|(_, one)| is_wanted(one)) {
            let Some(after) = &candidate.after else { continue };
            if candidate.stored.as_ref().is_none_or(|stored| stored.record != *after) {
                claims.candidates.push(index);
                claims.records.push((candidate.id, after));
            }
        }
        claims
    }
}
