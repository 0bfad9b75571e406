//! What else falls when something is rejected: who needs it, who asked for a name that it does not give up now, who is
//! in a circle with what it leaves as it was. One thing leads to another, so this goes on until nothing more falls.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::cycles::{Graphs, Included};
use super::{Candidate, Plan};
use crate::catalog::Link;
use crate::service::import_export::report::SkippedEntry;
use crate::service::write::record::Record;
use crate::service::write::{Violation, ViolationCode};

/// The field in which a reading list refers to what it can do without.
const ENTRIES: &str = "entries";

impl Plan {
    /// Refuses what cannot be written beside the rest.
    ///
    /// Where one violation is enough to write nothing, only the file's own violations are named: what would fall along, or would
    /// not get a name that something refused does not give up, is as it should be once the others are mended.
    pub(super) async fn reject(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let existing_keys = self.existing_keys(transaction).await?;
        let graphs = Graphs::load(transaction, self.engine).await?;
        // What the file says of itself is wrong whatever else falls.
        self.reject_cycles(transaction, &graphs, Included::All).await?;
        if !self.options.skip_invalid {
            self.report_key_conflicts(&existing_keys);
            self.drop_unused_people();
            return Ok(());
        }
        loop {
            self.reject_dependents();
            // The sooner something falls, the surer: what is contested comes last.
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

    /// Refuses what needs something that was refused; reading lists only drop their entries of it.
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

    /// Who cannot do without whom, by candidates.
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

    /// A person who was made for an instructor is made only if a course that is taken has that instructor.
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
