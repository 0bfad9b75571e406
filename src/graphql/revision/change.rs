//! The changes of a revision, with the field names of the API.

use async_graphql::{Enum, ID, SimpleObject};
use entity::enums::{ChangeAction, Status};
use entity::timestamp::Timestamp;
use serde_json::{Map, Value};

use super::value;
use crate::domain::diff::{self, ElementDiff, FieldDiff};
use crate::domain::publishing::PublicationStatus;
use crate::graphql::list::List;
use crate::graphql::mutation::input_name;
use crate::graphql::scalars::Json;
use crate::model::{Revision, RevisionState};
use crate::service::write::record::state;

/// The fields that identify a record and never change.
const IDENTITY: [&str; 4] = ["kind", "code", "ownerKind", "owner"];

/// A field whose value a revision changed, with the values before and after.
#[derive(SimpleObject, Clone, Debug)]
pub struct FieldChange {
    /// The name of the field in the input of an update mutation, such as "publicationYear" or "topicIds".
    field: String,
    /// The value before the change, in the form that update inputs accept. Null if the field had no value.
    before: Option<Json>,
    /// The value after the change, in the form that update inputs accept. Null if the field has no value.
    after: Option<Json>,
    /// A unified diff, with three lines of context, of a summary, description, introduction, article or note. Null for
    /// other fields, if there was no text before or after the change, or if the texts have more than 5,000 lines
    /// together.
    text_diff: Option<String>,
    /// The changed elements of a list, in their order after the change, then the removed ones. Empty for other fields.
    elements: List<ElementChange>,
}

/// How a revision changed an element of a list.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "diff::ElementAction")]
pub enum ElementAction {
    /// The element is new: it was not in the list before the change.
    Added,
    /// The element is no longer in the list after the change.
    Removed,
    /// The element changed its position relative to the elements that stayed. Its content can differ too.
    Moved,
    /// The element has the same position relative to the others, and its content differs.
    Updated,
}

/// A change to one element of a list, such as a topic, a contributor or a reading list entry.
#[derive(SimpleObject, Clone, Debug)]
pub struct ElementChange {
    /// How the element changed: added, removed, moved, or changed in place.
    action: ElementAction,
    /// A label for the element: the slug, at that time, of the object that it refers to, the title of a syllabus
    /// section, or the text itself.
    label: String,
    /// The global id of the object to which the element refers. Null if it is a text or a syllabus section.
    node_id: Option<ID>,
    /// The element after the change or, if it was removed, before it, in the form that update inputs accept.
    value: Json,
    /// The position before the change, starting at 1. Null if the element was added.
    from_position: Option<i32>,
    /// The position after the change, starting at 1. Null if the element was removed.
    to_position: Option<i32>,
    /// The fields of the element that differ, such as the note of a reading list entry. Empty if it was added or
    /// removed.
    fields: List<FieldChange>,
}

/// Returns the changes of a revision; `None` if they cannot be determined.
pub fn changes(revision: &Revision, states: &RevisionState) -> Option<Vec<FieldChange>> {
    let before = match &states.before {
        Some(before) => fields(before, revision.created_at)?,
        None if revision.action == ChangeAction::Created => Map::new(),
        None => return None,
    };
    let differences = diff::between(&before, &fields(&states.after, revision.created_at)?);
    Some(differences.into_iter().map(field_change).collect())
}

/// Returns the fields of a state that can change, with the publication status at that time.
fn fields(text: &str, at: Timestamp) -> Option<Map<String, Value>> {
    let mut fields = state::fields(text).ok()??;
    fields.retain(|name, _| !IDENTITY.contains(&name.as_str()));
    let published_at = fields.get("publishedAt").and_then(|moment| serde_json::from_value(moment.clone()).ok());
    if let Some(status) = fields.get_mut("status")
        && let Some(decided) = status.as_str().and_then(Status::from_text)
        && PublicationStatus::of(decided, published_at, at) == PublicationStatus::Scheduled
    {
        *status = "SCHEDULED".into();
    }
    Some(fields)
}

fn field_change(difference: FieldDiff) -> FieldChange {
    let FieldDiff { field, before, after, text, elements } = difference;
    let to_json = |value: Option<Value>| value.map(|it| Json::from(value::to_input(&field, &it)));
    FieldChange {
        before: to_json(before),
        after: to_json(after),
        text_diff: text,
        elements: elements.into_iter().map(|element| element_change(&field, element)).collect(),
        field: input_name(&field).to_owned(),
    }
}

fn element_change(field: &str, difference: ElementDiff) -> ElementChange {
    let place = |place: Option<usize>| place.and_then(|place| i32::try_from(place).ok());
    ElementChange {
        action: difference.action.into(),
        label: difference.label,
        node_id: value::node_id(field, &difference.element).map(ID),
        value: value::to_input(field, &difference.element).into(),
        from_position: place(difference.from),
        to_position: place(difference.to),
        fields: difference.fields.into_iter().map(field_change).collect(),
    }
}
