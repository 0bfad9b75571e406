//! Reading the fields of an input, each fault noted with its place.

use async_graphql::{ID, MaybeUndefined};

use super::loose::Loose;
use crate::domain::invisible;
use crate::service::change::Mention;
use crate::service::write::{Fault, FaultCode, Field};

/// An input that is being read.
#[derive(Default)]
pub struct Reading {
    pub faults: Vec<Fault>,
}

/// What an input says of a field.
pub fn field<T, U>(given: MaybeUndefined<T>, make: impl FnOnce(T) -> U) -> Field<U> {
    match given {
        MaybeUndefined::Undefined => Field::Keep,
        MaybeUndefined::Null => Field::Clear,
        MaybeUndefined::Value(value) => Field::Set(make(value)),
    }
}

/// Something that is named by its id, or nothing. `name` is what the record calls it, here and below: `publisher`, of which
/// [`input_name`](super::input_name) makes `publisherId`.
pub fn mention(name: &str, given: MaybeUndefined<ID>) -> Field<Mention> {
    field(given, |id| Mention { id: id.0, field: name.to_owned() })
}

/// Things that are named by their ids.
pub fn mentions(name: &str, given: MaybeUndefined<Vec<ID>>) -> Field<Vec<Mention>> {
    field(given, |ids| listed(name, ids))
}

/// The mentions of a list of ids, each with its place.
pub fn listed(name: &str, ids: Vec<ID>) -> Vec<Mention> {
    let named = |(index, id): (usize, ID)| Mention { id: id.0, field: format!("{name}[{index}]") };
    ids.into_iter().enumerate().map(named).collect()
}

impl Reading {
    pub fn invalid(&mut self, name: &str, reason: impl Into<String>) {
        self.faults.push(Fault::new(name, FaultCode::Invalid, None, reason));
    }

    /// Reads prose, without the blanks around it; where nothing of it is visible, it is like null.
    pub fn text(&mut self, name: &str, given: MaybeUndefined<String>) -> Field<String> {
        match field(given, |text| self.trimmed(name, &text)) {
            Field::Set(text) if text.is_empty() => Field::Clear,
            read => read,
        }
    }

    /// Reads a text that is a single word to a program, such as a slug, without invisible characters.
    pub fn token(&mut self, name: &str, given: MaybeUndefined<String>) -> Field<String> {
        match self.text(name, given) {
            Field::Set(text) => Field::Set(invisible::token(&text).into_owned()),
            read => read,
        }
    }

    /// Reads texts, of which empty ones are left for the check to find.
    pub fn texts(&mut self, name: &str, given: MaybeUndefined<Vec<String>>) -> Field<Vec<String>> {
        field(given, |texts| {
            let trimmed = |(index, text): (usize, String)| self.trimmed(&format!("{name}[{index}]"), &text);
            texts.into_iter().enumerate().map(trimmed).collect()
        })
    }

    /// A text without the blanks around it; an empty one where nothing of it is visible.
    pub fn trimmed(&mut self, name: &str, text: &str) -> String {
        if text.contains('\0') {
            self.invalid(name, "contains the character NUL, which cannot be stored");
        }
        if invisible::is_blank(text) { String::new() } else { text.trim().to_owned() }
    }

    /// Reads a scalar that could perhaps not be read.
    pub fn scalar<T, U>(&mut self, name: &str, given: MaybeUndefined<Loose<T>>, make: impl FnOnce(T) -> U) -> Field<U> {
        match given {
            MaybeUndefined::Undefined => Field::Keep,
            MaybeUndefined::Null => Field::Clear,
            MaybeUndefined::Value(Loose(Ok(value))) => Field::Set(make(value)),
            MaybeUndefined::Value(Loose(Err(reason))) => {
                self.invalid(name, reason);
                Field::Keep
            }
        }
    }
}
