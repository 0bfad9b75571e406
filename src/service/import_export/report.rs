//! The report of an import.

use std::fmt;

use entity::kind::NodeKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ImportError;
use super::options::ImportOptions;
use super::record_labels::RecordLabels;
use crate::catalog::KINDS;
use crate::service::spool::{Queue, SpoolError};
use crate::service::write::{Record, Violation};

/// The maximum number of characters of an invalid value in a message.
const SHOWN: usize = 60;

/// Returns the kinds in the order of the format.
pub fn kinds() -> impl Iterator<Item = NodeKind> {
    KINDS.into_iter().map(|kind| kind.node).chain([NodeKind::ReadingList])
}

/// Returns the name of a kind in the format.
pub fn kind_name(kind: NodeKind) -> &'static str {
    if kind == NodeKind::ReadingList { "readingList" } else { kind.name() }
}

/// The number of records of one kind by their result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

impl Counts {
    pub(super) fn add(&mut self, action: Action) {
        match action {
            Action::Created => self.created += 1,
            Action::Updated => self.updated += 1,
            Action::Unchanged => self.unchanged += 1,
            Action::Rejected => self.rejected += 1,
        }
    }
}

/// A violation and its line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineViolation {
    pub line: u64,
    /// `None` if the line does not tell.
    pub kind: Option<NodeKind>,
    /// The slug of the record, or the owner of the list.
    pub slug: String,
    pub violation: Violation,
}

/// An entry that was skipped because its resource was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedEntry {
    pub line: u64,
    pub list: String,
    pub kind: NodeKind,
    pub slug: String,
    /// The line of the rejected resource.
    pub rejected_line: u64,
}

/// The result of a record, or its expected result in a dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    Created,
    Updated,
    Unchanged,
    Rejected,
}

/// The result of one record, or its expected result in a dry run. A person created for an instructor has one as well,
/// with the line of the course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReport {
    pub line: u64,
    /// The lines of further records of the same organization, which have the same result.
    pub also: Vec<u64>,
    /// `None` if the line does not tell.
    pub kind: Option<NodeKind>,
    pub slug: String,
    /// The code of the record in the catalog. `None` if it was rejected or does not exist yet.
    pub code: Option<String>,
    pub action: Action,
    /// The differences of an update, in a dry run.
    pub differences: Vec<Difference>,
}

/// A field that would change, with its values in the format. `None` if it is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Difference {
    /// Returns the differences between two states of a record.
    #[must_use]
    pub fn between(before: &Record, after: &Record) -> Vec<Self> {
        let (mut old, mut new) = (before.to_json(), after.to_json());
        let fields = after.differing_fields(before).into_iter();
        fields.map(|field| Self { before: old.remove(&field), after: new.remove(&field), field }).collect()
    }
}

/// The result of an import, or its expected result in a dry run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ImportReport {
    pub kinds: Vec<(NodeKind, Counts)>,
    pub violations: Vec<LineViolation>,
    /// The number of violations, including those that are omitted.
    pub violation_count: u64,
    pub skipped_entries: Vec<SkippedEntry>,
    /// The results of records. If violations prevented the import, only those of records with violations. Of an import
    /// from a file, only those of rejected records.
    pub records: Vec<RecordReport>,
    /// The lines about the records that a dry run of a file would change.
    #[serde(skip)]
    planned: Queue<String>,
    /// The number of rejected lines.
    pub rejected: u64,
    pub seconds: f64,
    pub dry_run: bool,
    pub skip_invalid: bool,
}

impl ImportReport {
    pub(super) fn new(options: ImportOptions) -> Self {
        Self { dry_run: options.dry_run, skip_invalid: options.skip_invalid, ..Self::default() }
    }

