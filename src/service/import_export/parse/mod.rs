//! Parses lines into [`Draft`]s: the identity of a record, and its changes.

mod byte_length;
mod duplicate_keys;
mod json_error;
mod list;
mod raw_values;
mod record_reference;

use entity::kind::NodeKind;
use serde_json::{Map, Value};

use super::line_reader::MAX_LINE_BYTES;
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

/// Parses a line.
///
/// # Errors
/// Returns the violations of a line without a recognizable record.
pub fn line(number: u64, text: &str) -> Result<Draft, Unreadable> {
    match duplicate_keys::read(text) {
        Ok((Value::Object(object), twice)) => {
            let mut parsed = draft(number, object);
            let violations = match &mut parsed {
                Ok(draft) => &mut draft.violations,
                Err(unreadable) => &mut unreadable.violations,
            };
            violations.extend(twice.iter().map(|place| {
                Violation::new(place, ViolationCode::Invalid, None, "is a duplicate field: use each field once")
            }));
            raw_values::restore_source_text(text, violations);
            parsed
        }
        Ok(_) => Err(Unreadable::rejected(number, ViolationCode::Invalid, "a line must contain one JSON object")),
        Err(error) => Err(Unreadable::line(number, json_error::violation(text, &error))),
    }
}

/// Converts a JSON value, by the same rules as lines.
///
/// # Errors
/// Returns the violations of a value without a recognizable record.
pub fn value(number: u64, record: Value) -> Result<Draft, Unreadable> {
    if byte_length::exceeds(&record, MAX_LINE_BYTES) {
        Err(Unreadable::rejected(number, ViolationCode::TooLong, "is longer than 1 MiB"))
    } else if let Value::Object(object) = record {
        draft(number, object)
    } else {
        Err(Unreadable::rejected(number, ViolationCode::Invalid, "must be a JSON object"))
    }
}

impl Unreadable {
    /// Returns a line of which nothing is known.
    fn line(line: u64, violation: Violation) -> Self {
        Self { line, shown: String::new(), violations: vec![violation] }
    }

    fn rejected(line: u64, code: ViolationCode, reason: &str) -> Self {
        Self::line(line, Violation::new("", code, None, reason))
    }

    pub fn too_long(line: u64) -> Self {
        Self::rejected(line, ViolationCode::TooLong, "the line is longer than 1 MiB")
    }

    pub fn not_utf8(line: u64) -> Self {
        Self::rejected(line, ViolationCode::Invalid, "the line is not UTF-8")
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
