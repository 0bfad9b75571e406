//! Parses lines into [`Draft`]s: the identity of a record, and its changes.

mod byte_length;
mod duplicate_keys;
mod json_error;
mod list;
mod raw_values;
mod record_reference;

use std::io::{self, BufRead};

use entity::kind::NodeKind;
use serde_json::{Map, Value};

use super::line_reader::{Line, LineReader, MAX_LINE_BYTES};
use super::record_labels::RecordLabels;
use crate::catalog::{KINDS, Kind};
use crate::domain::invisible::token;
use crate::service::input::suggestions::hint;
use crate::service::input::{self, Fields, SourceMap};
use crate::service::write::patch::RoutablePatch;
use crate::service::write::{Patch, Violation, ViolationCode};
pub use record_reference::RecordReference;

/// A record of the input.
#[derive(Debug)]
pub struct Draft {
    pub line: u64,
    pub kind: NodeKind,
    /// The word for the kind in the record: `provider`.
    pub word: &'static str,
    /// The name of the record in messages: its slug, or the owner of the list.
    pub shown: String,
    pub patch: Patch<RecordReference>,
    /// The violations so far. A draft with violations is processed further, to find the others.
    pub violations: Vec<Violation>,
    pub source_map: SourceMap,
}

/// A line without a recognizable record.
#[derive(Debug)]
pub struct Unreadable {
    pub line: u64,
    /// The slug, if there is one.
    pub shown: String,
    pub violations: Vec<Violation>,
}

/// The parsed input.
#[derive(Debug, Default)]
pub struct File {
    pub labels: RecordLabels,
    pub drafts: Vec<Draft>,
    pub unreadable: Vec<Unreadable>,
}

/// Parses a whole file. Calls `each` with the number of every line.
///
/// # Errors
/// Returns an error if the input cannot be read.
pub fn read(input: impl BufRead, mut each: impl FnMut(u64)) -> io::Result<File> {
    let mut file = File::default();
    let mut lines = LineReader::new(input);
    while let Some((number, line)) = lines.next()? {
        each(number);
        match line {
            Line::Blank => {}
            Line::TooLong => file.reject(number, ViolationCode::TooLong, "the line is longer than 1 MiB"),
            Line::NotUtf8 => file.reject(number, ViolationCode::Invalid, "the line is not UTF-8"),
            Line::Text(text) => match duplicate_keys::read(text) {
                Ok((Value::Object(object), twice)) => {
                    let violations = file.take(number, object);
                    violations.extend(twice.iter().map(|place| {
                        Violation::new(place, ViolationCode::Invalid, None, "is a duplicate field: use each field once")
                    }));
                    raw_values::restore_source_text(text, violations);
                }
                Ok(_) => file.reject(number, ViolationCode::Invalid, "a line must contain one JSON object"),
                Err(error) => file.unreadable.push(Unreadable::line(number, json_error::violation(text, &error))),
            },
        }
    }
    Ok(file)
}

/// Converts JSON values, by the same rules as lines.
pub fn values(records: Vec<Value>) -> File {
    let mut file = File { labels: RecordLabels::Records, ..File::default() };
    for (number, record) in (1..).zip(records) {
        if byte_length::exceeds(&record, MAX_LINE_BYTES) {
            file.reject(number, ViolationCode::TooLong, "is longer than 1 MiB");
        } else if let Value::Object(object) = record {
            file.take(number, object);
        } else {
            file.reject(number, ViolationCode::Invalid, "must be a JSON object");
        }
    }
    file
}

impl File {
    /// Returns whether the input has no records, valid or invalid.
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty() && self.unreadable.is_empty()
    }

    /// Adds a record, and returns its violations.
    fn take(&mut self, number: u64, object: Map<String, Value>) -> &mut Vec<Violation> {
        match draft(number, object) {
            Ok(draft) => &mut self.drafts.push_mut(draft).violations,
            Err(unreadable) => &mut self.unreadable.push_mut(unreadable).violations,
        }
    }

    fn reject(&mut self, number: u64, code: ViolationCode, reason: &str) {
        self.unreadable.push(Unreadable::line(number, Violation::new("", code, None, reason)));
    }
}

impl Unreadable {
    /// Returns a line of which nothing is known.
    fn line(line: u64, violation: Violation) -> Self {
        Self { line, shown: String::new(), violations: vec![violation] }
    }
}

/// The name of reading lists in the format.
const READING_LIST: (&str, NodeKind) = ("readingList", NodeKind::ReadingList);

/// Returns the kinds of records by their names in the format.
fn kinds() -> impl Iterator<Item = (&'static str, NodeKind)> {
    let names = |kind: &'static Kind| [kind.node.name()].into_iter().chain(kind.aliases.iter().copied());
    KINDS.into_iter().flat_map(move |kind| names(kind).map(|name| (name, kind.node))).chain([READING_LIST])
}

/// Parses one record.
fn draft(line: u64, object: Map<String, Value>) -> Result<Draft, Unreadable> {
    let slug = object.get("slug").and_then(Value::as_str).map(|slug| token(slug).into_owned()).unwrap_or_default();
    let mut fields = Fields::new(object);
    let (word, kind) = match kind_of(&mut fields) {
        Ok(kind) => kind,
        Err(violation) => return Err(Unreadable { shown: slug, ..Unreadable::line(line, violation) }),
    };
    let (shown, patch) = if let Some(kind) = Kind::of(kind) {
        let mut patch = RoutablePatch::new(kind);
        input::identity(&mut fields, &mut patch);
        input::edits(&mut fields, &mut patch);
        (slug, Patch::Routable(patch))
    } else {
        let patch = list::list(&mut fields);
        let shown = match &patch.owner {
            RecordReference::Slug(owner) | RecordReference::Name(owner) if owner.is_empty() => slug,
            RecordReference::Slug(owner) | RecordReference::Name(owner) => format!("{} {owner}", patch.owner_kind),
        };
        (shown, Patch::ReadingList(patch))
    };
    fields.reject_unknown();
    Ok(Draft { line, kind, word, shown, patch, violations: fields.violations, source_map: fields.source_map })
}

/// Returns the word for the kind, and the kind.
fn kind_of(fields: &mut Fields) -> Result<(&'static str, NodeKind), Violation> {
    let mut violation = Violation::new("kind", ViolationCode::Required, None, "is missing");
    let kind = fields.value(&["kind"], |_, _, value| Some(value));
    let Some(value) = kind.value() else { return Err(violation) };
    let name = value.as_str().map(token).unwrap_or_default();
    if let Some(kind) = kinds().find(|(known, _)| *known == name) {
        return Ok(kind);
    }
    violation.code = ViolationCode::Invalid;
    violation.value = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    violation.reason = format!("is an unknown kind{}", hint(&name, kinds().map(|(name, _)| name)));
    Err(violation)
}
