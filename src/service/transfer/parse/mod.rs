//! From a line to a [`Draft`]: which thing it is about, and what it asks to be changed.

mod broken;
mod fields;
mod isbn;
mod items;
mod list;
mod once;
mod parts;
mod raw;
mod size;
mod words;
mod written;

use std::io::{self, BufRead};

use entity::kind::NodeKind;
use serde_json::{Map, Value};

use super::lines::{LONGEST, Line, Lines};
use super::nearest::hint;
use super::numbering::Numbering;
use crate::domain::invisible::token;
use crate::service::write::{Fault, FaultCode, Patch};
use fields::Fields;
pub use written::Written;

/// How a record names another thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Slug(String),
    /// A person by the exact spelling of the name: instructors.
    Name(String),
}

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

/// The kinds of records, with the names of the format.
const KINDS: [(&str, NodeKind); 10] = [
    ("topic", NodeKind::Topic),
    ("person", NodeKind::Person),
    ("author", NodeKind::Person),
    ("organization", NodeKind::Organization),
    ("provider", NodeKind::Organization),
    ("publisher", NodeKind::Organization),
    ("book", NodeKind::Book),
    ("course", NodeKind::Course),
    ("career", NodeKind::Career),
    ("readingList", NodeKind::ReadingList),
];

/// Makes a draft of one record.
fn draft(line: u64, object: Map<String, Value>) -> Result<Draft, Unreadable> {
    let slug = object.get("slug").and_then(Value::as_str).map(|slug| token(slug).into_owned()).unwrap_or_default();
    let mut fields = Fields::new(object);
    let (word, kind) = match fields.kind() {
        Ok(kind) => kind,
        Err(fault) => return Err(Unreadable { shown: slug, ..Unreadable::line(line, fault) }),
    };
    let (shown, patch) = match kind {
        NodeKind::Career => (slug, Patch::Career(items::career(&mut fields))),
        NodeKind::Course => (slug, Patch::Course(items::course(&mut fields))),
        NodeKind::Book => (slug, Patch::Book(items::book(&mut fields))),
        NodeKind::Topic => (slug, Patch::Topic(items::topic(&mut fields))),
        NodeKind::Person => (slug, Patch::Person(parts::party(&mut fields))),
        NodeKind::Organization => (slug, Patch::Organization(parts::party(&mut fields))),
        NodeKind::ReadingList | NodeKind::ReadingListEntry => {
            let patch = list::list(&mut fields);
            let shown = match &patch.owner {
                Target::Slug(owner) | Target::Name(owner) if owner.is_empty() => slug,
                Target::Slug(owner) | Target::Name(owner) => format!("{} {owner}", patch.owner_kind),
            };
            (shown, Patch::ReadingList(patch))
        }
    };
    fields.finish();
    Ok(Draft { line, kind, word, shown, patch, faults: fields.faults, written: fields.written })
}

impl Fields {
    /// The word that names the kind, and the kind.
    fn kind(&mut self) -> Result<(&'static str, NodeKind), Fault> {
        let mut fault = Fault::new("kind", FaultCode::Required, None, "is missing");
        let kind = self.value(&["kind"], |_, _, value| Some(value));
        let Some(value) = kind.value() else { return Err(fault) };
        let name = value.as_str().map(token).unwrap_or_default();
        if let Some(kind) = KINDS.iter().find(|(known, _)| *known == name) {
            return Ok(*kind);
        }
        fault.code = FaultCode::Invalid;
        fault.value = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        fault.reason = format!("is an unknown kind{}", hint(&name, KINDS.iter().map(|(name, _)| *name)));
        Err(fault)
    }
}
