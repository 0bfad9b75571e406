//! What an import tells of itself.

use std::fmt;

use entity::kind::NodeKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::KINDS;
use crate::service::write::{Record, Violation};

/// How many characters of a refused value a message shows.
const SHOWN: usize = 60;

/// The kinds in the order of the format.
pub fn kinds() -> impl Iterator<Item = NodeKind> {
    KINDS.into_iter().map(|kind| kind.node).chain([NodeKind::ReadingList])
}

/// What the format calls a kind.
pub fn kind_name(kind: NodeKind) -> &'static str {
    if kind == NodeKind::ReadingList { "readingList" } else { kind.name() }
}

/// How many records of one kind were what.
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

/// A violation, with the line it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineViolation {
    pub line: u64,
    /// `None` where the line does not say.
    pub kind: Option<NodeKind>,
    /// The record's slug, or of whom it is the list.
    pub slug: String,
    pub violation: Violation,
}

/// An entry that its reading list had to do without, because its target was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedEntry {
    pub line: u64,
    pub list: String,
    pub kind: NodeKind,
    pub slug: String,
    /// The line of the target.
    pub rejected_line: u64,
}

/// What became of a record, or would become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    Created,
    Updated,
    Unchanged,
    Rejected,
}

/// What became of one record, or would become of it. A person who was made for an instructor's name has one as well, in the
/// line of the course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReport {
    pub line: u64,
    /// Further lines about the same organization, of which the same is true.
    pub also: Vec<u64>,
    /// `None` where the line does not say.
    pub kind: Option<NodeKind>,
    pub slug: String,
    /// The code of what is in the catalog; `None` where it was refused or is not made yet.
    pub code: Option<String>,
    pub action: Action,
    /// What would differ, of an update: told by a dry run.
    pub differences: Vec<Difference>,
}

/// A field that would get another value, both as the format writes them; `None` where it is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Difference {
    /// All differences between two states of one thing.
    #[must_use]
    pub fn between(before: &Record, after: &Record) -> Vec<Self> {
        let (mut old, mut new) = (before.to_json(), after.to_json());
        let fields = after.differing_fields(before).into_iter();
        fields.map(|field| Self { before: old.remove(&field), after: new.remove(&field), field }).collect()
    }
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ImportReport {
    pub kinds: Vec<(NodeKind, Counts)>,
    pub violations: Vec<LineViolation>,
    /// How many violations there are, where not all of them are told.
    pub violation_count: u64,
    pub skipped_entries: Vec<SkippedEntry>,
    /// What became of each record; where nothing was written because of violations, only of those that have them.
    pub records: Vec<RecordReport>,
    /// How many lines were refused.
    pub rejected: u64,
    pub seconds: f64,
    pub dry_run: bool,
    pub skip_invalid: bool,
}

impl ImportReport {
    /// Whether nothing was written because something was invalid.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        !self.violations.is_empty() && !self.skip_invalid
    }

    /// What a dry run says would be written.
    pub fn planned(&self) -> impl Iterator<Item = &RecordReport> {
        let is_planned = |record: &&RecordReport| matches!(record.action, Action::Created | Action::Updated);
        self.records.iter().filter(|_| self.dry_run).filter(is_planned)
    }

    /// The figures of one kind.
    #[must_use]
    pub fn of(&self, kind: NodeKind) -> Counts {
        self.kinds.iter().find(|(known, _)| *known == kind).map_or_else(Counts::default, |(_, counts)| *counts)
    }

    /// The figures of the records that do not say what they are: those are refused.
    fn unknown_kind(&self) -> Counts {
        let rejected = self.records.iter().filter(|record| record.kind.is_none()).count() as u64;
        Counts { rejected, ..Counts::default() }
    }

    /// The figures of all records together.
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
    /// What is wrong with which record, but for where it stands: `book "dune" isbn13 "9780441172710" is no ISBN`.
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
            message.push_str(&format!("{} ", self.violation.field));
        }
        if let Some(value) = &self.violation.value {
            message.push_str(&format!("\"{}\" ", shorten(value)));
        }
        message + &self.violation.reason
    }
}

/// One line: `line 12: book "dune" isbn13 "9780441172710" has an invalid check digit: expected 9`.
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

/// What a dry run says of it: `line 3: would update book "dune": title, year`.
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

/// Violations, skipped entries and planned changes line by line, then the figures.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.violations {
            writeln!(f, "{violation}")?;
        }
        for entry in &self.skipped_entries {
            writeln!(f, "{entry}")?;
        }
        for planned in self.planned() {
            writeln!(f, "{planned}")?;
        }
        writeln!(f, "{:<14}{:>9}{:>9}{:>11}{:>9}", "", "created", "updated", "unchanged", "rejected")?;
        let rows = self.kinds.iter().map(|(kind, counts)| (kind_name(*kind), *counts));
        let unknown_kind = Some(("unknown kind", self.unknown_kind())).filter(|(_, counts)| counts.rejected > 0);
        for (name, counts) in rows.chain(unknown_kind).chain([("total", self.total())]) {
            let Counts { created, updated, unchanged, rejected } = counts;
            writeln!(f, "{name:<14}{created:>9}{updated:>9}{unchanged:>11}{rejected:>9}")?;
        }
        let seconds = self.seconds;
        match (self.is_rejected(), self.dry_run) {
            (true, _) => write!(f, "Nothing was written: {} line(s) rejected, in {seconds:.2} s", self.rejected),
            (false, true) => write!(f, "Nothing was written: dry run, in {seconds:.2} s"),
            (false, false) if self.rejected > 0 => {
                write!(f, "Import complete: {} line(s) skipped, in {seconds:.2} s", self.rejected)
            }
            (false, false) if self.total().created + self.total().updated == 0 => {
                write!(f, "Nothing changed: the catalog already has all records, in {seconds:.2} s")
            }
            (false, false) => write!(f, "Import complete in {seconds:.2} s"),
        }
    }
}

/// On one line, and not too long.
fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
