//! KeyIndex that only one thing may have: who of the candidates cannot have what it asks for.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Candidate, Plan};
use crate::service::write::record::Record;
use crate::service::write::uniqueness::{Conflict, ExistingKeys};

/// Who asks for names: the candidates, and beside each its row and its state.
struct KeyClaims<'a> {
    candidates: Vec<usize>,
    records: Vec<(i64, &'a Record)>,
}

impl KeyClaims<'_> {
    /// The conflicts among these claims, by candidates.
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
    /// Who has the names in the catalog that the candidates ask for.
    pub(super) async fn existing_keys(&self, transaction: &impl ConnectionTrait) -> Result<ExistingKeys, DbErr> {
        ExistingKeys::load(transaction, self.engine, &self.claims(|_| true).records).await
    }

    /// KeyIndex every conflict, also of what is refused anyway: that comes last, so that it takes nothing from a record
    /// that is fine.
    pub(super) fn report_key_conflicts(&mut self, existing_keys: &ExistingKeys) {
        let mut claims = self.claims(|one| !one.is_rejected());
        let rejected = self.claims(Candidate::is_rejected);
        claims.candidates.extend(rejected.candidates);
        claims.records.extend(rejected.records);
        for conflict in claims.conflicts(existing_keys) {
            self.candidates[conflict.index].find([conflict.violation]);
        }
    }

    /// Refuses who asks for a name that something in the catalog has and keeps; says whether there was anybody. Only those
    /// who are not refused give a name up, so that one refusal may lead to the next.
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

    /// Where several candidates ask for one name, refuses all but the first of them; says whether there was anybody. As
    /// long as it is not sure that the first will not fall itself, the others wait, unless everybody waits for another.
    pub(super) fn reject_contested_keys(&mut self, existing_keys: &ExistingKeys) -> bool {
        let conflicts = self.claims(|one| !one.is_rejected()).conflicts(existing_keys);
        let found = !conflicts.is_empty();
        let doubtful = self.with_dependents(conflicts.iter().map(|conflict| conflict.index).collect());
        let (waiting, certain): (Vec<_>, Vec<_>) =
            conflicts.into_iter().partition(|one| one.earlier.is_some_and(|earlier| doubtful.contains(&earlier)));
        let fallen = if certain.is_empty() { waiting.into_iter().take(1).collect() } else { certain };
        for conflict in fallen {
            self.candidates[conflict.index].find([conflict.violation]);
        }
        found
    }

    /// These candidates and all that would fall with them.
    fn with_dependents(&self, mut fallen: HashSet<usize>) -> HashSet<usize> {
        let dependents = self.dependents();
        let mut next: Vec<usize> = fallen.iter().copied().collect();
        while let Some(needed) = next.pop() {
            let more = dependents.get(&needed).into_iter().flatten();
            next.extend(more.copied().filter(|index| fallen.insert(*index)));
        }
        fallen
    }

    /// The candidates that would differ from what is stored, and are so inclined.
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
