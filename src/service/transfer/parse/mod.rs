//! From a line to a [`Draft`]: which thing it is about, and what it asks to be changed.

mod fields;
mod isbn;
mod items;
mod list;
mod once;
mod parts;
mod size;
mod words;

use std::io::{self, BufRead};

use entity::kind::NodeKind;
use serde_json::{Map, Value};

use super::lines::{LONGEST, Line, Lines};
use super::nearest::hint;
use super::numbering::Numbering;
use crate::service::write::{Fault, FaultCode, Patch};
use fields::Fields;
use once::Once;

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
    /// What the record is called in messages: its slug, or of whom it is the list.
    pub shown: String,
    pub patch: Patch<Target>,
    /// What is wrong with it so far. A draft with faults goes on, so that the rest of them is found too.
    pub faults: Vec<Fault>,
}

/// A line from which no draft could be made.
#[derive(Debug)]
pub struct Unreadable {
    pub line: u64,
    pub kind: Option<NodeKind>,
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
            Line::Text(text) => match serde_json::from_str(text) {
                Ok(Once(Value::Object(object))) => file.take(number, object),
                Ok(Once(_)) => file.refuse(number, FaultCode::Invalid, "a line must hold one JSON object"),
                Err(error) if error.is_data() => {
                    let said = error.to_string();
                    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
                    file.refuse(number, FaultCode::Invalid, said);
                }
                Err(error) => {
                    file.refuse(number, FaultCode::Invalid, format!("broken JSON at column {}", error.column()));
                }
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
    fn take(&mut self, number: u64, object: Map<String, Value>) {
        match draft(number, object) {
            Ok(draft) => self.drafts.push(draft),
            Err(unreadable) => self.unreadable.push(unreadable),
        }
    }

    fn refuse(&mut self, number: u64, code: FaultCode, reason: impl Into<String>) {
        let faults = vec![Fault::new("", code, None, reason)];
        self.unreadable.push(Unreadable { line: number, kind: None, shown: String::new(), faults });
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
    let unreadable = |kind, shown: &str, faults| Unreadable { line, kind, shown: shown.to_owned(), faults };
    let slug = object.get("slug").and_then(Value::as_str).map(|slug| slug.trim().to_owned()).unwrap_or_default();
    let mut fields = Fields::new(object);
    let kind = match fields.kind() {
        Ok(kind) => kind,
        Err(fault) => return Err(unreadable(None, &slug, vec![fault])),
    };
    let (shown, patch) = match kind {
        NodeKind::Career => (slug, Patch::Career(items::career(&mut fields))),
        NodeKind::Course => (slug, Patch::Course(items::course(&mut fields))),
        NodeKind::Book => (slug, Patch::Book(items::book(&mut fields))),
        NodeKind::Topic => (slug, Patch::Topic(items::topic(&mut fields))),
        NodeKind::Person => (slug, Patch::Person(parts::party(&mut fields))),
        NodeKind::Organization => (slug, Patch::Organization(parts::party(&mut fields))),
        NodeKind::ReadingList | NodeKind::ReadingListEntry => {
            let Some(patch) = list::list(&mut fields) else {
                fields.finish();
                return Err(unreadable(Some(kind), &slug, fields.faults));
            };
            let (Target::Slug(owner) | Target::Name(owner)) = &patch.owner;
            (format!("{} {owner}", patch.owner_kind), Patch::ReadingList(patch))
        }
    };
    fields.finish();
    Ok(Draft { line, kind, shown, patch, faults: fields.faults })
}

impl Fields {
    fn kind(&mut self) -> Result<NodeKind, Fault> {
        let mut fault = Fault::new("kind", FaultCode::Required, None, "is missing");
        let kind = self.value(&["kind"], |_, _, value| Some(value));
        let Some(value) = kind.value() else { return Err(fault) };
        let name = value.as_str().unwrap_or_default();
        if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == name) {
            return Ok(*kind);
        }
        fault.code = FaultCode::Invalid;
        fault.value = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        fault.reason = format!("is an unknown kind{}", hint(name, KINDS.iter().map(|(name, _)| *name)));
        Err(fault)
    }
}
