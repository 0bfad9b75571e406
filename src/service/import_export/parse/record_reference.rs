//! References to other records in an import.

use serde_json::Value as Json;

use crate::catalog::Field;
use crate::domain::limits;
use crate::service::input::{Fields, Reference};
use crate::service::write::check::length;

/// A reference to another record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecordReference {
    Slug(String),
    /// The exact name of a person: an instructor.
    Name(String),
}

impl Reference for RecordReference {
    const PERSON: &'static str = "person";
    const DEFAULT_ROLE: bool = false;

    fn names(field: &'static Field) -> &'static [&'static str] {
        field.names
    }

    fn read(fields: &mut Fields, place: &str, value: &Json) -> Option<Self> {
        fields.non_empty_token(place, value).map(Self::Slug)
    }

    /// Reads a person: a name, or an object with a slug.
    fn read_person(fields: &mut Fields, place: &str, value: Json) -> Option<Self> {
        if value.is_object() {
            return fields.object(place, value, |person| {
                let slug = person.token(&["slug"]);
                person.required("slug", slug).map(Self::Slug)
            });
        }
        let known_as = fields.non_empty_text(place, &value)?;
        // A new person may be created from the name, and its violation would not be found in the file.
        match length(place, Some(&known_as), limits::NAME) {
            None => Some(Self::Name(known_as)),
            Some(violation) => {
                fields.violations.push(violation);
                None
            }
        }
    }
}
