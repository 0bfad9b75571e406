//! Writes a plan in batches, and reports the result of each record.

use std::collections::{BTreeMap, HashMap};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use futures_util::future::try_join;

use super::cycles::Included;
use super::slugs::PresentSlugs;
use super::{Candidate, ImportError, Plan};
use crate::db::{Sql, Transaction, rows};
use crate::service::import_export::report::{Action, Difference, RecordReport};
use crate::service::write::graph;
use crate::service::write::record::Record;
use crate::service::write::save::{BatchWriter, visible_from};
use crate::service::write::{Change, Context, ReleasedKeys, entries, ids};

impl Plan {
    /// Writes all changes, unless it is a dry run, and counts them. Call it once. Calls `written` with the number of
    /// changes so far.
    pub async fn write(
        &mut self,
        transaction: &Transaction,
        context: &mut Context,
        mut written: impl FnMut(u64),
    ) -> Result<(), ImportError> {
        let mut writer = BatchWriter::default();
        let (engine, is_dry_run) = (self.engine, self.options.dry_run);
        let order = self.order(transaction).await?;
        let present = self.present_slugs();
        let mut accepted = std::mem::take(&mut self.candidates);
        accepted.retain(|_, candidate| !candidate.is_rejected());
        if !is_dry_run {
            released_keys(accepted.values()).clear(transaction, engine).await?;
        }
        let mut count = 0;
        let mut batches = self.file.batches(&order).into_iter();
        let mut planned = self.batch(transaction, batches.next(), &mut accepted, &present).await?;
        while !planned.is_empty() {
            let mut changes = self.changes(planned)?;
            count += changes.len() as u64;
            if !is_dry_run {
                self.complete(transaction, &mut changes, context).await?;
            }
            // The next batch is planned while the database writes.
            let write = async {
                let changes = if is_dry_run { &[][..] } else { &changes };
                Ok(writer.write(transaction, engine, changes, context).await?)
            };
            let next = self.batch(transaction, batches.next(), &mut accepted, &present);
            ((), planned) = try_join(write, next).await?;
            written(count);
        }
        writer.finish(transaction, engine, context).await?;
        self.report.records.sort_by_key(|record| record.line);
        Ok(())
    }

    /// Returns the numbers of the records in the order in which they are written: after those that they refer to, except
    /// references between courses and between careers, which are written last. A dry run goes line by line.
    async fn order(&self, transaction: &Transaction) -> Result<Vec<usize>, ImportError> {
        let mut order: Vec<usize> =
            (0..self.file.entries.len()).filter(|number| !self.entry(*number).is_left_out).collect();
        if self.options.dry_run {
            order.sort_by_key(|number| self.entry(*number).line());
        } else {
            let parents = graph::parents(transaction, self.engine).await?;
            let parents = self.overlay(parents, NodeKind::Topic, Included::Accepted);
            order.sort_by_cached_key(|number| {
                let entry = self.entry(*number);
                match entry.kind {
                    NodeKind::Person | NodeKind::Organization => 0,
                    NodeKind::Topic => graph::depth(&parents, entry.id),
                    NodeKind::ReadingList => usize::MAX,
                    _ => usize::MAX - 1,
                }
            });
        }
        Ok(order)
    }

    /// Plans a batch again. Candidates that are in memory are final.
    async fn batch(
        &mut self,
        transaction: &Transaction,
        numbers: Option<&[usize]>,
        accepted: &mut BTreeMap<usize, Candidate>,
        present: &PresentSlugs,
    ) -> Result<BTreeMap<usize, Candidate>, ImportError> {
        let numbers = numbers.unwrap_or_default().iter();
        let (known, rest): (Vec<usize>, Vec<usize>) = numbers.partition(|number| accepted.contains_key(number));
        let mut batch = self.plan(transaction, rest).await?;
        batch.extend(known.into_iter().filter_map(|number| Some((number, accepted.remove(&number)?))));
        batch.values_mut().for_each(|candidate| candidate.restore_slugs(present));
        Ok(batch)
    }

