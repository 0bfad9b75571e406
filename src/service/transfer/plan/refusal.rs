//! What else falls when something is refused: who needs it, who asked for a name that it does not give up now, who is
//! in a circle with what it leaves as it was. One thing leads to another, so this goes on until nothing more falls.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::circles::{Graphs, Laid};
use super::{Candidate, Plan};
use crate::catalog::Link;
use crate::service::transfer::report::Dropped;
use crate::service::write::record::Record;
use crate::service::write::{Fault, FaultCode};

/// The field in which a reading list refers to what it can do without.
const ENTRIES: &str = "entries";

impl Plan {
    /// Refuses what cannot be written beside the rest.
    ///
    /// Where one fault is enough to write nothing, only the file's own faults are named: what would fall along, or would
    /// not get a name that something refused does not give up, is as it should be once the others are mended.
    pub(super) async fn refuse(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let holders = self.holders(transaction).await?;
        let graphs = Graphs::load(transaction, self.engine).await?;
        // What the file says of itself is wrong whatever else falls.
        self.refuse_circles(transaction, &graphs, Laid::All).await?;
        if !self.options.skip_failed {
            self.name_conflicts(&holders);
            self.forget_idle_people();
            return Ok(());
        }
        loop {
            self.refuse_dependents();
            // The sooner something falls, the surer: what is contested comes last.
            let is_settled = !self.refuse_held(&holders)
                && !self.refuse_circles(transaction, &graphs, Laid::Accepted).await?
                && !self.refuse_contested(&holders);
            if is_settled {
                break;
            }
        }
        self.name_conflicts(&holders);
        self.drop_entries();
        self.mend_references();
        self.forget_idle_people();
        Ok(())
    }

    /// Refuses what needs something that was refused; reading lists only drop their entries of it.
    fn refuse_dependents(&mut self) {
        let needed_by = self.needed_by();
        let mut lost: Vec<usize> =
            (0..self.candidates.len()).rev().filter(|index| self.candidates[*index].is_lost()).collect();
        while let Some(needed) = lost.pop() {
            for index in needed_by.get(&needed).into_iter().flatten().copied() {
                if self.candidates[index].is_refused() {
                    continue;
                }
                let needs = &self.candidates[index].needs;
                let spot = needs.iter().find(|(one, spot)| *one == needed && spot.field != ENTRIES);
                let field = spot.map(|(_, spot)| spot.to_string()).unwrap_or_default();
                let cause = &self.candidates[needed];
                let reason = format!("is needed, but was refused in {}", self.at(cause.line));
                let fault = Fault::new(&field, FaultCode::NotFound, Some(&cause.shown), reason);
                self.candidates[index].faults.push(fault);
                if self.candidates[index].is_lost() {
                    lost.push(index);
                }
            }
        }
    }

    /// Who cannot do without whom, by candidates.
    pub(super) fn needed_by(&self) -> HashMap<usize, Vec<usize>> {
        let mut needed_by: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, candidate) in self.candidates.iter().enumerate() {
            for (needed, _) in candidate.needs.iter().filter(|(_, spot)| spot.field != ENTRIES) {
                needed_by.entry(*needed).or_default().push(index);
            }
        }
        needed_by
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
                .filter(|(needed, spot)| lost[*needed] && spot.field == ENTRIES)
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
            .filter_map(|candidate| candidate.after.as_ref()?.routable())
            .flat_map(|record| record.references(Link::Instructors))
            .map(|person| person.id)
            .collect();
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.is_made) {
            if !taught.contains(&candidate.id) {
                candidate.after = None;
            }
        }
    }
}
