//! The fields of a JSON object, taken one by one, each fault noted; what nobody asked for is unknown.

use serde_json::{Map, Value};

use super::written::Written;
use crate::service::transfer::nearest::hint;
use crate::service::write::{Fault, FaultCode, Field};

/// An object that is being read.
pub struct Fields {
    object: Map<String, Value>,
    /// Where the object stands in its record: `entries[2].`; empty for the record itself.
    place: String,
    asked: Vec<&'static str>,
    pub faults: Vec<Fault>,
    pub written: Written,
}

/// What a text is read as: the value, or why it is none.
pub type Read<T> = Result<T, String>;

impl Fields {
    pub fn new(object: Map<String, Value>) -> Self {
        Self { object, place: String::new(), asked: Vec::new(), faults: Vec::new(), written: Written::default() }
    }

    fn fault(&mut self, name: &str, code: FaultCode, value: Option<&str>, reason: impl Into<String>) {
        self.faults.push(Fault::new(&format!("{}{name}", self.place), code, value, reason));
    }

    /// Notes that the value of a field cannot be taken.
    pub fn invalid(&mut self, name: &str, value: Option<&str>, reason: impl Into<String>) {
        self.fault(name, FaultCode::Invalid, value, reason);
    }

    /// Notes that a field must be there.
    pub fn missing(&mut self, name: &str, reason: &str) {
        self.fault(name, FaultCode::Required, None, reason);
    }

    /// Takes a field that goes by any of `names`: the file's own name first, then the API's.
    fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Value)> {
        self.asked.extend(names);
        let mut found: Option<(&'static str, Value)> = None;
        for name in names {
            let Some(value) = self.object.shift_remove(*name) else { continue };
            match &found {
                None => {
                    self.written.call(names[0], name);
                    found = Some((name, value));
                }
                Some((first, _)) => {
                    let reason = format!("says the same as \"{first}\": only one of them may be given");
                    self.invalid(name, None, reason);
                }
            }
        }
        found
    }

    fn wrong_type(&mut self, name: &str, value: &Value, expected: &str) {
        self.invalid(name, Some(&shown(value)), format!("must be {expected}, not {}", type_of(value)));
    }

    /// Takes a field whose value `read` makes something of; null clears it.
    pub fn value<T>(
        &mut self,
        names: &[&'static str],
        read: impl FnOnce(&mut Self, &'static str, Value) -> Option<T>,
    ) -> Field<T> {
        match self.take(names) {
            None => Field::Keep,
            Some((_, Value::Null)) => Field::Clear,
            Some((name, value)) => read(self, name, value).map_or(Field::Keep, Field::Set),
        }
    }

    /// Takes a text, without the blanks around it; an empty one is like null.
    pub fn text(&mut self, names: &[&'static str]) -> Field<String> {
        self.read(names, |text| Ok(text.to_owned()))
    }

    /// Takes a text that means something: a date, a URL, a level.
    pub fn read<T>(&mut self, names: &[&'static str], read: impl FnOnce(&str) -> Read<T>) -> Field<T> {
        let read = self.value(names, |fields, name, value| {
            let text = fields.text_of(name, &value)?;
            if text.is_empty() {
                return Some(None);
            }
            match read(text) {
                Ok(value) => Some(Some(value)),
                Err(reason) => {
                    fields.invalid(name, Some(text), reason);
                    None
                }
            }
        });
        match read {
            Field::Keep => Field::Keep,
            Field::Clear | Field::Set(None) => Field::Clear,
            Field::Set(Some(value)) => Field::Set(value),
        }
    }

    fn text_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<&'v str> {
        let Value::String(text) = value else {
            self.wrong_type(name, value, "text");
            return None;
        };
        let text = text.trim();
        if text.contains('\0') {
            self.invalid(name, None, "contains the character NUL, which cannot be stored");
            return None;
        }
        Some(text)
    }

    pub fn boolean(&mut self, names: &[&'static str]) -> Field<bool> {
        self.value(names, |fields, name, value| {
            value.as_bool().or_else(|| {
                fields.wrong_type(name, &value, "true or false");
                None
            })
        })
    }

    /// Takes a whole number. Its bounds are the record's to check; one that no column could hold is refused here.
    pub fn whole_number(&mut self, names: &[&'static str]) -> Field<i32> {
        self.value(names, |fields, name, value| {
            let number = value.as_i64().map(i32::try_from);
            match number {
                Some(Ok(number)) => return Some(number),
                Some(Err(_)) => fields.invalid(name, Some(&value.to_string()), "is far out of bounds"),
                None if value.is_number() => {
                    fields.invalid(name, Some(&value.to_string()), "must be a whole number within reason");
                }
                None => fields.wrong_type(name, &value, "a number"),
            }
            None
        })
    }

    /// Takes a list, of each of whose elements `read` makes something.
    pub fn list<T>(
        &mut self,
        names: &[&'static str],
        mut read: impl FnMut(&mut Self, &str, Value) -> Option<T>,
    ) -> Field<Vec<T>> {
        self.value(names, |fields, name, value| {
            let Value::Array(elements) = value else {
                fields.wrong_type(name, &value, "a list");
                return None;
            };
            let mut list = Vec::with_capacity(elements.len());
            for (index, element) in elements.into_iter().enumerate() {
                match read(fields, &format!("{name}[{index}]"), element) {
                    Some(element) => list.push(element),
                    None => fields.written.lose(name, index),
                }
            }
            Some(list)
        })
    }

    /// Takes a list of texts, none of them empty.
    pub fn texts(&mut self, names: &[&'static str]) -> Field<Vec<String>> {
        self.list(names, |fields, name, element| fields.full_text(name, &element))
    }

    /// Reads a text that must not be empty.
    pub fn full_text(&mut self, name: &str, value: &Value) -> Option<String> {
        let text = self.text_of(name, value)?;
        if text.is_empty() {
            self.invalid(name, None, "is empty");
            return None;
        }
        Some(text.to_owned())
    }

    /// Reads an object inside the record, at `name`.
    pub fn object<T>(&mut self, name: &str, value: Value, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let Value::Object(object) = value else {
            self.wrong_type(name, &value, "an object");
            return None;
        };
        let place = format!("{}{name}.", self.place);
        let mut inner = Self { place, ..Self::new(object) };
        let read = read(&mut inner);
        inner.finish();
        self.faults.append(&mut inner.faults);
        read
    }

    /// Notes the fields that nobody asked for.
    pub fn finish(&mut self) {
        for (name, value) in std::mem::take(&mut self.object) {
            let reason = format!("is an unknown field{}", hint(&name, self.asked.iter().copied()));
            self.invalid(&name, Some(&shown(&value)), reason);
        }
    }
}

/// A value as a message shows it, which puts its own quotes around it.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
