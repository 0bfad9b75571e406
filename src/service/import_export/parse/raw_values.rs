//! Restores the source text of values: `1e3` instead of the parsed 1000.0.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::service::write::Violation;

/// The maximum number of violations per line to process: each parses the line again.
const FAULTS: usize = 100;

/// Replaces values that are not strings in `violations` by their source text.
pub fn restore_source_text(line: &str, violations: &mut [Violation]) {
    for violation in violations.iter_mut().filter(|violation| violation.value.is_some()).take(FAULTS) {
        let Some(written) = text_at(line, &violation.field).filter(|text| !text.starts_with('"')) else { continue };
        let Ok(read) = serde_json::from_str::<Value>(written) else { continue };
        // Amounts of money are shown with their currency.
        let rest = violation.value.as_deref().and_then(|value| value.strip_prefix(&read.to_string()));
        violation.value = rest.map(|rest| format!("{written}{rest}")).or(violation.value.take());
    }
}

/// Returns the source text of the value at a path such as `price.amount` or `aliases[2]`.
fn text_at<'a>(line: &'a str, place: &str) -> Option<&'a str> {
    let mut text = line;
    for step in place.split(['.', '[']) {
        let inner: &RawValue = match step.strip_suffix(']') {
            Some(index) => serde_json::from_str::<Vec<_>>(text).ok()?.get(index.parse::<usize>().ok()?).copied()?,
            None => serde_json::from_str::<HashMap<String, _>>(text).ok()?.get(step).copied()?,
        };
        text = inner.get();
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::text_at;

    #[test]
    fn text_at_a_path_is_found() {
        let line = r#"{"a": 1.0, "list": [7, {"b": -1e3}]}"#;
        assert_eq!(text_at(line, "a"), Some("1.0"));
        assert_eq!(text_at(line, "list[1].b"), Some("-1e3"));
        assert_eq!(text_at(line, "list[2]"), None);
        assert_eq!(text_at(line, "a.b"), None);
    }
}
