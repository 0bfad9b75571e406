//! Reads the fields of an input, and records violations with their field.

use async_graphql::{ID, MaybeUndefined};

use super::lenient::Lenient;
use crate::domain::invisible;
use crate::service::change::NodeReference;
use crate::service::write::{Edit, Violation, ViolationCode};

/// Reads an input and collects its errors.
#[derive(Default)]
pub struct InputReader {
    pub violations: Vec<Violation>,
}

/// Converts an input value to an edit.
pub fn field<T, U>(value: MaybeUndefined<T>, make: impl FnOnce(T) -> U) -> Edit<U> {
    match value {
        MaybeUndefined::Undefined => Edit::Unchanged,
        MaybeUndefined::Null => Edit::Clear,
        MaybeUndefined::Value(value) => Edit::Set(make(value)),
    }
}

/// Converts a list of ids to references, each with its field.
pub fn references(name: &str, ids: Vec<ID>) -> Vec<NodeReference> {
    let reference = |(index, id): (usize, ID)| NodeReference { id: id.0, field: format!("{name}[{index}]") };
    ids.into_iter().enumerate().map(reference).collect()
}

impl InputReader {
    pub fn invalid(&mut self, name: &str, reason: impl Into<String>) {
        self.violations.push(Violation::new(name, ViolationCode::Invalid, None, reason));
    }

    /// Reads a text without surrounding whitespace. A text without visible characters is like null.
    pub fn text(&mut self, name: &str, value: MaybeUndefined<String>) -> Edit<String> {
        match field(value, |text| self.trimmed(name, &text)) {
            Edit::Set(text) if text.is_empty() => Edit::Clear,
            read => read,
        }
    }

    /// Returns a text without surrounding whitespace, empty if it has no visible characters.
    pub fn trimmed(&mut self, name: &str, text: &str) -> String {
        if text.contains('\0') {
            self.invalid(name, "contains the character NUL, which cannot be stored");
        }
        if invisible::is_blank(text) { String::new() } else { text.trim().to_owned() }
    }

    /// Reads a scalar, and records its error if it is invalid.
    pub fn scalar<T, U>(
        &mut self,
        name: &str,
        value: MaybeUndefined<Lenient<T>>,
        make: impl FnOnce(T) -> U,
    ) -> Edit<U> {
        match value {
            MaybeUndefined::Undefined => Edit::Unchanged,
            MaybeUndefined::Null => Edit::Clear,
            MaybeUndefined::Value(Lenient(Ok(value))) => Edit::Set(make(value)),
            MaybeUndefined::Value(Lenient(Err(reason))) => {
                self.invalid(name, reason);
                Edit::Unchanged
            }
        }
    }
}
