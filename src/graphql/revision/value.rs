//! Converts values of a stored state to the form of mutation inputs, with ids for references.

use entity::kind::NodeKind;
use serde_json::{Map, Value, json};

use crate::catalog::{KINDS, Kind};
use crate::domain::node_id;

/// Returns a value of `field` as an input takes it.
pub fn to_input(field: &str, value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(|element| to_input(field, element)).collect(),
        Value::Object(object) if object.contains_key("resource") => entry(object),
        Value::Object(object) if object.contains_key("person") => {
            json!({ "personId": node_id(field, value), "role": object.get("role") })
        }
        value => node_id(field, value).map_or_else(|| value.clone(), Value::from),
    }
}

/// Returns the node id of the object that a value of `field` refers to: a referenced record, a contributor, or the resource
/// of an entry.
pub fn node_id(field: &str, value: &Value) -> Option<String> {
    let object = value.as_object()?;
    if let Some(person) = object.get("person") {
        return id_of(NodeKind::Person, person);
    }
    if object.contains_key("resource") {
        return resource_id(object);
    }
    id_of(kind_in(field)?, value)
}

fn id_of(kind: NodeKind, reference: &Value) -> Option<String> {
    Some(node_id::format(kind, reference.get("code")?.as_str()?))
}

fn resource_id(entry: &Map<String, Value>) -> Option<String> {
    id_of(NodeKind::from_name(entry.get("kind")?.as_str()?)?, entry.get("resource")?)
}

/// Returns the kind of what a field refers to.
fn kind_in(field: &str) -> Option<NodeKind> {
    KINDS.into_iter().flat_map(Kind::fields).find(|described| described.name() == field)?.refers_to()
}

fn entry(object: &Map<String, Value>) -> Value {
    let code = object.get("code").and_then(Value::as_str).unwrap_or_default();
    let mut entry = Map::from_iter([
        ("id".to_owned(), node_id::format(NodeKind::ReadingListEntry, code).into()),
        ("resourceId".to_owned(), resource_id(object).into()),
    ]);
    for name in ["note", "role"] {
        entry.extend(object.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    entry.into()
}
