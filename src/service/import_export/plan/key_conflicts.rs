//! Rejects candidates with unique keys that other records have.

use std::collections::HashSet;

use super::{Candidate, ImportError, Plan};
use crate::db::Transaction;
use crate::service::write::record::Record;
use crate::service::write::uniqueness::{Conflict, ExistingKeys};

/// The claims of candidates: their numbers, ids and states.
struct KeyClaims<'a> {
    numbers: Vec<usize>,
    records: Vec<(i64, &'a Record)>,
}

impl KeyClaims<'_> {
    /// Returns the conflicts of these claims, with numbers of candidates.
    fn conflicts(&self, existing_keys: &ExistingKeys) -> Vec<Conflict> {
        let mut conflicts = existing_keys.conflicts(&self.records);
        for conflict in &mut conflicts {
            conflict.index = self.numbers[conflict.index];
            conflict.earlier = conflict.earlier.map(|earlier| self.numbers[earlier]);
        }
        conflicts
    }
}

impl Plan {
    /// Loads the existing keys that candidates claim.
    pub(super) async fn existing_keys(&self, transaction: &Transaction) -> Result<ExistingKeys, ImportError> {
        Ok(ExistingKeys::load(transaction, self.engine, &self.claims(|_| true).records).await?)
    }

    /// Reports all conflicts, including those of rejected candidates. These come last, so that they do not claim keys
    /// of valid records.
    pub(super) fn report_key_conflicts(&mut self, existing_keys: &ExistingKeys) {
        let mut claims = self.claims(|one| !one.is_rejected());
        let rejected = self.claims(Candidate::is_rejected);
        claims.numbers.extend(rejected.numbers);
        claims.records.extend(rejected.records);
        let conflicts = claims.conflicts(existing_keys);
        self.report_conflicts(conflicts);
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
            self.report_conflicts(conflicts);
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
        self.report_conflicts(if certain.is_empty() { waiting.into_iter().take(1).collect() } else { certain });
        found
    }

    fn report_conflicts(&mut self, conflicts: Vec<Conflict>) {
        for conflict in conflicts {
            if let Some(candidate) = self.candidates.get_mut(&conflict.index) {
                candidate.find([conflict.violation]);
            }
        }
    }

    /// Returns these candidates and all that depend on them.
    fn with_dependents(&self, mut rejected: HashSet<usize>) -> HashSet<usize> {
        let mut next: Vec<usize> = rejected.iter().copied().collect();
        while let Some(needed) = next.pop() {
            let more = self.review.dependents.requiring(needed);
            next.extend(more.into_iter().filter(|number| rejected.insert(*number)));
        }
        rejected
    }

    /// Returns the claims of the candidates that change a record and match `is_wanted`.
    fn claims(&self, is_wanted: impl Fn(&Candidate) -> bool) -> KeyClaims<'_> {
        let mut claims = KeyClaims { numbers: Vec::new(), records: Vec::new() };
        for (number, candidate) in self.candidates.iter().filter(|(_, one)| one.is_change() && is_wanted(one)) {
            if let Some(after) = &candidate.after {
                claims.numbers.push(*number);
                claims.records.push((candidate.id, after));
            }
        }
        claims
    }
}
