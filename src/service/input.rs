//! Reads records from JSON objects: the lines of an import, and the inputs of mutations.
//!
//! A field is read as the table of its kind describes it, and each violation is noted with its place. Imports and mutations
//! differ in how they [name](Reference) other records.

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

/// How a source names other records.
pub trait Reference: Sized {
    /// The field of a contributor that names the person.
    const PERSON: &'static str;
    /// Whether a contributor without a role has the first role of the kind.
    const DEFAULT_ROLE: bool;

    /// The names that the source has for a field. None if it cannot have the field.
    fn names(field: &'static Field) -> &'static [&'static str];

    /// Reads a reference to a record.
    fn read(fields: &mut Fields, place: &str, value: &Json) -> Option<Self>;

    /// Reads a reference to a person in a list of people.
    fn read_person(fields: &mut Fields, place: &str, value: Json) -> Option<Self> {
        Self::read(fields, place, &value)
    }
}
