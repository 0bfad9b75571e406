//! The properties of a record that stay in memory.

use entity::kind::NodeKind;

use super::Draft;
use crate::domain::code;

/// The bytes of a code.
const CODE_BYTES: usize = 6;

/// The place of a record and what it was matched with.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties of millions of records, a byte each")]
pub struct Entry {
    /// The place of its text.
    pub(super) place: u64,
    /// The id of the matched object, or a new one.
    pub id: i64,
    line: u32,
    /// The code; zeros until it is assigned.
    code: [u8; CODE_BYTES],
    pub kind: NodeKind,
    /// Whether no object matches it.
    pub is_new: bool,
    /// Whether it is not written: it was rejected, combined with another one, or nothing refers to it.
    pub is_left_out: bool,
    /// Whether it has no line of its own: a person created from an instructor's name.
    pub is_implicit: bool,
    /// Whether a record of the file describes the reading list of this one.
    pub has_list: bool,
    /// Whether it is the first record about the reading list of its owner.
    pub is_first_list: bool,
}

impl Entry {
    pub(super) fn new(place: u64, draft: &Draft) -> Self {
        let mut entry = Self {
            place,
            id: 0,
            line: u32::try_from(draft.line).unwrap_or(u32::MAX),
            code: [0; CODE_BYTES],
            kind: draft.kind,
            is_new: false,
            is_left_out: false,
            is_implicit: false,
            has_list: false,
            is_first_list: false,
        };
        entry.set_code(draft.patch.code().unwrap_or_default());
        entry
    }

    pub fn line(&self) -> u64 {
        self.line.into()
    }

    /// Returns the code. Empty until it is assigned.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.code).ok().filter(|text| code::is_code(text)).unwrap_or_default()
    }

    /// Assigns the code. Ignores invalid ones, whose records are rejected.
    pub fn set_code(&mut self, code: &str) {
        if let Ok(bytes) = code.as_bytes().try_into() {
            self.code = bytes;
        }
    }
}
