//! Values of a kept state as the inputs of mutations take them: ids for what is referred to.

use entity::kind::NodeKind;
use serde_json::{Map, Value, json};

use crate::domain::node_id;

/// A value of a field of something of `kind`.
pub fn in_input(kind: NodeKind, field: &str, value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(|element| in_input(kind, field, element)).collect(),
        Value::Object(object) if object.contains_key("target") => entry(kind, object),
        Value::Object(object) if object.contains_key("person") => {
            json!({ "personId": node_id(kind, field, value), "role": object.get("role") })
        }
        value => node_id(kind, field, value).map_or_else(|| value.clone(), Value::from),
    }
}

/// The id of what a value stands for: another thing, the person that contributed, the course or book of an entry.
pub fn node_id(kind: NodeKind, field: &str, value: &Value) -> Option<String> {
    let object = value.as_object()?;
    if let Some(person) = object.get("person") {
        return id_of(NodeKind::Person, person);
    }
    if let Some(target) = object.get("target") {
        return id_of(NodeKind::from_name(object.get("kind")?.as_str()?)?, target);
    }
    id_of(kind_in(kind, field)?, value)
}

fn id_of(kind: NodeKind, reference: &Value) -> Option<String> {
    Some(node_id::format(kind, reference.get("code")?.as_str()?))
}

/// What a field of something of `kind` refers to.
fn kind_in(kind: NodeKind, field: &str) -> Option<NodeKind> {
    match field {
        "topics" | "parent" => Some(NodeKind::Topic),
        "related" => Some(kind),
        "prerequisites" => Some(NodeKind::Course),
        "instructors" => Some(NodeKind::Person),
        "provider" | "institution" | "publisher" => Some(NodeKind::Organization),
        _ => None,
    }
}

fn entry(kind: NodeKind, object: &Map<String, Value>) -> Value {
    let code = object.get("code").and_then(Value::as_str).unwrap_or_default();
    let mut entry = Map::from_iter([
        ("id".to_owned(), node_id::format(NodeKind::ReadingListEntry, code).into()),
        ("resourceId".to_owned(), node_id(kind, "entries", &object.clone().into()).into()),
    ]);
    for name in ["note", "role"] {
        entry.extend(object.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    entry.into()
}