    /// Returns whether violations prevented the import.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        !self.violations.is_empty() && !self.skip_invalid
    }

    /// Returns whether every record was rejected.
    #[must_use]
    pub fn has_no_valid_record(&self) -> bool {
        let Counts { created, updated, unchanged, .. } = self.total();
        created + updated + unchanged == 0
    }

    /// Adds the result of a record that was not rejected.
    pub(super) fn add(&mut self, record: RecordReport, labels: RecordLabels) -> Result<(), SpoolError> {
        if labels == RecordLabels::Records {
            self.records.push(record);
        } else if self.dry_run && record.action != Action::Unchanged {
            self.planned.push(&record.to_string())?;
        }
        Ok(())
    }

    /// Returns the next line about a record that a dry run of a file would change, in the order of the file. `None` at the
    /// end.
    ///
    /// # Errors
    /// Returns an error if the temporary file with these lines cannot be read.
    pub fn next_planned(&mut self) -> Result<Option<String>, ImportError> {
        Ok(self.planned.pop()?)
    }

    /// Returns the violations and the skipped entries, line by line.
    pub fn problems(&self) -> impl Iterator<Item = String> {
        let violations = self.violations.iter().map(ToString::to_string);
        violations.chain(self.skipped_entries.iter().map(ToString::to_string))
    }

    /// Returns the counts and the outcome.
    #[must_use]
    pub fn summary(&self) -> impl fmt::Display {
        Summary(self)
    }

    /// Returns the counts of one kind.
    #[must_use]
    pub fn of(&self, kind: NodeKind) -> Counts {
        self.kinds.iter().find(|(known, _)| *known == kind).map_or_else(Counts::default, |(_, counts)| *counts)
    }

    /// Returns the counts of records without a valid kind, which are rejected.
    fn unknown_kind(&self) -> Counts {
        let rejected = self.records.iter().filter(|record| record.kind.is_none()).count() as u64;
        Counts { rejected, ..Counts::default() }
    }

    /// Returns the counts of all records.
    #[must_use]
    pub fn total(&self) -> Counts {
        let kinds = self.kinds.iter().map(|(_, counts)| *counts);
        kinds.chain([self.unknown_kind()]).fold(Counts::default(), |sum, counts| Counts {
            created: sum.created + counts.created,
            updated: sum.updated + counts.updated,
            unchanged: sum.unchanged + counts.unchanged,
            rejected: sum.rejected + counts.rejected,
        })
    }
}

impl LineViolation {
    /// Returns the message without its line: `book "dune" isbn13 "9780441172710" has an invalid check digit: expected
    /// 9`.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = String::new();
        if let Some(kind) = self.kind {
            message.push_str(&format!("{} ", kind_name(kind)));
        }
        if !self.slug.is_empty() {
            message.push_str(&format!("\"{}\" ", shorten(&self.slug)));
        }
        if !self.violation.field.is_empty() {
            message.push_str(&format!("{} ", shorten(&self.violation.field)));
        }
        if let Some(value) = &self.violation.value {
            message.push_str(&format!("\"{}\" ", shorten(value)));
        }
        message + &self.violation.reason
    }
}

/// Formats one line: `line 12: book "dune" isbn13 "9780441172710" has an invalid check digit: expected 9`.
impl fmt::Display for LineViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message())
    }
}

impl fmt::Display for SkippedEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, list, kind, slug, rejected_line } = self;
        write!(f, "line {line}: readingList \"{list}\" skips the {kind} \"{slug}\", rejected in line {rejected_line}")
    }
}

/// Formats a line of a dry run: `line 3: would update book "dune": title, year`.
impl fmt::Display for RecordReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, kind, slug, .. } = self;
        let kind = kind.map_or("record", kind_name);
        let fields: Vec<&str> = self.differences.iter().map(|difference| difference.field.as_str()).collect();
        match self.action {
            Action::Created => write!(f, "line {line}: would create {kind} \"{slug}\""),
            Action::Updated => write!(f, "line {line}: would update {kind} \"{slug}\": {}", fields.join(", ")),
            Action::Unchanged => write!(f, "line {line}: would leave {kind} \"{slug}\" unchanged"),
            Action::Rejected => write!(f, "line {line}: would reject {kind} \"{slug}\""),
        }
    }
}

/// Formats violations and skipped entries line by line, and the summary.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems().try_for_each(|line| writeln!(f, "{line}"))?;
        write!(f, "{}", self.summary())
    }
}

/// The counts and the outcome of an import.
struct Summary<'a>(&'a ImportReport);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(report) = self;
        writeln!(f, "{:<14}{:>9}{:>9}{:>11}{:>9}", "", "created", "updated", "unchanged", "rejected")?;
        let rows = report.kinds.iter().map(|(kind, counts)| (kind_name(*kind), *counts));
        let unknown_kind = Some(("unknown kind", report.unknown_kind())).filter(|(_, counts)| counts.rejected > 0);
        for (name, counts) in rows.chain(unknown_kind).chain([("total", report.total())]) {
            let Counts { created, updated, unchanged, rejected } = counts;
            writeln!(f, "{name:<14}{created:>9}{updated:>9}{unchanged:>11}{rejected:>9}")?;
        }
        let seconds = report.seconds;
        match (report.is_rejected() || report.has_no_valid_record(), report.dry_run) {
            (true, _) => write!(f, "Nothing was written: {} line(s) rejected, in {seconds:.2} s", report.rejected),
            (false, true) => write!(f, "Nothing was written: dry run, in {seconds:.2} s"),
            (false, false) if report.rejected > 0 => {
                write!(f, "Import complete: {} line(s) skipped, in {seconds:.2} s", report.rejected)
            }
            (false, false) if report.total().created + report.total().updated == 0 => {
                write!(f, "Nothing changed: the catalog already has all records, in {seconds:.2} s")
            }
            (false, false) => write!(f, "Import complete in {seconds:.2} s"),
        }
    }
}

/// Shortens a text and puts it on one line.
fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
