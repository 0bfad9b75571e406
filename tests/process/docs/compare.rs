//! Comparing an answer with the one that a page shows.

use serde_json::Value;

/// Stands for any value, for further elements of a list, and for further fields of an object.
const ANY: &str = "…";

/// Where and how a response differs from the expected one; `None` if it does not.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    let mut actual = actual.clone();
    if expected.get("extensions").is_none()
        && let Some(response) = actual.as_object_mut()
    {
        response.remove("extensions");
    }
    differs("", expected, &actual)
}

fn differs(path: &str, expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::String(any), _) if any == ANY => None,
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected.iter().filter(|(key, _)| *key != ANY) {
                let path = format!("{path}.{key}");
                let Some(actual) = actual.get(key) else { return Some(format!("{path} is missing")) };
                if let Some(found) = differs(&path, value, actual) {
                    return Some(found);
                }
            }
            let further = actual.keys().find(|key| !expected.contains_key(*key));
            let further = further.filter(|_| !expected.contains_key(ANY));
            further.map(|key| format!("{path}.{key} is not on the page"))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            let (wanted, has_further) = match expected.split_last() {
                Some((Value::String(last), wanted)) if last == ANY => (wanted, true),
                _ => (expected.as_slice(), false),
            };
            if actual.len() < wanted.len() || (actual.len() > wanted.len() && !has_further) {
                return Some(format!("{path} has {} elements instead of {}", actual.len(), wanted.len()));
            }
            let pairs = wanted.iter().zip(actual).enumerate();
            pairs.into_iter().find_map(|(index, (one, other))| differs(&format!("{path}.{index}"), one, other))
        }
        _ => (expected != actual).then(|| format!("{path} is {actual} instead of {expected}")),
    }
}

/// Whether an output is the shown one: `…` stands for any text in a line, and alone in a line for any lines.
pub fn is_output(expected: &str, actual: &str) -> bool {
    let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    are_lines(&lines(expected), &lines(actual))
}

fn are_lines(expected: &[String], actual: &[String]) -> bool {
    let Some((first, rest)) = expected.split_first() else { return actual.is_empty() };
    if first.trim() == ANY {
        return (0..=actual.len()).any(|skipped| are_lines(rest, &actual[skipped..]));
    }
    actual.split_first().is_some_and(|(line, others)| is_line(first, line) && are_lines(rest, others))
}

fn is_line(expected: &str, actual: &str) -> bool {
    let Some((before, after)) = expected.split_once(ANY) else { return expected == actual };
    let Some(actual) = actual.strip_prefix(before) else { return false };
    actual.char_indices().map(|(at, _)| at).chain([actual.len()]).any(|at| is_line(after, &actual[at..]))
}
