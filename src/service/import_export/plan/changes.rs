//! Converts a plan to changes, with the reading lists of new owners and the codes of new entries.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Plan;
use crate::service::import_export::report::{Action, Difference, RecordReport};
use crate::service::write::record::Record;
use crate::service::write::save::visible_from;
use crate::service::write::{Change, Context, codes, entries, ids};

impl Plan {
    /// Returns the changes and counts them. Call it once.
    pub async fn changes(
        &mut self,
        transaction: &impl ConnectionTrait,
        context: &mut Context,
    ) -> Result<Vec<Change>, DbErr> {
        let mut changes = Vec::new();
        let candidates = std::mem::take(&mut self.candidates);
        let new_owners: HashSet<(NodeKind, i64)> = candidates
            .iter()
            .filter(|candidate| candidate.stored.is_none())
            .map(|candidate| (candidate.kind, candidate.id))
            .collect();
        for candidate in candidates {
            let (false, Some(after)) = (candidate.is_rejected(), candidate.after) else { continue };
            let is_new = match &after {
                Record::ReadingList(list) => new_owners.contains(&(list.owner_kind, list.owner.id)),
                Record::Routable(_) => candidate.stored.is_none(),
            };
            // Records that a dry run would create have no code, because a later import draws another one.
            let code = (!self.options.dry_run || candidate.stored.is_some()).then(|| after.code().to_owned());
            let change = match candidate.stored {
                Some(stored) => Change::update(stored, after),
                None => Some(Change::create(candidate.id, candidate.first_revision, after, context.now)),
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
            self.report.records.push(record);
            changes.extend(change);
        }
        self.report.records.sort_by_key(|record| record.line);
        self.complete_lists(transaction, &mut changes, context).await?;
        let lists = changes.iter_mut().filter_map(|change| change.after.list_mut()).collect();
        entries::complete(transaction, self.engine, lists, context).await?;
        Ok(changes)
    }

    /// Returns the differences of an update in a dry run.
    fn differences(&self, change: &Change) -> Vec<Difference> {
        let before = change.before.as_ref().filter(|_| self.options.dry_run);
        before.map(|before| Difference::between(before, &change.after)).unwrap_or_default()
    }

    /// Adds the lists of new owners, and sets the visibility of lists to that of their owners.
    async fn complete_lists(
        &self,
        transaction: &impl ConnectionTrait,
        changes: &mut Vec<Change>,
        context: &mut Context,
    ) -> Result<(), DbErr> {
        let visible: HashMap<_, _> = (changes.iter())
            .filter(|change| change.after.owns_list())
            .map(|change| ((change.after.kind(), change.id), visible_from(&change.after)))
            .collect();
        let mut has_list = HashSet::new();
        let mut codes_at_hand = HashSet::new();
        for change in changes.iter_mut() {
            let Record::ReadingList(list) = &mut change.after else { continue };
            let owner = (list.owner_kind, list.owner.id);
            if let Some(visible) = visible.get(&owner) {
                list.visible_from = *visible;
            }
            has_list.insert(owner);
            codes_at_hand.insert(list.code.clone());
        }
        let bare: Vec<usize> = (changes.iter().enumerate())
            .filter(|(_, change)| change.before.is_none() && change.after.owns_list())
            .filter(|(_, change)| !has_list.contains(&(change.after.kind(), change.id)))
            .map(|(index, _)| index)
            .collect();
        let kind = NodeKind::ReadingList;
        let rows = ids::take(transaction, self.engine, kind, bare.len()).await?;
        let rng = &mut *context.rng;
        let codes = codes::draw(transaction, self.engine, kind, bare.len(), &codes_at_hand, rng).await?;
        for ((index, row), code) in bare.into_iter().zip(rows).zip(codes) {
            let list = changes[index].empty_list(row, code, context.now);
            changes.push(list);
        }
        Ok(())
    }
}
