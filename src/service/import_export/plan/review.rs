//! Validates all records before any is written, and finds those that may be rejected.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::item::Column;
use entity::kind::NodeKind;

use super::hints::Hints;
use super::{Candidate, ImportError, Plan};
use crate::catalog::Former;
use crate::db::Transaction;
use crate::service::import_export::file::{File, KeyTable};
use crate::service::write::graph::outgoing;
use crate::service::write::record::Record;
use crate::service::write::uniqueness::ExistingKeys;

/// The field of a reading list whose references are optional.
pub const ENTRIES: &str = "entries";

/// The properties of reviewed records that decide about others.
#[derive(Default)]
pub struct Review {
    /// The former keys and the ISBNs that changed records will have.
    claims: KeyTable,
    /// The changed references that must not form a cycle, by kind and id.
    pub outgoing: HashMap<NodeKind, BTreeMap<i64, Vec<i64>>>,
    pub dependents: Dependents,
}

/// Which records refer to which, by number: (referenced, referring). Sorted after the review.
#[derive(Default)]
pub struct Dependents {
    /// References without which a record cannot be written.
    required: Vec<(u32, u32)>,
    /// Entries of reading lists.
    entries: Vec<(u32, u32)>,
}

impl Dependents {
    fn add(&mut self, number: usize, candidate: &Candidate) {
        let compact = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        for (needed, path) in &candidate.needs {
            let references = if path.field == ENTRIES { &mut self.entries } else { &mut self.required };
            references.push((compact(*needed), compact(number)));
        }
    }

    /// Returns the records that require a record.
    pub fn requiring(&self, number: usize) -> Vec<usize> {
        referring(&self.required, number)
    }

    /// Returns the reading lists with an entry for a record.
    pub fn listing(&self, number: usize) -> Vec<usize> {
        referring(&self.entries, number)
    }
}

fn referring(references: &[(u32, u32)], number: usize) -> Vec<usize> {
    let start = references.partition_point(|(needed, _)| (*needed as usize) < number);
    let run = references[start..].iter().take_while(|(needed, _)| *needed as usize == number);
    let mut numbers: Vec<usize> = run.map(|(_, dependent)| *dependent as usize).collect();
    numbers.dedup();
    numbers
}

impl Plan {
    /// Plans all records, batch by batch, and keeps those with violations or with keys that another record has.
    pub(super) async fn review(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        let mut contested = BTreeSet::new();
        // Candidates that are in memory stay there.
        let shared: BTreeSet<usize> = self.candidates.keys().copied().collect();
        let numbers: Vec<usize> =
            (0..self.file.entries.len()).filter(|number| !self.entry(*number).is_left_out).collect();
        for numbers in self.file.batches(&numbers) {
            let planned = self.plan(transaction, numbers.iter().copied()).await?;
            let conflicting = self.conflicting(transaction, &planned, &mut contested).await?;
            for (number, candidate) in planned {
                self.note(number, &candidate, &mut contested);
                if candidate.is_rejected() || shared.contains(&number) || conflicting.contains(&number) {
                    self.candidates.insert(number, candidate);
                }
            }
        }
        self.review.dependents.required.sort_unstable();
        self.review.dependents.entries.sort_unstable();
        let mut claims = std::mem::take(&mut self.review.claims);
        claims.sort();
        contested.extend(claims.contested());
        self.hints = Hints::default();
        self.retain(transaction, contested).await
    }

    /// Returns the candidates with keys that another record of the batch or the catalog has. Adds the records of the file
    /// about the latter to `contested`, because they may release the keys.
    async fn conflicting(
        &self,
        transaction: &Transaction,
        planned: &BTreeMap<usize, Candidate>,
        contested: &mut BTreeSet<usize>,
    ) -> Result<BTreeSet<usize>, ImportError> {
        let changes = planned.iter().filter(|(_, candidate)| candidate.is_change());
        let (numbers, records): (Vec<usize>, Vec<(i64, &Record)>) =
            changes.filter_map(|(number, one)| Some((*number, (one.id, one.after.as_ref()?)))).unzip();
        let existing = ExistingKeys::load(transaction, self.engine, &records).await?;
        let conflicts = existing.conflicts(&records).into_iter();
        let mut indices: Vec<usize> =
            conflicts.flat_map(|conflict| [Some(conflict.index), conflict.earlier]).flatten().collect();
        for (index, holder) in existing.holders(&records) {
            indices.push(index);
            contested.extend(self.matches.number(records[index].1.kind(), holder));
        }
        Ok(indices.into_iter().map(|index| numbers[index]).collect())
    }

    /// Remembers what other records must know about a candidate.
    fn note(&mut self, number: usize, candidate: &Candidate, contested: &mut BTreeSet<usize>) {
        let review = &mut self.review;
        if self.options.skip_invalid {
            review.dependents.add(number, candidate);
        }
        let (true, Some(after)) = (candidate.is_change(), &candidate.after) else { return };
        let sharing = claim(&mut review.claims, &self.file, number, after);
        if sharing.iter().any(|other| *other != number) {
            contested.extend(sharing);
            contested.insert(number);
        }
        let stored = candidate.stored.as_ref();
        let ids = |record| outgoing(record).iter().map(|reference| reference.id).collect::<Vec<_>>();
        let (before, after) = (stored.map(|stored| ids(&stored.record)).unwrap_or_default(), ids(after));
        let is_first = self.matches.number(candidate.kind, candidate.id) == Some(number);
        if is_first && before != after {
            review.outgoing.entry(candidate.kind).or_default().insert(candidate.id, after);
        }
    }
}

/// Claims the former keys and ISBNs of a record. Returns the records of the file with a slug that is a code of this one,
/// or with another such combination. Other keys are compared when the file is read, and with the catalog.
fn claim(claims: &mut KeyTable, file: &File, number: usize, record: &Record) -> Vec<usize> {
    let Some(record) = record.routable() else { return Vec::new() };
    let kind = record.kind.node;
    let isbns = record.text(Column::Isbn13).into_iter();
    let isbns = isbns.chain(record.former_keys(Former::Isbns).iter().map(String::as_str));
    isbns.for_each(|isbn| claims.add(&("isbn", isbn), number));
    let former = [Former::Slugs, Former::Codes].into_iter().flat_map(|former| record.former_keys(former));
    former.clone().for_each(|name| claims.add(&(kind, name.as_str()), number));
    let codes = [(&record.slug, "code"), (&record.slug, "oldCodes"), (&record.code, "slug")];
    let former = former.flat_map(|name| [(name, "slug"), (name, "code")]);
    let sharing = codes.into_iter().chain(former).filter_map(|(text, name)| file.with_key(kind, name, text));
    sharing.chain(file.with_former_slug(kind, &record.slug)).chain(file.with_former_slug(kind, &record.code)).collect()
}
