//! Plans the changes of an import: matches each record with the catalog, resolves its references, applies it to the
//! present state, and validates it against the file and the catalog.

mod apply;
mod changes;
mod component;
mod cycles;
mod instructors;
mod key_conflicts;
mod known_records;
mod matching;
mod rejection;
mod resolve;
mod slugs;

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::options::ImportOptions;
use super::parse::{File, RecordReference, Unreadable};
use super::record_labels::RecordLabels;
use super::report::{Action, Counts, ImportReport, LineViolation, RecordReport, SkippedEntry, kinds};
use crate::db::Engine;
use crate::service::input::SourceMap;
use crate::service::write::patch::FieldPath;
use crate::service::write::record::{Record, Ref, Stored};
use crate::service::write::{Context, Patch, Violation};
use known_records::KnownRecords;

/// The field that names the owner of a reading list.
const OWNER: &str = "owner";

/// A record of the file that is being processed.
struct Candidate {
    line: u64,
    /// The lines of further records of the same organization, which were combined with this one.
    also: Vec<u64>,
    kind: NodeKind,
    shown: String,
    /// The changes; taken when they are applied.
    patch: Option<Patch<RecordReference>>,
    /// The id of the matched record, or a new one.
    id: i64,
    /// The code; empty until it is assigned.
    code: String,
    stored: Option<Stored>,
    after: Option<Record>,
    violations: Vec<Violation>,
    source_map: SourceMap,
    /// The new candidates that it refers to, with the paths of the references.
    needs: Vec<(usize, FieldPath)>,
    /// Whether it has no line of its own: a person created from an instructor's name.
    is_implicit: bool,
    /// The number of its first revision, if it is new.
    first_revision: i32,
}

impl Candidate {
    fn new(line: u64, kind: NodeKind, shown: String, patch: Patch<RecordReference>) -> Self {
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
            violations: Vec::new(),
            source_map: SourceMap::default(),
            needs: Vec::new(),
            is_implicit: false,
            first_revision: 1,
        }
    }

    /// Adds violations of the state, with their paths in the file. Omits violations at or within paths that already
    /// have one, because unreadable values are not missing, too.
    fn find(&mut self, found: impl IntoIterator<Item = Violation>) {
        let had: HashSet<String> = self.violations.iter().map(|violation| violation.field.clone()).collect();
        let is_reported = |place: &str| {
            let around = place.match_indices(['[', '.']).map(|(end, _)| &place[..end]);
            around.chain([place]).any(|place| had.contains(place))
        };
        let found = found
            .into_iter()
            .map(|violation| self.source_map.relocate(violation))
            .filter(|violation| !is_reported(&violation.field));
        self.violations.extend(found);
    }

    fn is_rejected(&self) -> bool {
        !self.violations.is_empty()
    }

    /// Returns whether references to it fail: it is new and rejected.
    fn is_unresolvable(&self) -> bool {
        self.is_rejected() && self.stored.is_none()
    }

    /// Returns the new slug, or the present one.
    fn slug(&self) -> &str {
        let asked = self.patch.as_ref().and_then(|patch| patch.routable()?.slug.as_deref());
        let present = || self.after.as_ref().or(self.stored.as_ref().map(|stored| &stored.record))?.slug();
        asked.or_else(present).unwrap_or(&self.shown)
    }

    fn reference(&self) -> Ref {
        Ref::new(self.id, &self.code, self.slug())
    }
}

/// A planned import.
pub struct Plan {
    engine: Engine,
    options: ImportOptions,
    labels: RecordLabels,
    candidates: Vec<Candidate>,
    /// The candidates by kind and id.
    by_id: HashMap<(NodeKind, i64), usize>,
    known: KnownRecords,
    report: ImportReport,
}

impl Plan {
    /// Plans an import.
    pub async fn build(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        file: File,
        options: ImportOptions,
        context: &mut Context,
    ) -> Result<Self, DbErr> {
        let report =
            ImportReport { dry_run: options.dry_run, skip_invalid: options.skip_invalid, ..ImportReport::default() };
        let labels = file.labels;
        let candidates = matching::candidates(file.drafts, labels);
        let known = KnownRecords::load(transaction, engine, &candidates).await?;
        let mut plan = Self { engine, options, labels, candidates, by_id: HashMap::new(), known, report };
        plan.match_with_catalog(transaction).await?;
        plan.create_instructors(transaction).await?;
        plan.match_lists(transaction).await?;
        plan.apply(transaction, context).await?;
        plan.reject(transaction).await?;
        plan.finish(file.unreadable);
        Ok(plan)
    }

    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    pub fn into_report(self) -> ImportReport {
        self.report
    }

    /// Returns the label of another record in messages.
    fn at(&self, line: u64) -> String {
        self.labels.label(line)
    }

    /// Collects the violations in the order of the lines.
    fn finish(&mut self, unreadable: Vec<Unreadable>) {
        let mut counts: HashMap<NodeKind, Counts> = HashMap::new();
        let mut rejected_lines = BTreeSet::new();
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.is_rejected()) {
            if !candidate.is_implicit {
                rejected_lines.insert(candidate.line);
                rejected_lines.extend(&candidate.also);
                counts.entry(candidate.kind).or_default().rejected += 1 + candidate.also.len() as u64;
                self.report.records.push(RecordReport {
                    line: candidate.line,
                    also: std::mem::take(&mut candidate.also),
                    kind: Some(candidate.kind),
                    slug: candidate.shown.clone(),
                    code: None,
                    action: Action::Rejected,
                    differences: Vec::new(),
                });
            }
            self.report.violations.extend(candidate.violations.iter().map(|violation| LineViolation {
                line: candidate.line,
                kind: Some(candidate.kind),
                slug: candidate.shown.clone(),
                violation: violation.clone(),
            }));
        }
        for line in unreadable {
            rejected_lines.insert(line.line);
            self.report.records.push(RecordReport {
                line: line.line,
                also: Vec::new(),
                kind: None,
                slug: line.shown.clone(),
                code: None,
                action: Action::Rejected,
                differences: Vec::new(),
            });
            self.report.violations.extend(line.violations.into_iter().map(|violation| LineViolation {
                line: line.line,
                kind: None,
                slug: line.shown.clone(),
                violation,
            }));
        }
        self.report.violation_count = self.report.violations.len() as u64;
        self.report.violations.sort_by_key(|violation| violation.line);
        self.report.records.sort_by_key(|record| record.line);
        self.report.rejected = rejected_lines.len() as u64;
        let of = |kind| counts.get(&kind).copied().unwrap_or_default();
        self.report.kinds = kinds().map(|kind| (kind, of(kind))).collect();
    }

    fn count(&mut self, kind: NodeKind) -> Option<&mut Counts> {
        self.report.kinds.iter_mut().find(|(known, _)| *known == kind).map(|(_, counts)| counts)
    }

    fn skip_entry(&mut self, skipped_entries: SkippedEntry) {
        self.report.skipped_entries.push(skipped_entries);
    }
}
