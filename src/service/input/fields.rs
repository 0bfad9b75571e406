//! The fields of a JSON object, taken one by one, each violation noted; what nobody asked for is unknown.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::source_map::SourceMap;
use super::suggestions::{nearest, suggestion};
use crate::domain::invisible;
use crate::service::write::{Edit, Violation, ViolationCode};

/// An object that is being read.
pub struct Fields {
    object: Map<String, Value>,
    /// Where the object stands in its record: `entries[2].`; empty for the record itself.
    place: String,
    /// The names that were asked for, each with the field that it stands for.
    requested: Vec<(&'static str, &'static str)>,
    /// Whether it is an input object of GraphQL.
    is_input: bool,
    pub violations: Vec<Violation>,
    pub source_map: SourceMap,
}

/// What a text is read as: the value, or why it is none.
pub type Read<T> = Result<T, String>;

impl Fields {
    pub fn new(object: Map<String, Value>) -> Self {
        let object = with_visible_names(object);
        Self {
            object,
            place: String::new(),
            requested: Vec::new(),
            is_input: false,
            violations: Vec::new(),
            source_map: SourceMap::default(),
        }
    }

    /// Reads an input object of GraphQL. A single value stands for a list of it, and an empty text is no value of a scalar.
    pub fn of_input(object: Map<String, Value>) -> Self {
        Self { is_input: true, ..Self::new(object) }
    }

    /// Returns the path of a field of this object from the record.
    pub fn path(&self, name: &str) -> String {
        format!("{}{name}", self.place)
    }

    fn report(&mut self, name: &str, code: ViolationCode, value: Option<&str>, reason: impl Into<String>) {
        self.violations.push(Violation::new(&self.path(name), code, value, reason));
    }

    /// Notes that the value of a field cannot be taken.
    pub fn invalid(&mut self, name: &str, value: Option<&str>, reason: impl Into<String>) {
        self.report(name, ViolationCode::Invalid, value, reason);
    }

    /// Notes that a field must be there.
    pub fn missing(&mut self, name: &str, reason: &str) {
        self.report(name, ViolationCode::Required, None, reason);
    }

