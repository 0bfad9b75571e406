//! Records as revisions store them: complete, with the field names of the API, and with codes as references, because
//! codes are permanent. References have slugs as well, for readers. Empty fields are omitted.
//!
//! Each state has the number of its format. A field may be added or renamed within a format (see
//! [`Field::names`](crate::catalog::Field)); a change of the meaning requires a new format.

use entity::kind::NodeKind;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error};
use serde_json::{Map, Value as Json};

use super::json::Form;
use super::{ReadingList, Record, Ref, Routable};
use crate::catalog::{Contributor, Kind, Rule, Value, Values};
use crate::domain::money::Money;
use crate::domain::{date, duration};

/// The current format. The first one had no number, and used slugs as references, whose meaning can change. The second
/// one had other names for some fields.
const FORMAT: u64 = 3;

/// The name of reading lists in stored states.
const READING_LIST: &str = "readingList";

/// An error of reading a stored state.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("the stored state has an unsupported format")]
    OtherFormat,
    #[error("a state cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

/// A record from a stored state, whose references are not resolved yet.
#[derive(Debug)]
pub struct StoredRevision(Record);

impl Record {
    /// Converts the record to a stored state.
    ///
    /// # Errors
    /// Does not fail: every record can be converted to JSON.
    pub fn to_state(&self) -> Result<String, serde_json::Error> {
        let mut state = Map::from_iter([("format".to_owned(), FORMAT.into())]);
        match self {
            Self::Routable(record) => state.extend(record.write(Form::State)),
            Self::ReadingList(list) => {
                state.insert("kind".to_owned(), READING_LIST.into());
                if let Json::Object(fields) = serde_json::to_value(list)? {
                    state.extend(fields);
                }
                leave_out_empty(&mut state);
            }
        }
        serde_json::to_string(&state)
    }
}

/// Returns the fields of a stored state without its format. `None` if it has another format than that of
/// [`Record::to_state`].
///
/// # Errors
/// Returns an error if the state is not a JSON object.
pub fn fields(state: &str) -> Result<Option<Map<String, Json>>, serde_json::Error> {
    let mut fields: Map<String, Json> = serde_json::from_str(state)?;
    Ok(fields.shift_remove("format").is_some_and(|format| format == FORMAT).then_some(fields))
}

impl StoredRevision {
    /// Parses a stored state.
    ///
    /// # Errors
    /// Returns an error if the state has another format or is invalid.
    pub fn read(state: &str) -> Result<Self, StateError> {
        let mut fields = fields(state)?.ok_or(StateError::OtherFormat)?;
        let kind: String = take(&mut fields, "kind")?;
        if kind == READING_LIST {
            let list: ReadingList = serde_json::from_value(Json::Object(fields))?;
            return Ok(Self(Record::ReadingList(list)));
        }
        let kind = NodeKind::from_name(&kind).and_then(Kind::of);
        let kind = kind.ok_or_else(|| serde_json::Error::custom("it is of an unknown kind"))?;
        Ok(Self(Record::Routable(routable(kind, fields)?)))
    }

    /// Returns whether this is the reading list of the record with this kind and code.
    #[must_use]
    pub fn is_list_of(&self, (kind, code): (NodeKind, &str)) -> bool {
        matches!(&self.0, Record::ReadingList(list) if list.owner_kind == kind && *list.owner.code == *code)
    }

    /// Returns the kinds and codes of all references.
    #[must_use]
    pub fn references(&mut self) -> Vec<(NodeKind, String)> {
        let mut references = Vec::new();
        self.0.each_reference(&mut |kind, reference| references.push((kind, reference.code.to_string())));
        references
    }

    /// Resolves the references.
    ///
    /// # Errors
    /// Returns all references that were not found.
    pub fn resolve(self, find: impl Fn(NodeKind, &str) -> Option<Ref>) -> Result<Record, Vec<(NodeKind, Ref)>> {
        let Self(mut record) = self;
        let mut missing = Vec::new();
        record.each_reference(&mut |kind, reference| match find(kind, &reference.code) {
            Some(found) => *reference = found,
            None => missing.push((kind, reference.clone())),
        });
        if missing.is_empty() { Ok(record) } else { Err(missing) }
    }
}

fn routable(kind: &'static Kind, mut fields: Map<String, Json>) -> Result<Routable, serde_json::Error> {
    let mut values = Values::default();
    for field in kind.fields() {
        // A field may have been renamed within the format.
        if let Some(json) = field.names.iter().find_map(|name| fields.shift_remove(*name)) {
            values.set(field, Some(read(field.rule, json)?));
        }
    }
    Ok(Routable {
        kind,
        slug: take(&mut fields, "slug")?,
        code: take(&mut fields, "code")?,
        external_id: fields.shift_remove("externalId").map(serde_json::from_value).transpose()?,
        values,
    })
}

fn take<T: DeserializeOwned>(fields: &mut Map<String, Json>, name: &'static str) -> Result<T, serde_json::Error> {
    fields.shift_remove(name).map_or_else(|| Err(serde_json::Error::missing_field(name)), serde_json::from_value)
}

/// A contributor in a stored state.
#[derive(Deserialize)]
struct StoredContributor {
    person: Ref,
    role: entity::enums::ContributionRole,
}

/// A price in a stored state: an amount with the decimals of its currency.
#[derive(Deserialize)]
struct StoredPrice {
    amount: String,
    currency: String,
}

/// Parses the value of a field.
fn read(rule: Rule, json: Json) -> Result<Value<Ref>, serde_json::Error> {
    use serde_json::from_value;
    Ok(match rule {
        Rule::Title { .. } | Rule::Text { .. } | Rule::OccupationCode | Rule::Isbn | Rule::Url | Rule::Language => {
            Value::Text(from_value(json)?)
        }
        Rule::Level => Value::Level(from_value(json)?),
        Rule::Status => Value::Status(from_value(json)?),
        Rule::Timestamp => Value::Timestamp(from_value(json)?),
        Rule::Flag => Value::Flag(from_value(json)?),
        Rule::Year | Rule::Count { .. } => Value::Integer(from_value::<i32>(json)?.into()),
        Rule::Date => {
            let date = date::parse(&from_value::<String>(json)?).map_err(serde_json::Error::custom)?;
            Value::Integer(date.into())
        }
        Rule::Duration => {
            Value::Integer(duration::parse(&from_value::<String>(json)?).map_err(serde_json::Error::custom)?)
        }
        Rule::Price => {
            let StoredPrice { amount, currency } = from_value(json)?;
            Value::Price(Money::parse(&amount, &currency).map_err(serde_json::Error::custom)?)
        }
        Rule::Reference(_) => Value::Reference(from_value(json)?),
        Rule::References { .. } | Rule::People { .. } => Value::References(from_value(json)?),
        Rule::Contributors { .. } => {
            let contributors: Vec<StoredContributor> = from_value(json)?;
            let contributors =
                contributors.into_iter().map(|StoredContributor { person, role }| Contributor { person, role });
            Value::Contributors(contributors.collect())
        }
        Rule::Texts { .. } | Rule::Urls { .. } | Rule::Former => Value::Texts(from_value(json)?),
        Rule::Sections { .. } => Value::Sections(from_value(json)?),
    })
}

fn leave_out_empty(fields: &mut Map<String, Json>) {
    fields.retain(|_, value| match value {
        Json::Null => false,
        Json::Array(elements) => {
            elements.iter_mut().filter_map(Json::as_object_mut).for_each(leave_out_empty);
            !elements.is_empty()
        }
        _ => true,
    });
}
