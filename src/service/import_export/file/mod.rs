//! The records of an import: their texts in a temporary file, and less than a hundred bytes of memory for each.

mod batches;
mod entry;
mod identity;
mod key_table;

use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

use entity::kind::NodeKind;
use serde_json::{Value, json};

use super::error::ImportError;
use super::line_reader::{Line, LineReader};
use super::parse::{self, Draft, RecordReference, Unreadable};
use super::record_labels::RecordLabels;
use crate::catalog::Former;
use crate::service::spool::{Spool, SpoolError};
use crate::service::write::Patch;
pub use entry::Entry;
pub use identity::{Identity, IdentityCursor};
pub use key_table::KeyTable;

/// The number of identities that are read at once, and the bytes from which no further one is.
const IDENTITIES: usize = 5_000;
const IDENTITY_BYTES: u64 = 4 << 20;

/// The fields of former keys.
const OLD_SLUGS: &str = "oldSlugs";
const OLD_CODES: &str = "oldCodes";

/// The records of an import, numbered from 0 in their order.
#[derive(Default)]
pub struct File {
    pub labels: RecordLabels,
    pub entries: Vec<Entry>,
    /// The lines without a recognizable record.
    pub unreadable: Vec<Unreadable>,
    /// The names of instructors, with their positions in the order of their appearance, and their first lines.
    names: HashMap<String, (usize, u64)>,
    source: Source,
    /// The keys of all records, by kind and name of the field.
    keys: KeyTable,
    /// The keys of the records of each kind, in order.
    identities: HashMap<NodeKind, Spool>,
}

/// The place of the records.
enum Source {
    Lines(Spool),
    Values(Vec<Value>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Lines(Spool::default())
    }
}

impl Source {
    /// Returns the place after the last record.
    fn length(&self) -> u64 {
        match self {
            Self::Lines(spool) => spool.length(),
            Self::Values(values) => values.len() as u64,
        }
    }
}

impl File {
    /// Reads a whole file. Calls `each` with the number of every line.
    ///
    /// # Errors
    /// Returns an error if the input cannot be read, or the temporary file cannot be written.
    pub fn read(input: impl BufRead, mut each: impl FnMut(u64)) -> Result<Self, ImportError> {
        let (mut file, mut spool) = (Self::default(), Spool::default());
        let mut lines = LineReader::new(input);
        while let Some((number, line)) = lines.next().map_err(ImportError::Read)? {
            each(number);
            let text = match line {
                Line::Blank => continue,
                Line::TooLong => Err(Unreadable::too_long(number)),
                Line::NotUtf8 => Err(Unreadable::not_utf8(number)),
                Line::Text(text) => Ok(text),
            };
            let parsed = text.and_then(|text| Ok((text, parse::line(number, text)?)));
            match parsed {
                Ok((text, draft)) => {
                    let place = spool.push(text)?;
                    file.add(place, &draft)?;
                }
                Err(unreadable) => file.unreadable.push(unreadable),
            }
        }
        file.source = Source::Lines(spool);
        file.keys.sort();
        Ok(file)
    }

    /// Takes JSON values, by the same rules as lines.
    ///
    /// # Errors
    /// Returns an error if the temporary file cannot be written.
    pub fn of_values(records: Vec<Value>) -> Result<Self, ImportError> {
        let mut file = Self { labels: RecordLabels::Records, ..Self::default() };
        for (place, number) in (0..records.len()).zip(1..) {
            match parse::value(number, records[place].clone()) {
                Ok(draft) => file.add(place as u64, &draft)?,
                Err(unreadable) => file.unreadable.push(unreadable),
            }
        }
        file.source = Source::Values(records);
        file.keys.sort();
        Ok(file)
    }

