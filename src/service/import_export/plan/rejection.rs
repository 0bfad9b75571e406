//! Propagates rejections: to records that depend on a rejected one, to records that claim a key that it does not
//! release, and to cycles with its present references. Repeats until there are no further rejections.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::cycles::{Graphs, Included};
use super::{Candidate, Plan};
use crate::catalog::Link;
use crate::service::import_export::report::SkippedEntry;
use crate::service::write::record::Record;
use crate::service::write::{Violation, ViolationCode};

/// The field of a reading list whose references are optional.
const ENTRIES: &str = "entries";

impl Plan {
    /// Rejects the candidates that cannot be written together with the others.
    ///
    /// If one violation rejects the whole import, only the violations of the file itself are reported. Consequential
    /// ones disappear when the others are fixed.
    pub(super) async fn reject(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let existing_keys = self.existing_keys(transaction).await?;
        let graphs = Graphs::load(transaction, self.engine).await?;
        // Cycles within the file are errors regardless of other rejections.
        self.reject_cycles(transaction, &graphs, Included::All).await?;
        if !self.options.skip_invalid {
            self.report_key_conflicts(&existing_keys);
            self.drop_unused_people();
            return Ok(());
        }
        loop {
            self.reject_dependents();
            // Conflicts between candidates are decided last, because other rejections can resolve them.
            let is_settled = !self.reject_taken_keys(&existing_keys)
                && !self.reject_cycles(transaction, &graphs, Included::Accepted).await?
                && !self.reject_contested_keys(&existing_keys);
            if is_settled {
                break;
            }
        }
        self.report_key_conflicts(&existing_keys);
        self.skip_entries();
        self.restore_current_slugs();
        self.drop_unused_people();
        Ok(())
    }

    /// Rejects candidates that depend on a rejected one. Reading lists only skip these entries.
    fn reject_dependents(&mut self) {
        let dependents = self.dependents();
        let mut lost: Vec<usize> =
            (0..self.candidates.len()).rev().filter(|index| self.candidates[*index].is_unresolvable()).collect();
        while let Some(needed) = lost.pop() {
            for index in dependents.get(&needed).into_iter().flatten().copied() {
                if self.candidates[index].is_rejected() {
                    continue;
                }
                let needs = &self.candidates[index].needs;
                let path = needs.iter().find(|(one, path)| *one == needed && path.field != ENTRIES);
                let field = path.map(|(_, path)| path.to_string()).unwrap_or_default();
                let cause = &self.candidates[needed];
                let reason = format!("refers to a record that was rejected in {}", self.at(cause.line));
                let violation = Violation::new(&field, ViolationCode::NotFound, Some(&cause.shown), reason);
                self.candidates[index].violations.push(violation);
                if self.candidates[index].is_unresolvable() {
                    lost.push(index);
                }
            }
        }
    }

    /// Returns the candidates that depend on each candidate.
    pub(super) fn dependents(&self) -> HashMap<usize, Vec<usize>> {
        let mut dependents: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, candidate) in self.candidates.iter().enumerate() {
            for (needed, _) in candidate.needs.iter().filter(|(_, path)| path.field != ENTRIES) {
                dependents.entry(*needed).or_default().push(index);
            }
        }
        dependents
    }

    fn skip_entries(&mut self) {
        let lost: Vec<bool> = self.candidates.iter().map(Candidate::is_unresolvable).collect();
        let mut skipped_entries = Vec::new();
        for index in 0..self.candidates.len() {
            let candidate = &self.candidates[index];
            if candidate.is_rejected() {
                continue;
            }
            let gone: HashSet<(NodeKind, i64)> = (candidate.needs.iter())
                .filter(|(needed, path)| lost[*needed] && path.field == ENTRIES)
                .map(|(needed, _)| (self.candidates[*needed].kind, self.candidates[*needed].id))
                .collect();
            skipped_entries.extend(gone.iter().filter_map(|row| {
                let target = &self.candidates[*self.by_id.get(row)?];
                Some(SkippedEntry {
                    line: candidate.line,
                    list: candidate.shown.clone(),
                    kind: target.kind,
                    slug: target.shown.clone(),
                    rejected_line: target.line,
                })
            }));
            if let Some(Record::ReadingList(list)) = &mut self.candidates[index].after {
                list.entries.retain(|entry| !gone.contains(&(entry.kind, entry.resource.id)));
            }
        }
        skipped_entries.sort_by(|one, other| (one.line, &one.slug).cmp(&(other.line, &other.slug)));
        for entry in skipped_entries {
            self.skip_entry(entry);
        }
    }

    /// Discards people created for instructors of rejected courses.
    fn drop_unused_people(&mut self) {
        let taught: HashSet<i64> = (self.candidates.iter().filter(|one| !one.is_rejected()))
            .filter_map(|candidate| candidate.after.as_ref()?.routable())
            .flat_map(|record| record.references(Link::Instructors))
            .map(|person| person.id)
            .collect();
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.is_implicit) {
            if !taught.contains(&candidate.id) {
                candidate.after = None;
            }
        }
    }
}
