//! Names that only one thing may have: who of the candidates cannot have what it asks for.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Candidate, Plan};
use crate::service::write::record::Record;
use crate::service::write::taken::{Conflict, Holders};

/// Who asks for names: the candidates, and beside each its row and its state.
struct Claims<'a> {
    candidates: Vec<usize>,
    records: Vec<(i64, &'a Record)>,
}

impl Claims<'_> {
    /// The conflicts among these claims, by candidates.
    fn conflicts(&self, holders: &Holders) -> Vec<Conflict> {
        let mut conflicts = holders.conflicts(&self.records);
        for conflict in &mut conflicts {
            conflict.index = self.candidates[conflict.index];
            conflict.winner = conflict.winner.map(|winner| self.candidates[winner]);
        }
        conflicts
    }
}

impl Plan {
    /// Who has the names in the catalog that the candidates ask for.
    pub(super) async fn holders(&self, transaction: &impl ConnectionTrait) -> Result<Holders, DbErr> {
        Holders::load(transaction, self.engine, &self.claims(|_| true).records).await
    }

    /// Names every conflict, also of what is refused anyway: that comes last, so that it takes nothing from a record
    /// that is fine.
    pub(super) fn name_conflicts(&mut self, holders: &Holders) {
        let mut claims = self.claims(|one| !one.is_refused());
        let refused = self.claims(Candidate::is_refused);
        claims.candidates.extend(refused.candidates);
        claims.records.extend(refused.records);
        for conflict in claims.conflicts(holders) {
            self.candidates[conflict.index].find([conflict.fault]);
        }
    }

    /// Refuses who asks for a name that something in the catalog has and keeps; says whether there was anybody. Only those
    /// who are not refused give a name up, so that one refusal may lead to the next.
    pub(super) fn refuse_held(&mut self, holders: &Holders) -> bool {
        let mut found = false;
        loop {
            let mut conflicts = self.claims(|one| !one.is_refused()).conflicts(holders);
            conflicts.retain(|conflict| conflict.winner.is_none());
            if conflicts.is_empty() {
                return found;
            }
            found = true;
            for conflict in conflicts {
                self.candidates[conflict.index].find([conflict.fault]);
            }
        }
    }

    /// Where several candidates ask for one name, refuses all but the first of them; says whether there was anybody. As
    /// long as it is not sure that the first will not fall itself, the others wait, unless everybody waits for another.
    pub(super) fn refuse_contested(&mut self, holders: &Holders) -> bool {
        let conflicts = self.claims(|one| !one.is_refused()).conflicts(holders);
        let found = !conflicts.is_empty();
        let doubtful = self.needing(conflicts.iter().map(|conflict| conflict.index).collect());
        let (waiting, certain): (Vec<_>, Vec<_>) =
            conflicts.into_iter().partition(|one| one.winner.is_some_and(|winner| doubtful.contains(&winner)));
        let fallen = if certain.is_empty() { waiting.into_iter().take(1).collect() } else { certain };
        for conflict in fallen {
            self.candidates[conflict.index].find([conflict.fault]);
        }
        found
    }

    /// These candidates and all that would fall with them.
    fn needing(&self, mut fallen: HashSet<usize>) -> HashSet<usize> {
        let needed_by = self.needed_by();
        let mut next: Vec<usize> = fallen.iter().copied().collect();
        while let Some(needed) = next.pop() {
            let more = needed_by.get(&needed).into_iter().flatten();
            next.extend(more.copied().filter(|index| fallen.insert(*index)));
        }
        fallen
    }

    /// The candidates that would differ from what is stored, and are so inclined.
    fn claims(&self, is_wanted: impl Fn(&Candidate) -> bool) -> Claims<'_> {
        let mut claims = Claims { candidates: Vec::new(), records: Vec::new() };
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