    /// Returns whether the input has no records, valid or invalid.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.unreadable.is_empty()
    }

    /// Adds a person who is created from the name of an instructor in `line`. Returns its number.
    ///
    /// # Errors
    /// Returns an error if the temporary file cannot be written.
    pub fn add_person(&mut self, line: u64, slug: &str, name: &str) -> Result<usize, ImportError> {
        let number = self.entries.len();
        let record = json!({ "kind": NodeKind::Person.name(), "slug": slug, "name": name });
        let place = match &mut self.source {
            Source::Lines(spool) => spool.push(&record.to_string())?,
            Source::Values(values) => {
                values.push(record.clone());
                values.len() as u64 - 1
            }
        };
        let draft = parse::value(line, record).map_err(|_| self.inconsistent(line))?;
        self.add(place, &draft)?;
        self.entries[number].is_implicit = true;
        Ok(number)
    }

    /// Adds a key of a record in the field `name`.
    pub fn add_key(&mut self, kind: NodeKind, name: &str, key: &str, number: usize) {
        self.keys.add(&(kind, name, key), number);
    }

    /// Makes added people and keys available.
    pub fn sort(&mut self) {
        self.keys.sort();
    }

    /// Returns the names of instructors in the order of their appearance, with the first line of each. Call it once.
    pub fn take_names(&mut self) -> Vec<(String, u64)> {
        let mut names: Vec<_> = std::mem::take(&mut self.names).into_iter().collect();
        names.sort_unstable_by_key(|(_, (position, _))| *position);
        names.into_iter().map(|(name, (_, line))| (name, line)).collect()
    }

    /// Returns the error of a record that can no longer be read.
    fn inconsistent(&self, line: u64) -> ImportError {
        ImportError::Inconsistent(self.labels.label(line))
    }

    fn add(&mut self, place: u64, draft: &Draft) -> Result<(), SpoolError> {
        let number = self.entries.len();
        let identity = Identity::of(&draft.patch);
        for (name, value) in identity.keys() {
            self.keys.add(&(draft.kind, name, &*value), number);
        }
        match &draft.patch {
            Patch::Routable(patch) => {
                for (former, name) in [(Former::Slugs, OLD_SLUGS), (Former::Codes, OLD_CODES)] {
                    for key in patch.former_keys(former) {
                        self.keys.add(&(draft.kind, name, key.as_str()), number);
                    }
                }
            }
            Patch::ReadingList(list) => {
                let code = list.code.iter().map(|code| (NodeKind::ReadingList, code));
                let entries = list.entries.value().into_iter().flatten().filter_map(|entry| entry.code.as_ref());
                for (kind, code) in code.chain(entries.map(|code| (NodeKind::ReadingListEntry, code))) {
                    self.keys.add(&(kind, "code", code.as_str()), number);
                }
            }
        }
        draft.patch.each_reference(&mut |_, target| {
            if let RecordReference::Name(name) = target
                && !self.names.contains_key(name)
            {
                self.names.insert(name.clone(), (self.names.len(), draft.line));
            }
        });
        self.identities.entry(draft.kind).or_default().push_value(&identity)?;
        self.entries.push(Entry::new(place, draft));
        Ok(())
    }

    /// Reads a record again.
    ///
    /// # Errors
    /// Returns an error if the temporary file cannot be read.
    pub fn draft(&mut self, number: usize) -> Result<Draft, ImportError> {
        let entry = self.entries[number];
        let parsed = match &mut self.source {
            Source::Lines(spool) => parse::line(entry.line(), &spool.read(entry.place)?),
            Source::Values(values) => {
                let value = usize::try_from(entry.place).ok().and_then(|place| values.get(place));
                parse::value(entry.line(), value.cloned().unwrap_or_default())
            }
        };
        parsed.map_err(|_| self.inconsistent(entry.line()))
    }

    /// Returns the next identities of a kind, with the numbers of their records. Empty at the end.
    ///
    /// # Errors
    /// Returns an error if the temporary file cannot be read.
    pub fn next_identities(&mut self, cursor: &mut IdentityCursor) -> Result<Vec<(usize, Identity)>, SpoolError> {
        let mut identities = Vec::new();
        let Some(spool) = self.identities.get_mut(&cursor.kind) else { return Ok(identities) };
        let end = cursor.offset + IDENTITY_BYTES;
        while (identities.is_empty() || (identities.len() < IDENTITIES && cursor.offset < end))
            && let Some(entry) = self.entries.get(cursor.number)
        {
            if entry.kind == cursor.kind {
                let identity = spool.read_value(cursor.offset)?;
                cursor.offset = spool.next_offset();
                if !entry.is_left_out {
                    identities.push((cursor.number, identity));
                }
            }
            cursor.number += 1;
        }
        Ok(identities)
    }

    /// Returns the numbers of records with a key that another one has, too: a slug, a code, an external id, a former slug
    /// or code, the owner of a list, or the code of an entry.
    pub fn contested(&self) -> BTreeSet<usize> {
        self.keys.contested()
    }

    /// Returns the first record with a slug.
    pub fn with_slug(&self, kind: NodeKind, slug: &str) -> Option<usize> {
        self.with_key(kind, "slug", slug)
    }

    /// Returns the first record with a key in the field `name`.
    pub fn with_key(&self, kind: NodeKind, name: &str, key: &str) -> Option<usize> {
        self.keys.first(&(kind, name, key))
    }

    /// Returns the first record with a former slug.
    pub fn with_former_slug(&self, kind: NodeKind, slug: &str) -> Option<usize> {
        self.with_key(kind, OLD_SLUGS, slug)
    }

    /// Returns whether a record has a code, a former code or a slug that equals `code`.
    pub fn has_code(&self, kind: NodeKind, code: &str) -> bool {
        ["code", OLD_CODES, "slug"].into_iter().any(|name| self.with_key(kind, name, code).is_some())
    }
}
