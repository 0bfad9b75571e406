//! What a revision changed, in the words of the API.

use async_graphql::{Enum, ID, SimpleObject};
use entity::choice::{ChangeAction, Status};
use entity::timestamp::Timestamp;
use serde_json::{Map, Value};

use super::value;
use crate::domain::difference::{self, ElementDifference, FieldDifference};
use crate::domain::publishing::PublicationStatus;
use crate::graphql::list::List;
use crate::graphql::mutation::input_name;
use crate::graphql::scalars::Json;
use crate::model::{Revision, RevisionState};
use crate::service::write::record::state;

/// What never differs, because it says which thing it is.
const IDENTITY: [&str; 4] = ["kind", "code", "ownerKind", "owner"];

/// How one field differs.
#[derive(SimpleObject, Clone, Debug)]
pub struct FieldChange {
    /// The field, as the input of an update calls it: "publicationYear", "topicIds".
    field: String,
    /// The value before, as such an input takes it; null where there was none.
    before: Option<Json>,
    /// The value after, as such an input takes it; null where there is none.
    after: Option<Json>,
    /// For summaries, descriptions, introductions, articles and notes that were there before and after: the lines that
    /// differ, with three lines around them, in the unified format. Null where there are too many to compare.
    text: Option<String>,
    /// For lists: the elements that differ, in their order after the change, then those that are gone.
    elements: List<ElementChange>,
}

/// What happened to an element of a list.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "difference::ElementAction")]
pub enum ElementAction {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It stands elsewhere among those that stayed.
    Moved,
    /// It stands where it stood, and something of it differs.
    Changed,
}

/// How one element of a list differs.
#[derive(SimpleObject, Clone, Debug)]
pub struct ElementChange {
    /// What happened to it.
    action: ElementAction,
    /// What to call it: the slug of another thing, as it was then, the title of a section, or the text that it is.
    label: String,
    /// The id of the other thing, where it stands for one.
    node_id: Option<ID>,
    /// The element, as an input takes it: as it is after, or as it was where it went.
    value: Json,
    /// Where it stood before, from 1; null where it came.
    from: Option<i32>,
    /// Where it stands after, from 1; null where it went.
    to: Option<i32>,
    /// What of it differs, where it stayed: the note of an entry, the summary of a section.
    fields: List<FieldChange>,
}

/// What a revision changed; nothing where nobody can tell.
pub fn changes(revision: &Revision, states: &RevisionState) -> Option<Vec<FieldChange>> {
    let before = match &states.before {
        Some(before) => fields(before, revision.created_at)?,
        None if revision.action == ChangeAction::Created => Map::new(),
        None => return None,
    };
    let differences = difference::between(&before, &fields(&states.after, revision.created_at)?);
    Some(differences.into_iter().map(field_change).collect())
}

/// The fields of a state that may differ, with the status as it was shown at that time.
fn fields(kept: &str, at: Timestamp) -> Option<Map<String, Value>> {
    let mut fields = state::fields(kept).ok()??;
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

fn field_change(difference: FieldDifference) -> FieldChange {
    let FieldDifference { field, before, after, text, elements } = difference;
    let said = |value: Option<Value>| value.map(|it| Json::from(value::in_input(&field, &it)));
    FieldChange {
        before: said(before),
        after: said(after),
        text,
        elements: elements.into_iter().map(|element| element_change(&field, element)).collect(),
        field: input_name(&field).to_owned(),
    }
}

fn element_change(field: &str, difference: ElementDifference) -> ElementChange {
    let place = |place: Option<usize>| place.and_then(|place| i32::try_from(place).ok());
    ElementChange {
        action: difference.action.into(),
        label: difference.label,
        node_id: value::node_id(field, &difference.element).map(ID),
        value: value::in_input(field, &difference.element).into(),
        from: place(difference.from),
        to: place(difference.to),
        fields: difference.fields.into_iter().map(field_change).collect(),
    }
}
