//! Decides which records are rejected because of others.

use std::collections::HashSet;

use entity::kind::NodeKind;

use super::cycles::{Graphs, Included};
use super::review::ENTRIES;
use super::{ImportError, Plan};
use crate::db::Transaction;
use crate::service::import_export::report::SkippedEntry;
use crate::service::write::record::Record;
use crate::service::write::{Violation, ViolationCode};

impl Plan {
    /// Rejects the candidates that cannot be written together with the others.
    ///
    /// If one violation rejects the whole import, only the violations of the file itself are reported. Consequential
    /// ones disappear when the others are fixed.
    pub(super) async fn reject(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        let graphs = Graphs::load(transaction, self.engine).await?;
        // Cycles within the file are errors regardless of other rejections.
        self.reject_cycles(transaction, &graphs, Included::All).await?;
        let existing_keys = self.existing_keys(transaction).await?;
        if !self.options.skip_invalid {
            self.report_key_conflicts(&existing_keys);
            return Ok(());
        }
        loop {
            self.reject_dependents(transaction).await?;
            // Conflicts between candidates are decided last, because other rejections can resolve them.
            let is_settled = !self.reject_taken_keys(&existing_keys)
                && !self.reject_cycles(transaction, &graphs, Included::Accepted).await?
                && !self.reject_contested_keys(&existing_keys);
            if is_settled {
                break;
            }
        }
        self.report_key_conflicts(&existing_keys);
        self.skip_entries(transaction).await?;
        self.leave_out_unused_people();
        Ok(())
    }

    /// Rejects candidates that depend on a rejected one. Reading lists only skip these entries.
    async fn reject_dependents(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        let mut lost = self.unresolvable();
        lost.reverse();
        while let Some(needed) = lost.pop() {
            let dependents = self.review.dependents.requiring(needed);
            self.retain(transaction, dependents.iter().copied()).await?;
            let Some(cause) = self.candidates.get(&needed) else { continue };
            let (shown, line) = (cause.shown.clone(), cause.line);
            let reason = format!("refers to a record that was rejected in {}", self.at(line));
            for number in dependents {
                let Some(candidate) = self.candidates.get_mut(&number).filter(|one| !one.is_rejected()) else {
                    continue;
                };
                let path = candidate.needs.iter().find(|(one, path)| *one == needed && path.field != ENTRIES);
                let field = path.map(|(_, path)| path.to_string()).unwrap_or_default();
                candidate.violations.push(Violation::new(
                    &field,
                    ViolationCode::NotFound,
                    Some(&shown),
                    reason.clone(),
                ));
                if candidate.is_unresolvable() {
                    lost.push(number);
                }
            }
        }
        Ok(())
    }

    /// Returns the candidates to which no reference is possible.
    fn unresolvable(&self) -> Vec<usize> {
        self.candidates.iter().filter(|(_, one)| one.is_unresolvable()).map(|(number, _)| *number).collect()
    }

    async fn skip_entries(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        let lost: HashSet<usize> = self.unresolvable().into_iter().collect();
        for number in &lost {
            let lists = self.review.dependents.listing(*number);
            self.retain(transaction, lists).await?;
        }
        let mut skipped = Vec::new();
        let mut gone_from = Vec::new();
        for (number, candidate) in self.candidates.iter().filter(|(_, one)| !one.is_rejected()) {
            let needs = candidate.needs.iter().filter(|(needed, path)| lost.contains(needed) && path.field == ENTRIES);
            let gone: HashSet<usize> = needs.map(|(needed, _)| *needed).collect();
            skipped.extend(gone.iter().filter_map(|needed| self.candidates.get(needed)).map(|target| SkippedEntry {
                line: candidate.line,
                list: candidate.shown.clone(),
                kind: target.kind,
                slug: target.shown.clone(),
                rejected_line: target.line,
            }));
            let gone: HashSet<(NodeKind, i64)> =
                gone.into_iter().map(|needed| (self.entry(needed).kind, self.entry(needed).id)).collect();
            if !gone.is_empty() {
                gone_from.push((*number, gone));
            }
        }
        for (number, gone) in gone_from {
            let after = self.candidates.get_mut(&number).and_then(|candidate| candidate.after.as_mut());
            if let Some(Record::ReadingList(list)) = after {
                list.entries.retain(|entry| !gone.contains(&(entry.kind, entry.resource.id)));
            }
        }
        skipped.sort_by(|one, other| (one.line, &one.slug).cmp(&(other.line, &other.slug)));
        self.report.skipped_entries = skipped;
        Ok(())
    }

    /// Leaves out people who were created for instructors of rejected courses.
    fn leave_out_unused_people(&mut self) {
        for number in 0..self.file.entries.len() {
            if self.file.entries[number].is_implicit {
                let courses = self.review.dependents.requiring(number);
                self.file.entries[number].is_left_out = courses.into_iter().all(|course| self.is_rejected(course));
            }
        }
    }
}
