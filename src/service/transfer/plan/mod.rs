//! From what a file says to what is to be written: each record is matched with the thing it is about, its references
//! are found, it is laid over the present state, and held against the rest of the file and of the catalog.

mod apply;
mod changes;
mod circles;
mod claims;
mod instructors;
mod knot;
mod matching;
mod names;
mod references;
mod refusal;
mod resolve;

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::numbering::Numbering;
use super::options::ImportOptions;
use super::parse::{File, Target, Unreadable};
use super::report::{Action, Counts, Dropped, ImportReport, LineFault, RecordReport, kinds};
use crate::db::Engine;
use crate::service::input::Written;
use crate::service::write::patch::Spot;
use crate::service::write::record::{Record, Ref, Stored};
use crate::service::write::{Context, Fault, Patch};
use names::Known;

/// The field that names the owner of a reading list.
const OWNER: &str = "owner";

/// A record of the file on its way to being written.
struct Candidate {
    line: u64,
    /// Further lines about the same organization, which were laid over this one.
    also: Vec<u64>,
    kind: NodeKind,
    shown: String,
    /// What it asks; taken out when it is applied.
    patch: Option<Patch<Target>>,
    /// Its row: of the thing it matches, or one that was handed out for it.
    id: i64,
    /// Its code; empty until it is known whether one is to be drawn.
    code: String,
    stored: Option<Stored>,
    after: Option<Record>,
    faults: Vec<Fault>,
    written: Written,
    /// The candidates, new ones, that it refers to, and where in the file it does.
    needs: Vec<(usize, Spot)>,
    /// Whether it stands in no line of its own: a person made from an instructor's name.
    is_made: bool,
    /// The number its first revision gets, where it is new.
    first_revision: i32,
}

impl Candidate {
    fn new(line: u64, kind: NodeKind, shown: String, patch: Patch<Target>) -> Self {
        Self {
            line,
            also: Vec::new(),
            kind,
            shown,
            patch: Some(patch),
            id: 0,
            code: String::new(),
            stored: None,
            after: None,
            faults: Vec::new(),
            written: Written::default(),
            needs: Vec::new(),
            is_made: false,
            first_revision: 1,
        }
    }

    /// Notes what was found in its state, at the place where it stands in the file, but for places that are known to be
    /// at fault, and what is within them: what could not be read is not also missing.
    fn find(&mut self, found: impl IntoIterator<Item = Fault>) {
        let had: HashSet<String> = self.faults.iter().map(|fault| fault.field.clone()).collect();
        let is_told = |place: &str| {
            let around = place.match_indices(['[', '.']).map(|(end, _)| &place[..end]);
            around.chain([place]).any(|place| had.contains(place))
        };
        let found = found.into_iter().map(|fault| self.written.fault(fault)).filter(|fault| !is_told(&fault.field));
        self.faults.extend(found);
    }

    fn is_refused(&self) -> bool {
        !self.faults.is_empty()
    }

    /// What others would refer to in vain: something new that is refused.
    fn is_lost(&self) -> bool {
        self.is_refused() && self.stored.is_none()
    }

    /// The slug it asks for, or the one it has.
    fn slug(&self) -> &str {
        let asked = self.patch.as_ref().and_then(|patch| patch.routable()?.slug.as_deref());
        let present = || self.after.as_ref().or(self.stored.as_ref().map(|stored| &stored.record))?.slug();
        asked.or_else(present).unwrap_or(&self.shown)
    }

    fn reference(&self) -> Ref {
        Ref::new(self.id, &self.code, self.slug())
    }
}

/// An import that has been thought through.
pub struct Plan {
    engine: Engine,
    options: ImportOptions,
    numbering: Numbering,
    candidates: Vec<Candidate>,
    /// The candidate that has a row, by kind and row.
    by_row: HashMap<(NodeKind, i64), usize>,
    known: Known,
    report: ImportReport,
}

impl Plan {
    /// Thinks an import through.
    pub async fn make(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        file: File,
        options: ImportOptions,
        context: &mut Context,
    ) -> Result<Self, DbErr> {
        let report =
            ImportReport { dry_run: options.dry_run, skip_failed: options.skip_failed, ..ImportReport::default() };
        let numbering = file.numbering;
        let candidates = matching::candidates(file.drafts, numbering);
        let known = Known::load(transaction, engine, &candidates).await?;
        let mut plan = Self { engine, options, numbering, candidates, by_row: HashMap::new(), known, report };
        plan.match_with_catalog(transaction).await?;
        plan.make_instructors(transaction).await?;
        plan.match_lists(transaction).await?;
        plan.apply(transaction, context).await?;
        plan.refuse(transaction).await?;
        plan.conclude(file.unreadable);
        Ok(plan)
    }

    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    pub fn into_report(self) -> ImportReport {
        self.report
    }

    /// How a message refers to another record.
    fn at(&self, line: u64) -> String {
        self.numbering.at(line)
    }

    /// Gathers the faults, in the order of the lines.
    fn conclude(&mut self, unreadable: Vec<Unreadable>) {
        let mut counts: HashMap<NodeKind, Counts> = HashMap::new();
        let mut refused_lines = BTreeSet::new();
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.is_refused()) {
            if !candidate.is_made {
                refused_lines.insert(candidate.line);
                refused_lines.extend(&candidate.also);
                counts.entry(candidate.kind).or_default().refused += 1 + candidate.also.len() as u64;
                self.report.records.push(RecordReport {
                    line: candidate.line,
                    also: std::mem::take(&mut candidate.also),
                    kind: Some(candidate.kind),
                    slug: candidate.shown.clone(),
                    code: None,
                    action: Action::Refused,
                    differences: Vec::new(),
                });
            }
            self.report.faults.extend(candidate.faults.iter().map(|fault| LineFault {
                line: candidate.line,
                kind: Some(candidate.kind),
                slug: candidate.shown.clone(),
                fault: fault.clone(),
            }));
        }
        for line in unreadable {
            refused_lines.insert(line.line);
            self.report.records.push(RecordReport {
                line: line.line,
                also: Vec::new(),
                kind: None,
                slug: line.shown.clone(),
                code: None,
                action: Action::Refused,
                differences: Vec::new(),
            });
            self.report.faults.extend(line.faults.into_iter().map(|fault| LineFault {
                line: line.line,
                kind: None,
                slug: line.shown.clone(),
                fault,
            }));
        }
        self.report.fault_count = self.report.faults.len() as u64;
        self.report.faults.sort_by_key(|fault| fault.line);
        self.report.records.sort_by_key(|record| record.line);
        self.report.refused = refused_lines.len() as u64;
        let of = |kind| counts.get(&kind).copied().unwrap_or_default();
        self.report.kinds = kinds().map(|kind| (kind, of(kind))).collect();
    }

    fn count(&mut self, kind: NodeKind) -> Option<&mut Counts> {
        self.report.kinds.iter_mut().find(|(known, _)| *known == kind).map(|(_, counts)| counts)
    }

    fn drop_entry(&mut self, dropped: Dropped) {
        self.report.dropped.push(dropped);
    }
}
