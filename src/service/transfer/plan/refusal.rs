//! What else falls when something is refused. Circles are looked for among what is left, until nothing changes.

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Candidate, Plan};
use crate::service::transfer::report::Dropped;
use crate::service::write::record::Record;
use crate::service::write::{Fault, FaultCode};

impl Plan {
    /// Refuses what needs something that was refused; reading lists only drop their entries of it.
    ///
    /// When all is refused anyway, the records that would fall along are no fault of the file and are not named.
    pub(super) async fn refuse(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        loop {
            if self.options.skip_failed {
                self.refuse_dependents();
            }
            if !self.refuse_circles(transaction).await? {
                break;
            }
        }
        if self.options.skip_failed {
            self.drop_entries();
        }
        self.forget_idle_people();
        Ok(())
    }

    fn refuse_dependents(&mut self) {
        loop {
            let lost: Vec<bool> = self.candidates.iter().map(Candidate::is_lost).collect();
            let mut fallen = Vec::new();
            for (index, candidate) in self.candidates.iter().enumerate().filter(|(_, one)| !one.is_refused()) {
                let is_cause = |(needed, field): &&(usize, &str)| lost[*needed] && *field != "entries";
                if let Some((needed, field)) = candidate.needs.iter().find(is_cause) {
                    let cause = &self.candidates[*needed];
                    let reason = format!("is needed, but was refused in line {}", cause.line);
                    fallen.push((index, Fault::new(field, FaultCode::NotFound, Some(&cause.shown), reason)));
                }
            }
            if fallen.is_empty() {
                return;
            }
            for (index, fault) in fallen {
                self.candidates[index].faults.push(fault);
            }
        }
    }

    fn drop_entries(&mut self) {
        let lost: Vec<bool> = self.candidates.iter().map(Candidate::is_lost).collect();
        let mut dropped = Vec::new();
        for index in 0..self.candidates.len() {
            let candidate = &self.candidates[index];
            if candidate.is_refused() {
                continue;
            }
            let gone: HashSet<(NodeKind, i64)> = (candidate.needs.iter())
                .filter(|(needed, field)| lost[*needed] && *field == "entries")
                .map(|(needed, _)| (self.candidates[*needed].kind, self.candidates[*needed].id))
                .collect();
            dropped.extend(gone.iter().filter_map(|row| {
                let target = &self.candidates[*self.by_row.get(row)?];
                Some(Dropped {
                    line: candidate.line,
                    list: candidate.shown.clone(),
                    kind: target.kind,
                    slug: target.shown.clone(),
                    refused_line: target.line,
                })
            }));
            if let Some(Record::ReadingList(list)) = &mut self.candidates[index].after {
                list.entries.retain(|entry| !gone.contains(&(entry.kind, entry.target.id)));
            }
        }
        dropped.sort_by(|one, other| (one.line, &one.slug).cmp(&(other.line, &other.slug)));
        for entry in dropped {
            self.drop_entry(entry);
        }
    }

    /// A person who was made for an instructor is made only if a course that is taken has that instructor.
    fn forget_idle_people(&mut self) {
        let taught: HashSet<i64> = (self.candidates.iter().filter(|one| !one.is_refused()))
            .filter_map(|candidate| match &candidate.after {
                Some(Record::Course(course)) => Some(course.instructors.iter().map(|one| one.person.id)),
                _ => None,
            })
            .flatten()
            .collect();
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.is_made) {
            if !taught.contains(&candidate.id) {
                candidate.after = None;
            }
        }
    }
}