    /// Returns the changes of a batch and counts them.
    fn changes(&mut self, batch: BTreeMap<usize, Candidate>) -> Result<Vec<Change>, ImportError> {
        let mut changes = Vec::new();
        let mut batch: Vec<(usize, Candidate)> = batch.into_iter().collect();
        if self.options.dry_run {
            batch.sort_by_key(|(_, candidate)| candidate.line);
        }
        for (number, candidate) in batch {
            let is_rejected = candidate.is_rejected();
            let Some(after) = candidate.after.filter(|_| !is_rejected) else {
                return Err(ImportError::Inconsistent(self.at(candidate.line)));
            };
            let is_new = match &after {
                Record::ReadingList(list) => {
                    let owner = self.matches.number(list.owner_kind, list.owner.id);
                    owner.is_some_and(|owner| self.entry(owner).is_new)
                }
                Record::Routable(_) => self.entry(number).is_new,
            };
            // Records that a dry run would create have no code, because a later import draws another one.
            let code = (!self.options.dry_run || candidate.stored.is_some()).then(|| after.code().to_owned());
            let change = match candidate.stored {
                Some(stored) => Change::update(stored, after),
                None => Some(Change::create(candidate.id, candidate.first_revision, after, self.now)),
            };
            let Some(counts) = self.count(candidate.kind) else { continue };
            let action = match (&change, is_new) {
                (None, _) => Action::Unchanged,
                (Some(_), true) => Action::Created,
                (Some(_), false) => Action::Updated,
            };
            counts.add(action);
            let record = RecordReport {
                line: candidate.line,
                also: candidate.also,
                kind: Some(candidate.kind),
                slug: candidate.shown,
                code,
                action,
                differences: change.as_ref().map(|change| self.differences(change)).unwrap_or_default(),
            };
            self.report.add(record, self.file.labels)?;
            changes.extend(change);
        }
        Ok(changes)
    }

    /// Returns the differences of an update in a dry run.
    fn differences(&self, change: &Change) -> Vec<Difference> {
        let before = change.before.as_ref().filter(|_| self.options.dry_run);
        before.map(|before| Difference::between(before, &change.after)).unwrap_or_default()
    }

    /// Adds the lists of new owners, sets the visibility of lists to that of their owners, and completes new entries.
    async fn complete(
        &mut self,
        transaction: &Transaction,
        changes: &mut Vec<Change>,
        context: &mut Context,
    ) -> Result<(), ImportError> {
        self.set_visibility(transaction, changes).await?;
        let is_bare = |change: &Change| {
            let number = self.matches.number(change.after.kind(), change.id);
            change.before.is_none()
                && change.after.owns_list()
                && number.is_some_and(|number| !self.entry(number).has_list)
        };
        let bare: Vec<usize> = (0..changes.len()).filter(|index| is_bare(&changes[*index])).collect();
        let kind = NodeKind::ReadingList;
        let rows = ids::take(transaction, self.engine, kind, bare.len()).await?;
        let codes = self.draw_codes(transaction, kind, bare.len(), context).await?;
        for ((index, row), code) in bare.into_iter().zip(rows).zip(codes) {
            let list = changes[index].empty_list(row, code, self.now);
            changes.push(list);
        }
        let lists = changes.iter_mut().filter_map(|change| change.after.list_mut()).collect();
        let is_known = |code: &str| self.file.has_code(NodeKind::ReadingListEntry, code);
        entries::complete(transaction, self.engine, lists, is_known, context).await?;
        Ok(())
    }

    /// Sets the visibility of lists to that of their owners, which are in the batch or already written.
    async fn set_visibility(&self, transaction: &Transaction, changes: &mut [Change]) -> Result<(), ImportError> {
        let owners = changes.iter().filter(|change| change.after.owns_list());
        let mut visible: HashMap<i64, Option<Timestamp>> =
            owners.map(|change| (change.id, visible_from(&change.after))).collect();
        let lists = || changes.iter().filter_map(|change| change.after.list());
        let missing: Vec<i64> = lists().map(|list| list.owner.id).filter(|id| !visible.contains_key(id)).collect();
        if !missing.is_empty() {
            let mut sql = Sql::new(self.engine, "SELECT id, visible_from FROM item WHERE id");
            sql.is_any_id(missing);
            for row in rows(transaction, sql).await? {
                let mut columns = row.columns();
                visible.insert(columns.read_next()?, columns.read_next()?);
            }
        }
        for list in changes.iter_mut().filter_map(|change| change.after.list_mut()) {
            if let Some(visible) = visible.get(&list.owner.id) {
                list.visible_from = *visible;
            }
        }
        Ok(())
    }
}

/// Returns the unique columns that candidates change. If a record of another batch gets the value of one, both records
/// are in memory.
fn released_keys<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> ReleasedKeys {
    let mut released = ReleasedKeys::default();
    for candidate in candidates {
        if let (Some(stored), Some(after)) = (&candidate.stored, &candidate.after) {
            released.add(candidate.id, &stored.record, after);
        }
    }
    released
}
