//! From a line to a [`Draft`]: which thing it is about, and what it asks to be changed.

mod broken;
mod list;
mod once;
mod raw;
mod size;
mod target;

use std::io::{self, BufRead};

use entity::kind::NodeKind;
use serde_json::{Map, Value};

use super::lines::{LONGEST, Line, Lines};
use super::numbering::Numbering;
use crate::catalog::{KINDS, Kind};
use crate::domain::invisible::token;
use crate::service::input::nearest::hint;
use crate::service::input::{self, Fields, Written};
use crate::service::write::patch::RoutablePatch;
use crate::service::write::{Fault, FaultCode, Patch};
pub use target::Target;

/// A record of the file, as it is written there.
#[derive(Debug)]
pub struct Draft {
    pub line: u64,
    pub kind: NodeKind,
    /// What the record calls its kind: `provider`.
    pub word: &'static str,
    /// What the record is called in messages: its slug, or of whom it is the list.
    pub shown: String,
    pub patch: Patch<Target>,
    /// What is wrong with it so far. A draft with faults goes on, so that the rest of them is found too.
    pub faults: Vec<Fault>,
    pub written: Written,
}

/// A line from which no draft could be made: it does not say what it is about.
#[derive(Debug)]
pub struct Unreadable {
    pub line: u64,
    /// The slug, if it says one.
    pub shown: String,
    pub faults: Vec<Fault>,
}

/// What a file says.
#[derive(Debug, Default)]
pub struct File {
    pub numbering: Numbering,
    pub drafts: Vec<Draft>,
    pub unreadable: Vec<Unreadable>,
}

/// Reads a whole file. `each` hears the number of every line.
///
/// # Errors
/// When the input cannot be read.
pub fn read(input: impl BufRead, mut each: impl FnMut(u64)) -> io::Result<File> {
    let mut file = File::default();
    let mut lines = Lines::new(input);
    while let Some((number, line)) = lines.next()? {
        each(number);
        match line {
            Line::Blank => {}
            Line::TooLong => file.refuse(number, FaultCode::TooLong, "the line is longer than 1 MiB"),
            Line::NotUtf8 => file.refuse(number, FaultCode::Invalid, "the line is not UTF-8"),
            Line::Text(text) => match once::read(text) {
                Ok((Value::Object(object), twice)) => {
                    let faults = file.take(number, object);
                    faults.extend(twice.iter().map(|place| {
                        Fault::new(place, FaultCode::Invalid, None, "is there twice: a field may be given once")
                    }));
                    raw::show_as_written(text, faults);
                }
                Ok(_) => file.refuse(number, FaultCode::Invalid, "a line must hold one JSON object"),
                Err(error) => file.unreadable.push(Unreadable::line(number, broken::fault(text, &error))),
            },
        }
    }
    Ok(file)
}

/// Takes records that are values already, under the same rules as lines.
pub fn values(records: Vec<Value>) -> File {
    let mut file = File { numbering: Numbering::Records, ..File::default() };
    for (number, record) in (1..).zip(records) {
        if size::exceeds(&record, LONGEST) {
            file.refuse(number, FaultCode::TooLong, "is longer than 1 MiB");
        } else if let Value::Object(object) = record {
            file.take(number, object);
        } else {
            file.refuse(number, FaultCode::Invalid, "must be a JSON object");
        }
    }
    file
}

impl File {
    /// Returns whether the input has no records, valid or invalid.
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty() && self.unreadable.is_empty()
    }

    /// Takes a record, and gives back the list of its faults.
    fn take(&mut self, number: u64, object: Map<String, Value>) -> &mut Vec<Fault> {
        match draft(number, object) {
            Ok(draft) => &mut self.drafts.push_mut(draft).faults,
            Err(unreadable) => &mut self.unreadable.push_mut(unreadable).faults,
        }
    }

    fn refuse(&mut self, number: u64, code: FaultCode, reason: &str) {
        self.unreadable.push(Unreadable::line(number, Fault::new("", code, None, reason)));
    }
}

impl Unreadable {
    /// A line of which nothing is known.
    fn line(line: u64, fault: Fault) -> Self {
        Self { line, shown: String::new(), faults: vec![fault] }
    }
}

/// The name of reading lists in the format.
const READING_LIST: (&str, NodeKind) = ("readingList", NodeKind::ReadingList);

/// The kinds of records, by the names that the format has for them.
fn kinds() -> impl Iterator<Item = (&'static str, NodeKind)> {
    let names = |kind: &'static Kind| [kind.node.name()].into_iter().chain(kind.aliases.iter().copied());
    KINDS.into_iter().flat_map(move |kind| names(kind).map(|name| (name, kind.node))).chain([READING_LIST])
}

/// Makes a draft of one record.
fn draft(line: u64, object: Map<String, Value>) -> Result<Draft, Unreadable> {
    let slug = object.get("slug").and_then(Value::as_str).map(|slug| token(slug).into_owned()).unwrap_or_default();
    let mut fields = Fields::new(object);
    let (word, kind) = match kind_of(&mut fields) {
        Ok(kind) => kind,
        Err(fault) => return Err(Unreadable { shown: slug, ..Unreadable::line(line, fault) }),
    };
    let (shown, patch) = if let Some(kind) = Kind::of(kind) {
        let mut patch = RoutablePatch::new(kind);
        input::identity(&mut fields, &mut patch);
        input::edits(&mut fields, &mut patch);
        (slug, Patch::Routable(patch))
    } else {
        let patch = list::list(&mut fields);
        let shown = match &patch.owner {
            Target::Slug(owner) | Target::Name(owner) if owner.is_empty() => slug,
            Target::Slug(owner) | Target::Name(owner) => format!("{} {owner}", patch.owner_kind),
        };
        (shown, Patch::ReadingList(patch))
    };
    fields.finish();
    Ok(Draft { line, kind, word, shown, patch, faults: fields.faults, written: fields.written })
}

/// The word that names the kind, and the kind.
fn kind_of(fields: &mut Fields) -> Result<(&'static str, NodeKind), Fault> {
    let mut fault = Fault::new("kind", FaultCode::Required, None, "is missing");
    let kind = fields.value(&["kind"], |_, _, value| Some(value));
    let Some(value) = kind.value() else { return Err(fault) };
    let name = value.as_str().map(token).unwrap_or_default();
    if let Some(kind) = kinds().find(|(known, _)| *known == name) {
        return Ok(kind);
    }
    fault.code = FaultCode::Invalid;
    fault.value = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    fault.reason = format!("is an unknown kind{}", hint(&name, kinds().map(|(name, _)| name)));
    Err(fault)
}