    /// Takes a field by any of `names`: its name in the API first, then its aliases.
    fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Value)> {
        self.requested.extend(names.iter().map(|name| (*name, names[0])));
        let mut found: Option<(&'static str, Value)> = None;
        for name in names {
            let Some(value) = self.object.shift_remove(*name) else { continue };
            match &found {
                None => {
                    self.source_map.add_alias(names[0], name);
                    found = Some((name, value));
                }
                Some((first, _)) => {
                    let reason = format!("cannot be combined with \"{first}\": use only one of them");
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
    ) -> Edit<T> {
        match self.take(names) {
            None => Edit::Unchanged,
            Some((_, Value::Null)) => Edit::Clear,
            Some((name, value)) => read(self, name, value).map_or(Edit::Unchanged, Edit::Set),
        }
    }

    /// Takes prose, without the blanks around it; where nothing of it is visible, it is like null.
    pub fn text(&mut self, names: &[&'static str]) -> Edit<String> {
        let text = self.value(names, |fields, name, value| fields.text_of(name, &value).map(str::to_owned));
        if text.value().is_some_and(String::is_empty) { Edit::Clear } else { text }
    }

    /// Takes a text that is a single word to a program, such as a slug; an empty one is like null.
    pub fn token(&mut self, names: &[&'static str]) -> Edit<String> {
        match self.read(names, |text| Ok(text.to_owned())) {
            Edit::Set(text) if text.is_empty() => Edit::Clear,
            token => token,
        }
    }

    /// Takes a text that means something: a date, a URL, a level.
    pub fn read<T>(&mut self, names: &[&'static str], read: impl FnOnce(&str) -> Read<T>) -> Edit<T> {
        self.parse_value(names, Self::token_of, read)
    }

    /// Takes a field that `text` finds the text of, and `read` the meaning; an empty text of a record is like null.
    pub fn parse_value<T>(
        &mut self,
        names: &[&'static str],
        text: impl for<'v> FnOnce(&mut Self, &str, &'v Value) -> Option<Cow<'v, str>>,
        read: impl FnOnce(&str) -> Read<T>,
    ) -> Edit<T> {
        let read = self.value(names, |fields, name, value| {
            let text = text(fields, name, &value)?;
            if text.is_empty() && !fields.is_input {
                return Some(None);
            }
            read(&text).map(Some).map_err(|reason| fields.invalid(name, Some(&text), reason)).ok()
        });
        match read {
            Edit::Unchanged => Edit::Unchanged,
            Edit::Clear | Edit::Set(None) => Edit::Clear,
            Edit::Set(Some(value)) => Edit::Set(value),
        }
    }

    /// Prose without the blanks around it; empty where nothing of it is visible.
    fn text_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<&'v str> {
        let Value::String(text) = value else {
            self.wrong_type(name, value, "a string");
            return None;
        };
        if text.contains('\0') {
            self.invalid(name, None, "contains the character NUL, which cannot be stored");
            return None;
        }
        Some(if invisible::is_blank(text) { "" } else { text.trim() })
    }

    fn token_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<Cow<'v, str>> {
        self.text_of(name, value).map(invisible::token)
    }

    /// A text, or the digits of a number: spreadsheets write as a number whatever looks like one.
    pub fn digits_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<Cow<'v, str>> {
        if value.is_number() { Some(value.to_string().into()) } else { self.token_of(name, value) }
    }

    pub fn boolean(&mut self, names: &[&'static str]) -> Edit<bool> {
        self.value(names, |fields, name, value| {
            value.as_bool().or_else(|| {
                fields.wrong_type(name, &value, "a boolean");
                None
            })
        })
    }

    /// Takes a whole number, also as spreadsheets write it: `2018.0` or `"2018"`. Its bounds are the record's to check; one
    /// that no column could hold is refused here.
    pub fn whole_number(&mut self, names: &[&'static str]) -> Edit<i32> {
        self.parse_value(names, Self::number_of, whole_number)
    }

    fn number_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<Cow<'v, str>> {
        if value.is_number() || value.is_string() {
            return self.digits_of(name, value);
        }
        self.wrong_type(name, value, "a number");
        None
    }

    /// Takes a list, of each of whose elements `read` makes something.
    pub fn list<T>(
        &mut self,
        names: &[&'static str],
        mut read: impl FnMut(&mut Self, &str, Value) -> Option<T>,
    ) -> Edit<Vec<T>> {
        self.value(names, |fields, name, value| {
            let elements = match value {
                Value::Array(elements) => elements,
                value if fields.is_input => vec![value],
                value => {
                    fields.wrong_type(name, &value, "an array");
                    return None;
                }
            };
            let mut list = Vec::with_capacity(elements.len());
            for (index, element) in elements.into_iter().enumerate() {
                match read(fields, &format!("{name}[{index}]"), element) {
                    Some(element) => list.push(element),
                    None => fields.source_map.skip_element(name, index),
                }
            }
            Some(list)
        })
    }

    /// Takes a list of texts.
    pub fn texts(&mut self, names: &[&'static str]) -> Edit<Vec<String>> {
        self.list(names, |fields, name, element| fields.text_of(name, &element).map(str::to_owned))
    }

    /// Takes a list of single words, none of them empty.
    pub fn tokens(&mut self, names: &[&'static str]) -> Edit<Vec<String>> {
        self.list(names, |fields, name, element| fields.non_empty_token(name, &element))
    }

    /// Reads a GraphQL ID, a text or a number.
    pub fn id(&mut self, name: &str, value: &Value) -> Option<String> {
        match value {
            Value::Number(number) => Some(number.to_string()),
            Value::String(id) => Some(id.clone()),
            value => {
                self.wrong_type(name, value, "an id");
                None
            }
        }
    }

    /// Reads prose that must not be empty.
    pub fn non_empty_text(&mut self, name: &str, value: &Value) -> Option<String> {
        let text = self.text_of(name, value)?.into();
        self.non_empty(name, text)
    }

    /// Reads a single word that must not be empty.
    pub fn non_empty_token(&mut self, name: &str, value: &Value) -> Option<String> {
        let text = self.token_of(name, value)?;
        self.non_empty(name, text)
    }

    /// Reports an empty text.
    pub fn non_empty(&mut self, name: &str, text: Cow<'_, str>) -> Option<String> {
        if text.is_empty() {
            self.invalid(name, None, "is empty");
            return None;
        }
        Some(text.into_owned())
    }

    /// Reads an object inside the record, at `name`.
    pub fn object<T>(&mut self, name: &str, value: Value, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let Value::Object(object) = value else {
            self.wrong_type(name, &value, "an object");
            return None;
        };
        let place = format!("{}.", self.path(name));
        let mut inner = Self { place, is_input: self.is_input, ..Self::new(object) };
        let read = read(&mut inner);
        inner.reject_unknown();
        self.violations.append(&mut inner.violations);
        read
    }

    /// Suggests the field that somebody probably meant.
    fn hint(&self, name: &str) -> String {
        let nearest = nearest(name, self.requested.iter().map(|(known, _)| *known));
        let field = self.requested.iter().find(|(known, _)| nearest == Some(*known)).map(|(_, field)| *field);
        suggestion(field)
    }

    /// Notes the fields that nobody asked for.
    pub fn reject_unknown(&mut self) {
        for (name, value) in std::mem::take(&mut self.object) {
            let reason = format!("is an unknown field{}", self.hint(&name));
            self.invalid(&name, Some(&shown(&value)), reason);
        }
    }
}

/// The object with the invisible characters taken out of the names of its fields: the first column of a spreadsheet often
/// begins with a byte order mark. Where two fields have one name then, both stay as they are, and one of them is unknown.
fn with_visible_names(object: Map<String, Value>) -> Map<String, Value> {
    if !object.keys().any(|name| name.contains(invisible::is_invisible)) {
        return object;
    }
    let names: Vec<String> = object.keys().cloned().collect();
    let visible = |name: String| {
        let token = invisible::token(&name).into_owned();
        if names.contains(&token) { name } else { token }
    };
    object.into_iter().map(|(name, value)| (visible(name), value)).collect()
}

/// Reads a whole number, possibly with a fraction of zeros.
fn whole_number(text: &str) -> Read<i32> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    match whole.parse::<i64>().map(i32::try_from) {
        Ok(Ok(number)) => Ok(number),
        Ok(Err(_)) => Err("is out of range".to_owned()),
        Err(_) if text.parse::<f64>().is_ok() => Err("must be a whole number in range".to_owned()),
        Err(_) => Err("must be a number".to_owned()),
    }
}

/// A value as a message shows it, which puts its own quotes around it.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
