//! Compares lists by the keys of their elements.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{FieldDiff, between as fields_between, is_same, reference};

/// The change of an element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementAction {
    Added,
    Removed,
    /// The element has another position among those that remained.
    Moved,
    /// The element has the same position, but other values.
    Updated,
}

/// The difference of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementDiff {
    pub action: ElementAction,
    /// The label of the element: the slug of a reference, a title, or the text itself.
    pub label: String,
    /// The new element, or the removed one.
    pub element: Value,
    /// The old position, from 1.
    pub from: Option<usize>,
    /// The new position, from 1.
    pub to: Option<usize>,
    /// The fields of a remaining object that differ.
    pub fields: Vec<FieldDiff>,
}

/// Returns the elements that differ, in the order of `after`, followed by removed ones. As few as possible are reported
/// as moved.
pub fn between(before: &[Value], after: &[Value]) -> Vec<ElementDiff> {
    let (keys_before, keys_after) = (keys(before), keys(after));
    let mut matches: HashMap<usize, usize> = HashMap::new();
    let mut left: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for operation in capture_diff_slices(Algorithm::Myers, &keys_before, &keys_after) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            matches.extend((0..len).map(|step| (new_index + step, old_index + step)));
        } else {
            for index in operation.old_range() {
                left.entry(&keys_before[index]).or_default().push_back(index);
            }
        }
    }
    let mut differences = Vec::new();
    for (index, element) in after.iter().enumerate() {
        if let Some(old) = matches.get(&index) {
            differences.extend(changed(ElementAction::Updated, (*old, &before[*old]), (index, element)));
        } else if let Some(old) = left.get_mut(keys_after[index].as_str()).and_then(VecDeque::pop_front) {
            differences.extend(changed(ElementAction::Moved, (old, &before[old]), (index, element)));
        } else {
            differences.push(difference(ElementAction::Added, element, None, Some(index)));
        }
    }
    let mut gone: Vec<usize> = left.into_values().flatten().collect();
    gone.sort_unstable();
    differences
        .extend(gone.into_iter().map(|index| difference(ElementAction::Removed, &before[index], Some(index), None)));
    differences
}

/// Returns the difference of a remaining element. `None` if it is unchanged.
fn changed(
    action: ElementAction,
    (from, before): (usize, &Value),
    (to, after): (usize, &Value),
) -> Option<ElementDiff> {
    let fields = match (before, after) {
        (Value::Object(before), Value::Object(after)) if !is_same(&before.clone().into(), &after.clone().into()) => {
            fields_between(before, after)
        }
        _ => Vec::new(),
    };
    if action == ElementAction::Updated && fields.is_empty() {
        return None;
    }
    Some(ElementDiff { fields, ..difference(action, after, Some(from), Some(to)) })
}

fn difference(action: ElementAction, element: &Value, from: Option<usize>, to: Option<usize>) -> ElementDiff {
    let place = |index: Option<usize>| index.map(|index| index + 1);
    ElementDiff {
        action,
        label: label(element),
        element: element.clone(),
        from: place(from),
        to: place(to),
        fields: Vec::new(),
    }
}

/// Returns the keys that identify elements.
fn keys(elements: &[Value]) -> Vec<String> {
    elements.iter().map(|element| element.as_object().map_or_else(|| label(element), key)).collect()
}

/// The code of the object; or the person and the role; or the title.
fn key(object: &Map<String, Value>) -> String {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let person = object.get("person").and_then(Value::as_object).and_then(reference);
    match (text("code"), person) {
        (Some(code), _) => code.to_owned(),
        (None, Some(person)) => format!("{person} {}", text("role").unwrap_or_default()),
        (None, None) => text("title").unwrap_or_default().to_owned(),
    }
}

fn label(element: &Value) -> String {
    match element {
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            let shown = ["slug", "resource", "person", "title"].into_iter().find_map(|name| object.get(name));
            shown.map(label).unwrap_or_default()
        }
        other => other.to_string(),
    }
}
