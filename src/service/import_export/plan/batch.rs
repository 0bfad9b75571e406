//! Plans a batch of records.

use std::collections::BTreeMap;

use entity::kind::NodeKind;
use tokio::task::yield_now;

use super::{Candidate, ImportError, Plan};
use crate::db::Transaction;
use crate::service::write::load;

/// The number of records between two yields: planning one takes some 50 microseconds.
const RECORDS_BETWEEN_YIELDS: usize = 16;

impl Plan {
    /// Returns a record of the file as a candidate that is not planned yet.
    pub(super) fn candidate(&mut self, number: usize) -> Result<Candidate, ImportError> {
        if let Some(candidate) = self.candidates.remove(&number) {
            return Ok(candidate);
        }
        let candidate = Candidate::new(self.file.draft(number)?);
        Ok(Candidate { is_implicit: self.entry(number).is_implicit, ..candidate })
    }

    /// Plans records: loads what they match, resolves their references, applies and checks them.
    pub(super) async fn plan(
        &mut self,
        transaction: &Transaction,
        numbers: impl IntoIterator<Item = usize>,
    ) -> Result<BTreeMap<usize, Candidate>, ImportError> {
        let mut planned = BTreeMap::new();
        for (index, number) in numbers.into_iter().enumerate() {
            yield_after(index).await;
            let mut candidate = self.candidate(number)?;
            let entry = self.entry(number);
            candidate.id = entry.id;
            entry.code().clone_into(&mut candidate.code);
            planned.insert(number, candidate);
        }
        let mut references = Vec::new();
        for patch in planned.values().filter_map(|candidate| candidate.patch.as_ref()) {
            patch.each_reference(&mut |kind, target| references.push((kind, target.clone())));
        }
        let known = self.catalog_keys(transaction, references.iter().map(|(kind, target)| (*kind, target))).await?;
        self.load_stored(transaction, &mut planned).await?;
        self.set_first_revisions(transaction, &mut planned).await?;
        for (index, candidate) in planned.values_mut().enumerate() {
            yield_after(index).await;
            self.apply(transaction, candidate, &known).await?;
        }
        Ok(planned)
    }

    /// Plans records and keeps them in memory, unless they are there already.
    pub(super) async fn retain(
        &mut self,
        transaction: &Transaction,
        numbers: impl IntoIterator<Item = usize>,
    ) -> Result<(), ImportError> {
        let is_missing = |number: &usize| !self.candidates.contains_key(number) && !self.entry(*number).is_left_out;
        let missing: Vec<usize> = numbers.into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            let planned = self.plan(transaction, missing).await?;
            self.candidates.extend(planned);
        }
        Ok(())
    }

    /// Loads the stored records. Of several records about one object, only the first has it.
    async fn load_stored(
        &self,
        transaction: &Transaction,
        planned: &mut BTreeMap<usize, Candidate>,
    ) -> Result<(), ImportError> {
        let mut numbers: BTreeMap<NodeKind, BTreeMap<i64, usize>> = BTreeMap::new();
        for (number, candidate) in planned.iter() {
            let (kind, id) = (candidate.kind, candidate.id);
            if !self.entry(*number).is_new && self.matches.number(kind, id) == Some(*number) {
                numbers.entry(kind).or_default().insert(id, *number);
            }
        }
        for (kind, numbers) in numbers {
            let ids: Vec<i64> = numbers.keys().copied().collect();
            for stored in load::by_ids(transaction, self.engine, kind, &ids).await? {
                if let Some(candidate) = numbers.get(&stored.id).and_then(|number| planned.get_mut(number)) {
                    candidate.stored = Some(stored);
                }
            }
        }
        Ok(())
    }
}

/// Lets other futures of the task continue now and then: the database executes statements on other threads, and
/// gets the next one while this batch is planned.
async fn yield_after(records: usize) {
    if records.is_multiple_of(RECORDS_BETWEEN_YIELDS) {
        yield_now().await;
    }
}
