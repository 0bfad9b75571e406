//! Detects duplicate keys in JSON objects, of which `serde_json` alone silently uses the last.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Parses a line, and returns the paths of duplicate keys. The first value of a key is used.
///
/// # Errors
/// Returns an error if the line is not valid JSON.
pub fn read(line: &str) -> Result<(Value, Vec<String>), serde_json::Error> {
    let mut twice = Vec::new();
    let mut line = serde_json::Deserializer::from_str(line);
    let value = Reader { twice: &mut twice }.deserialize(&mut line)?;
    line.end()?;
    Ok((value, twice))
}

/// Reads a value and collects paths relative to it.
struct Reader<'a> {
    twice: &'a mut Vec<String>,
}

impl Reader<'_> {
    /// Returns a reader for a nested value. Call [`Self::step`] afterwards.
    fn inner(&mut self) -> Reader<'_> {
        Reader { twice: self.twice }
    }

    /// Prepends `step` to the paths that were found after the first `before`.
    fn step(&mut self, before: usize, step: impl fmt::Display) {
        for place in &mut self.twice[before..] {
            let dot = if place.starts_with('[') { "" } else { "." };
            *place = format!("{step}{dot}{place}");
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let mut before = self.twice.len();
        while let Some(element) = elements.next_element_seed(self.inner())? {
            self.step(before, format_args!("[{}]", list.len()));
            before = self.twice.len();
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let before = self.twice.len();
            let value = entries.next_value_seed(self.inner())?;
            if object.contains_key(&key) {
                // Paths within a duplicate value are irrelevant.
                self.twice.truncate(before);
                self.twice.push(key);
            } else {
                self.step(before, &key);
                object.insert(key, value);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn duplicate_keys_are_reported_and_the_first_value_is_used() {
        let line = r#"{"a":1,"b":[{"c":1},{"c":1,"c":{"d":1,"d":2}}],"a":2}"#;
        let (value, twice) = read(line).expect("JSON");
        assert_eq!(twice, ["b[1].c", "a"]);
        assert_eq!(value, serde_json::json!({ "a": 1, "b": [{ "c": 1 }, { "c": 1 }] }));
    }

    #[test]
    fn trailing_content_is_an_error() {
        assert!(read("{} {}").is_err());
    }
}
