//! What an import tells of itself.

use std::fmt;

use entity::kind::NodeKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::KINDS;
use crate::service::write::{Fault, Record};

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
    pub refused: u64,
}

impl Counts {
    pub(super) fn add(&mut self, action: Action) {
        match action {
            Action::Created => self.created += 1,
            Action::Updated => self.updated += 1,
            Action::Unchanged => self.unchanged += 1,
            Action::Refused => self.refused += 1,
        }
    }
}

/// A fault, with the line it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFault {
    pub line: u64,
    /// `None` where the line does not say.
    pub kind: Option<NodeKind>,
    /// The record's slug, or of whom it is the list.
    pub slug: String,
    pub fault: Fault,
}

/// An entry that its reading list had to do without, because its target was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    pub line: u64,
    pub list: String,
    pub kind: NodeKind,
    pub slug: String,
    /// The line of the target.
    pub refused_line: u64,
}

/// What became of a record, or would become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    Created,
    Updated,
    Unchanged,
    Refused,
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
    pub faults: Vec<LineFault>,
    /// How many faults there are, where not all of them are told.
    pub fault_count: u64,
    pub dropped: Vec<Dropped>,
    /// What became of each record; where nothing was written because of faults, only of those that have them.
    pub records: Vec<RecordReport>,
    /// How many lines were refused.
    pub refused: u64,
    pub seconds: f64,
    pub dry_run: bool,
    pub skip_failed: bool,
}

impl ImportReport {
    /// Whether nothing was written because something was at fault.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.faults.is_empty() && !self.skip_failed
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
    fn of_no_kind(&self) -> Counts {
        let refused = self.records.iter().filter(|record| record.kind.is_none()).count() as u64;
        Counts { refused, ..Counts::default() }
    }

    /// The figures of all records together.
    #[must_use]
    pub fn total(&self) -> Counts {
        let kinds = self.kinds.iter().map(|(_, counts)| *counts);
        kinds.chain([self.of_no_kind()]).fold(Counts::default(), |sum, counts| Counts {
            created: sum.created + counts.created,
            updated: sum.updated + counts.updated,
            unchanged: sum.unchanged + counts.unchanged,
            refused: sum.refused + counts.refused,
        })
    }
}

impl LineFault {
    /// What is wrong with which record, but for where it stands: `book "dune" isbn13 "9780441172710" is no ISBN`.
    #[must_use]
    pub fn said(&self) -> String {
        let mut said = String::new();
        if let Some(kind) = self.kind {
            said.push_str(&format!("{} ", kind_name(kind)));
        }
        if !self.slug.is_empty() {
            said.push_str(&format!("\"{}\" ", shorten(&self.slug)));
        }
        if !self.fault.field.is_empty() {
            said.push_str(&format!("{} ", self.fault.field));
        }
        if let Some(value) = &self.fault.value {
            said.push_str(&format!("\"{}\" ", shorten(value)));
        }
        said + &self.fault.reason
    }
}

/// One line: `line 12: book "dune" isbn13 "9780441172710" is no ISBN: its check digit should be 9`.
impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.said())
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, list, kind, slug, refused_line } = self;
        write!(
            f,
            "line {line}: readingList \"{list}\" goes without the {kind} \"{slug}\", refused in line {refused_line}"
        )
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
            Action::Unchanged => write!(f, "line {line}: would leave {kind} \"{slug}\" as it is"),
            Action::Refused => write!(f, "line {line}: would refuse {kind} \"{slug}\""),
        }
    }
}

/// Faults, dropped entries and planned changes line by line, then the figures.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        for dropped in &self.dropped {
            writeln!(f, "{dropped}")?;
        }
        for planned in self.planned() {
            writeln!(f, "{planned}")?;
        }
        writeln!(f, "{:<14}{:>9}{:>9}{:>11}{:>9}", "", "created", "updated", "unchanged", "refused")?;
        let rows = self.kinds.iter().map(|(kind, counts)| (kind_name(*kind), *counts));
        let of_no_kind = Some(("of no kind", self.of_no_kind())).filter(|(_, counts)| counts.refused > 0);
        for (name, counts) in rows.chain(of_no_kind).chain([("all", self.total())]) {
            let Counts { created, updated, unchanged, refused } = counts;
            writeln!(f, "{name:<14}{created:>9}{updated:>9}{unchanged:>11}{refused:>9}")?;
        }
        let seconds = self.seconds;
        match (self.is_refused(), self.dry_run) {
            (true, _) => write!(f, "Nothing was written: {} line(s) refused, in {seconds:.2} s", self.refused),
            (false, true) => write!(f, "Nothing was written: this was a dry run, in {seconds:.2} s"),
            (false, false) if self.refused > 0 => {
                write!(f, "Written, {} line(s) skipped, in {seconds:.2} s", self.refused)
            }
            (false, false) if self.total().created + self.total().updated == 0 => {
                write!(f, "Nothing changed: all of it is there already, in {seconds:.2} s")
            }
            (false, false) => write!(f, "Written in {seconds:.2} s"),
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
