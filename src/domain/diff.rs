//! Computes the differences between two states of a record by field.
//!
//! States are JSON. References are objects with a code and a slug, of which only the code identifies the record.

mod elements;
mod prose;

use serde_json::{Map, Value};

pub use elements::{ElementAction, ElementDiff};

/// The difference of a field. `before` or `after` is `None` if the field is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDiff {
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// For prose in both states: a unified diff.
    pub text: Option<String>,
    /// For lists: the elements that differ, in the order of the new list, followed by removed ones.
    pub elements: Vec<ElementDiff>,
}

/// Returns the fields that differ, in the order of `after`, followed by removed ones.
#[must_use]
pub fn between(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<FieldDiff> {
    let gone = before.keys().filter(|field| !after.contains_key(*field));
    let fields = after.keys().chain(gone);
    fields.filter_map(|field| of_field(field, before.get(field), after.get(field))).collect()
}

fn of_field(field: &str, before: Option<&Value>, after: Option<&Value>) -> Option<FieldDiff> {
    if let (Some(before), Some(after)) = (before, after)
        && is_same(before, after)
    {
        return None;
    }
    let text = match (before, after) {
        (Some(Value::String(before)), Some(Value::String(after))) if prose::is_prose(field) => {
            prose::unified(before, after)
        }
        _ => None,
    };
    let elements = match (before.unwrap_or(&Value::Null), after.unwrap_or(&Value::Null)) {
        (Value::Array(before), Value::Array(after)) => elements::between(before, after),
        (Value::Null, Value::Array(after)) => elements::between(&[], after),
        (Value::Array(before), Value::Null) => elements::between(before, &[]),
        _ => Vec::new(),
    };
    Some(FieldDiff { field: field.to_owned(), before: before.cloned(), after: after.cloned(), text, elements })
}

/// Returns whether two values are equal. References are equal if their codes are.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => match (reference(one), reference(other)) {
            (Some(one), Some(other)) => one == other,
            _ => {
                one.len() == other.len()
                    && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
            }
        },
        _ => one == other,
    }
}

/// Returns the code of an object that is a reference.
fn reference(object: &Map<String, Value>) -> Option<&str> {
    object.get("slug").and_then(|_| object.get("code")?.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn difference(before: &Value, after: &Value) -> Vec<FieldDiff> {
        let empty = Map::new();
        between(before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty))
    }

    fn summarize(elements: &[ElementDiff]) -> Vec<(ElementAction, &str, Option<usize>, Option<usize>)> {
        elements.iter().map(|one| (one.action, one.label.as_str(), one.from, one.to)).collect()
    }

    #[test]
    fn equal_fields_are_omitted() {
        let before =
            json!({ "title": "A", "publicationYear": 1, "parent": { "code": "c", "slug": "old" }, "gone": true });
        let after = json!({ "title": "B", "publicationYear": 1, "parent": { "code": "c", "slug": "new" }, "level": "ADVANCED" });
        let fields: Vec<_> =
            difference(&before, &after).into_iter().map(|one| (one.field, one.before, one.after)).collect();
        let expected = [
            ("title".to_owned(), Some(json!("A")), Some(json!("B"))),
            ("level".to_owned(), None, Some(json!("ADVANCED"))),
            ("gone".to_owned(), Some(json!(true)), None),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn prose_is_compared_by_lines() {
        let before = json!({ "article": "One.\n\nTwo.\n" });
        let after = json!({ "article": "One.\n\nTwo and more.\n" });
        let text = difference(&before, &after).remove(0).text;
        assert_eq!(text.as_deref(), Some("@@ -1,3 +1,3 @@\n One.\n \n-Two.\n+Two and more.\n"));
    }

    #[test]
    fn elements_are_added_removed_and_moved() {
        let topic = |code: &str| json!({ "code": code, "slug": format!("topic-{code}") });
        let before = json!({ "topics": [topic("a"), topic("b"), topic("c"), topic("d")] });
        let after = json!({ "topics": [topic("b"), topic("c"), topic("e"), topic("a")] });
        let elements = difference(&before, &after).remove(0).elements;
        assert_eq!(
            summarize(&elements),
            [
                (ElementAction::Added, "topic-e", None, Some(3)),
                (ElementAction::Moved, "topic-a", Some(1), Some(4)),
                (ElementAction::Removed, "topic-d", Some(4), None),
            ]
        );
    }

    #[test]
    fn changed_elements_list_their_fields() {
        let entry = |note: &str| json!({ "code": "e", "kind": "book", "resource": { "code": "b", "slug": "a-book" }, "note": note });
        let elements = difference(&json!({ "entries": [entry("Good.")] }), &json!({ "entries": [entry("Better.")] }))
            .remove(0)
            .elements;
        assert_eq!(summarize(&elements), [(ElementAction::Updated, "a-book", Some(1), Some(1))]);
        assert_eq!(elements[0].fields.len(), 1);
        assert_eq!(elements[0].fields[0].text.as_deref(), Some("@@ -1 +1 @@\n-Good.\n+Better.\n"));
    }

    #[test]
    fn equal_keys_are_matched_in_order() {
        let section = |summary: &str| json!({ "title": "Exercises", "summary": summary });
        let before = json!({ "syllabus": [section("1"), section("2")] });
        let after = json!({ "syllabus": [section("1"), section("3")] });
        let elements = difference(&before, &after).remove(0).elements;
        assert_eq!(summarize(&elements), [(ElementAction::Updated, "Exercises", Some(2), Some(2))]);
    }
}
