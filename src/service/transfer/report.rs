//! What an import tells of itself.

use std::fmt;

use entity::kind::NodeKind;

use crate::service::write::Fault;

/// How many characters of a refused value a message shows.
const SHOWN: usize = 60;

/// The kinds in the order of the format, each with the name it has there.
pub const KINDS: [(NodeKind, &str); 7] = [
    (NodeKind::Topic, "topic"),
    (NodeKind::Organization, "organization"),
    (NodeKind::Person, "person"),
    (NodeKind::Book, "book"),
    (NodeKind::Course, "course"),
    (NodeKind::Career, "career"),
    (NodeKind::ReadingList, "readingList"),
];

/// What the format calls a kind.
pub fn kind_name(kind: NodeKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or(kind.name(), |(_, name)| name)
}

/// How many records of one kind were what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused: u64,
}

/// A fault, with the line it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    pub line: u64,
    /// `None` where the line does not say.
    pub kind: Option<NodeKind>,
    /// The record's slug, or of whom it is the list.
    pub slug: String,
    pub fault: Fault,
}

/// An entry that its reading list had to do without, because its target was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub line: u64,
    pub list: String,
    pub kind: NodeKind,
    pub slug: String,
    /// The line of the target.
    pub refused_line: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Create,
    Update,
}

/// What would be done to a record: told by a dry run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub line: u64,
    pub kind: NodeKind,
    pub slug: String,
    pub action: Action,
    /// The fields that would differ, of an update.
    pub fields: Vec<String>,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    pub kinds: Vec<(NodeKind, Counts)>,
    pub faults: Vec<LineFault>,
    pub dropped: Vec<Dropped>,
    pub planned: Vec<Planned>,
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

    /// The figures of one kind.
    #[must_use]
    pub fn of(&self, kind: NodeKind) -> Counts {
        self.kinds.iter().find(|(known, _)| *known == kind).map_or_else(Counts::default, |(_, counts)| *counts)
    }

    /// The figures of all kinds together.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.kinds.iter().fold(Counts::default(), |sum, (_, counts)| Counts {
            created: sum.created + counts.created,
            updated: sum.updated + counts.updated,
            unchanged: sum.unchanged + counts.unchanged,
            refused: sum.refused + counts.refused,
        })
    }
}

/// One line: `line 12: book "dune", isbn13 "9780441172710": the check digit is wrong`.
impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(kind) = self.kind {
            write!(f, "{} ", kind_name(kind))?;
        }
        if !self.slug.is_empty() {
            write!(f, "\"{}\" ", shorten(&self.slug))?;
        }
        if !self.fault.field.is_empty() {
            write!(f, "{} ", self.fault.field)?;
        }
        if let Some(value) = &self.fault.value {
            write!(f, "\"{}\" ", shorten(value))?;
        }
        f.write_str(&self.fault.reason)
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

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, kind, slug, .. } = self;
        let kind = kind_name(*kind);
        match self.action {
            Action::Create => write!(f, "line {line}: would create {kind} \"{slug}\""),
            Action::Update => write!(f, "line {line}: would update {kind} \"{slug}\": {}", self.fields.join(", ")),
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
        for planned in &self.planned {
            writeln!(f, "{planned}")?;
        }
        writeln!(f, "{:<14}{:>9}{:>9}{:>11}{:>9}", "", "created", "updated", "unchanged", "refused")?;
        let rows = self.kinds.iter().map(|(kind, counts)| (kind_name(*kind), *counts));
        for (name, counts) in rows.chain([("all", self.total())]) {
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
