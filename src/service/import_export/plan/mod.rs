//! Plans the changes of an import: matches each record with the catalog, resolves its references, applies it to the
//! present state, and validates it against the file and the catalog.
//!
//! Records are processed in batches and then forgotten. Only the few that may be rejected stay in memory, since their
//! rejection depends on each other: records with violations, those with a key of another record, those on a
//! cycle, and those that depend on one of these.

mod apply;
mod batch;
mod changes;
mod component;
mod create;
mod cycles;
mod hints;
mod instructors;
mod key_conflicts;
mod matches;
mod matching;
mod rejection;
mod resolve;
mod review;
mod slugs;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;

use super::error::ImportError;
use super::file::{Entry, File};
use super::options::ImportOptions;
use super::parse::{Draft, RecordReference};
use super::report::{Action, Counts, ImportReport, LineViolation, RecordReport, kinds};
use crate::db::{Engine, Transaction};
use crate::service::input::SourceMap;
use crate::service::write::patch::FieldPath;
use crate::service::write::record::{Record, Stored};
use crate::service::write::{Context, Patch, Violation};
use create::Codes;
use hints::Hints;
use matches::Matches;
use review::Review;

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
    /// The code of a new record.
    code: String,
    stored: Option<Stored>,
    after: Option<Record>,
    violations: Vec<Violation>,
    source_map: SourceMap,
    /// The records of the file that it refers to, with the paths of the references.
    needs: Vec<(usize, FieldPath)>,
    /// Whether it has no line of its own: a person created from an instructor's name.
    is_implicit: bool,
    /// The number of its first revision, if it is new.
    first_revision: i32,
}

impl Candidate {
    fn new(draft: Draft) -> Self {
        let Draft { line, kind, shown, patch, violations, source_map, .. } = draft;
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
            violations,
            source_map,
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

    /// Returns whether it changes a record.
    fn is_change(&self) -> bool {
        match (&self.stored, &self.after) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(stored), Some(after)) => stored.record != *after,
        }
    }
}

/// A planned import.
pub struct Plan {
    engine: Engine,
    options: ImportOptions,
    now: Timestamp,
    file: File,
    /// The candidates that may be rejected, by their numbers in the file.
    candidates: BTreeMap<usize, Candidate>,
    matches: Matches,
    /// The slugs of people by the names of instructors.
    instructors: HashMap<String, String>,
    /// The slugs of the records that other names lead to: those that are renamed, and those with former slugs.
    slugs: HashMap<usize, String>,
    codes: Codes,
    hints: Hints,
    review: Review,
    report: ImportReport,
}

impl Plan {
    /// Plans an import.
    pub async fn build(
        transaction: &Transaction,
        engine: Engine,
        file: File,
        options: ImportOptions,
        context: &mut Context,
    ) -> Result<Self, ImportError> {
        let mut plan = Self {
            engine,
            options,
            now: context.now,
            file,
            candidates: BTreeMap::new(),
            matches: Matches::default(),
            instructors: HashMap::new(),
            slugs: HashMap::new(),
            codes: Codes::default(),
            hints: Hints::default(),
            review: Review::default(),
            report: ImportReport::new(options),
        };
        plan.reject_duplicates()?;
        plan.match_with_catalog(transaction).await?;
        plan.create_instructors(transaction).await?;
        plan.match_lists(transaction).await?;
        plan.assign_codes(transaction, context).await?;
        plan.review(transaction).await?;
        plan.reject(transaction).await?;
        plan.finish();
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
        self.file.labels.label(line)
    }

    fn is_rejected(&self, number: usize) -> bool {
        self.candidates.get(&number).is_some_and(Candidate::is_rejected)
    }

    /// Collects the violations in the order of the lines, and leaves out the rejected records.
    fn finish(&mut self) {
        let mut counts: HashMap<NodeKind, Counts> = HashMap::new();
        let mut rejected_lines = BTreeSet::new();
        for (number, candidate) in self.candidates.iter_mut().filter(|(_, candidate)| candidate.is_rejected()) {
            self.file.entries[*number].is_left_out = true;
            if let Some(Record::ReadingList(list)) = &candidate.after
                && self.file.entries[*number].is_first_list
                && let Some(owner) = self.matches.number(list.owner_kind, list.owner.id)
            {
                self.file.entries[owner].has_list = false;
            }
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
        for line in std::mem::take(&mut self.file.unreadable) {
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

    fn entry(&self, number: usize) -> &Entry {
        &self.file.entries[number]
    }
}
