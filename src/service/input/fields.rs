//! Reads the fields of a JSON object one by one and collects violations. Fields that were not read are unknown.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::source_map::SourceMap;
use super::suggestions::{nearest, suggestion};
use crate::domain::invisible;
use crate::service::write::{Edit, Violation, ViolationCode};

/// A JSON object that is being read.
pub struct Fields {
    object: Map<String, Value>,
    /// The path of the object in its record: `entries[2].`. Empty for the record itself.
    place: String,
    /// The names that were read, each with the main name of its field.
    requested: Vec<(&'static str, &'static str)>,
    /// Whether it is a GraphQL input object.
    is_input: bool,
    pub violations: Vec<Violation>,
    pub source_map: SourceMap,
}

/// The number of digits of a year.
const YEAR_LENGTH: usize = 4;

/// A parsed value, or the reason why it is invalid.
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

    /// Reads a GraphQL input object. A single value is coerced to a list, and an empty string is an invalid scalar.
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

    /// Reports an invalid value.
    pub fn invalid(&mut self, name: &str, value: Option<&str>, reason: impl Into<String>) {
        self.report(name, ViolationCode::Invalid, value, reason);
    }

    /// Reports a missing field.
    pub fn missing(&mut self, name: &str, reason: &str) {
        self.report(name, ViolationCode::Required, None, reason);
    }

    /// Takes a field by any of `names`: the main name first, then its aliases.
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

    /// Takes a field and parses its value. Null clears it, and so does an empty text in a record.
    pub fn value<T>(
        &mut self,
        names: &[&'static str],
        read: impl FnOnce(&mut Self, &'static str, Value) -> Option<T>,
    ) -> Edit<T> {
        match self.take(names) {
            None => Edit::Unchanged,
            Some((_, Value::Null)) => Edit::Clear,
            Some((_, Value::String(text))) if !self.is_input && is_empty_text(&text) => Edit::Clear,
            Some((name, value)) => read(self, name, value).map_or(Edit::Unchanged, Edit::Set),
        }
    }

    /// Takes prose without surrounding whitespace. Text without visible characters is null.
    pub fn text(&mut self, names: &[&'static str]) -> Edit<String> {
        let text = self.value(names, |fields, name, value| fields.text_of(name, &value).map(str::to_owned));
        if text.value().is_some_and(String::is_empty) { Edit::Clear } else { text }
    }

    /// Takes a token, such as a slug. An empty one is null.
    pub fn token(&mut self, names: &[&'static str]) -> Edit<String> {
        match self.read(names, |text| Ok(text.to_owned())) {
            Edit::Set(text) if text.is_empty() => Edit::Clear,
            token => token,
        }
    }

    /// Takes a string with a format: a date, a URL, a level.
    pub fn read<T>(&mut self, names: &[&'static str], read: impl FnOnce(&str) -> Read<T>) -> Edit<T> {
        self.parse_value(names, Self::token_of, read)
    }

    /// Takes a field with a function that returns its text, and a parser.
    pub fn parse_value<T>(
        &mut self,
        names: &[&'static str],
        text: impl for<'v> FnOnce(&mut Self, &str, &'v Value) -> Option<Cow<'v, str>>,
        read: impl FnOnce(&str) -> Read<T>,
    ) -> Edit<T> {
        self.value(names, |fields, name, value| {
            let text = text(fields, name, &value)?;
            read(&text).map_err(|reason| fields.invalid(name, Some(&text), reason)).ok()
        })
    }

    /// Returns prose without surrounding whitespace. Empty if it has no visible characters.
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

    /// Returns a string, or the digits of a number, because spreadsheets write numeric strings as numbers.
    pub fn digits_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<Cow<'v, str>> {
        if value.is_number() { Some(value.to_string().into()) } else { self.token_of(name, value) }
    }

    /// Returns the text of a date, in records without the fraction that a spreadsheet adds to a year.
    pub fn date_of<'v>(&mut self, name: &str, value: &'v Value) -> Option<Cow<'v, str>> {
        let text = self.digits_of(name, value)?;
        let year = without_zero_fraction(&text);
        Some(if year.len() == YEAR_LENGTH && !self.is_input { year.to_owned().into() } else { text })
    }

    /// Takes a boolean, or its name in any case, as spreadsheets write it: `"TRUE"`.
    pub fn boolean(&mut self, names: &[&'static str]) -> Edit<bool> {
        self.value(names, |fields, name, value| {
            let parsed = value.as_str().and_then(|text| invisible::token(text).to_ascii_lowercase().parse().ok());
            value.as_bool().or(parsed).or_else(|| {
                fields.wrong_type(name, &value, "a boolean");
                None
            })
        })
    }

    /// Takes a whole number, also in the formats of spreadsheets: `2018.0` or `"2018"`. The validation of the record
    /// checks its range; a number that no column can store is invalid here.
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

    /// Takes a list and parses its elements.
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

    /// Takes a list of strings.
    pub fn texts(&mut self, names: &[&'static str]) -> Edit<Vec<String>> {
        self.list(names, |fields, name, element| fields.text_of(name, &element).map(str::to_owned))
    }

    /// Takes a list of tokens that must not be empty.
    pub fn tokens(&mut self, names: &[&'static str]) -> Edit<Vec<String>> {
        self.list(names, |fields, name, element| fields.non_empty_token(name, &element))
    }

    /// Reads a GraphQL ID, a string or a number.
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

    /// Reads a token that must not be empty.
    pub fn non_empty_token(&mut self, name: &str, value: &Value) -> Option<String> {
        let text = self.token_of(name, value)?;
        self.non_empty(name, text)
    }

    /// Reports an empty string.
    pub fn non_empty(&mut self, name: &str, text: Cow<'_, str>) -> Option<String> {
        if text.is_empty() {
            self.invalid(name, None, "is empty");
            return None;
        }
        Some(text.into_owned())
    }

    /// Reads a nested object.
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

    /// Returns a suggestion for an unknown field.
    fn hint(&self, name: &str) -> String {
        let nearest = nearest(name, self.requested.iter().map(|(known, _)| *known));
        let field = self.requested.iter().find(|(known, _)| nearest == Some(*known)).map(|(_, field)| *field);
        suggestion(field)
    }

    /// Reports the fields that were not read.
    pub fn reject_unknown(&mut self) {
        for (name, value) in std::mem::take(&mut self.object) {
            let reason = format!("is an unknown field{}", self.hint(&name));
            self.invalid(&name, Some(&shown(&value)), reason);
        }
    }
}

/// Removes invisible characters from field names: the first column of a spreadsheet often begins with a byte order
/// mark. If two fields would get the same name, they keep theirs, and one of them is unknown.
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
    match without_zero_fraction(text).parse::<i64>().map(i32::try_from) {
        Ok(Ok(number)) => Ok(number),
        Ok(Err(_)) => Err("is out of range".to_owned()),
        Err(_) if text.parse::<f64>().is_ok() => Err("must be a whole number in range".to_owned()),
        Err(_) => Err("must be a number".to_owned()),
    }
}

/// Removes the fraction that spreadsheets add to whole numbers: `2018.0`.
fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    }
}

/// Returns whether a text has no visible character. A text with NUL is not empty, so that it is rejected.
fn is_empty_text(text: &str) -> bool {
    !text.contains('\0') && invisible::is_blank(text)
}

/// Formats a value for a message, which adds quotes.
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
