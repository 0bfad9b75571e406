//! Reads records from JSON objects: the lines of an import, and the inputs of mutations.
//!
//! The description of the kind determines how a field is read, and each violation has the path of its value. Imports
//! and mutations differ in how they [refer](Reference) to other records.

mod common;
mod enums;
mod fields;
mod isbn;
mod source_map;
pub mod suggestions;
mod values;

use serde_json::Value as Json;

use crate::catalog::Field;

pub use enums::entry_role;
pub use fields::Fields;
pub use source_map::SourceMap;
pub use values::{edits, identity};

/// A reference to another record in an import or a mutation.
pub trait Reference: Sized {
    /// The field of a contributor for the person.
    const PERSON: &'static str;
    /// Whether a contributor without a role gets the first role of the kind.
    const DEFAULT_ROLE: bool;

    /// Returns the names of a field in the source. Empty if it does not have the field.
    fn names(field: &'static Field) -> &'static [&'static str];

    /// Reads a reference to a record.
    fn read(fields: &mut Fields, place: &str, value: &Json) -> Option<Self>;

    /// Reads a reference to a person in a list of people.
    fn read_person(fields: &mut Fields, place: &str, value: Json) -> Option<Self> {
        Self::read(fields, place, &value)
    }
}
