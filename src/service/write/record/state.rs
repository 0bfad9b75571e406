//! A record as a revision keeps it: complete, in the fields of the API, and naming other things by their code, which lasts.
//! Their slug stands beside it for whoever reads it. What is empty is left out.
//!
//! Each state says which format it is in, so that one that is read years later is not misunderstood. A field may be added
//! within a format; one that changes its meaning makes another.

use entity::kind::NodeKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Price, Record, Ref};
use crate::domain::money::{self, MoneyError};

/// The format of stored states. The first had no number and named other things by slugs, which can come to mean something
/// else; the second had other names for some fields.
const FORMAT: u64 = 3;

/// A state that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("a state is kept in another format than this program reads")]
    OtherFormat,
    #[error("a state cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

/// A record that was read from a state: what it refers to has yet to be found.
#[derive(Debug)]
pub struct Kept(Record);

impl Record {
    /// The state to keep.
    ///
    /// # Errors
    /// Never: a record always has a JSON form.
    pub fn to_state(&self) -> Result<String, serde_json::Error> {
        let mut state = Map::from_iter([("format".to_owned(), FORMAT.into())]);
        if let Value::Object(fields) = serde_json::to_value(self)? {
            state.extend(fields);
        }
        leave_out_empty(&mut state);
        serde_json::to_string(&state)
    }
}

/// The fields of a state, without its format. Nothing where it is in another format than [`Record::to_state`] writes.
///
/// # Errors
/// When it is no JSON object.
pub fn fields(state: &str) -> Result<Option<Map<String, Value>>, serde_json::Error> {
    let mut fields: Map<String, Value> = serde_json::from_str(state)?;
    Ok(fields.shift_remove("format").is_some_and(|format| format == FORMAT).then_some(fields))
}

impl Kept {
    /// Reads what [`Record::to_state`] wrote.
    ///
    /// # Errors
    /// When it is in another format, or in none.
    pub fn read(state: &str) -> Result<Self, StateError> {
        let fields = fields(state)?.ok_or(StateError::OtherFormat)?;
        Ok(Self(serde_json::from_value(Value::Object(fields))?))
    }

    /// Whether it is the reading list of the thing with this kind and code.
    #[must_use]
    pub fn is_list_of(&self, (kind, code): (NodeKind, &str)) -> bool {
        matches!(&self.0, Record::ReadingList(list) if list.owner_kind == kind && *list.owner.code == *code)
    }

    /// The kind and code of everything it refers to.
    #[must_use]
    pub fn mentions(&mut self) -> Vec<(NodeKind, String)> {
        let mut mentions = Vec::new();
        self.0.each_reference(&mut |kind, reference| mentions.push((kind, reference.code.to_string())));
        mentions
    }

    /// The record, with what it refers to as it was found.
    ///
    /// # Errors
    /// Everything that was not found.
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

fn leave_out_empty(fields: &mut Map<String, Value>) {
    fields.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(elements) => {
            elements.iter_mut().filter_map(Value::as_object_mut).for_each(leave_out_empty);
            !elements.is_empty()
        }
        _ => true,
    });
}

/// A price as it is kept: an amount with the decimals of its currency.
#[derive(Serialize, Deserialize)]
pub struct Money {
    amount: String,
    currency: String,
}

impl From<Price> for Money {
    fn from(price: Price) -> Self {
        let money = money::Money { minor: price.minor, currency: price.currency };
        Self { amount: money.amount(), currency: money.currency }
    }
}

impl TryFrom<Money> for Price {
    type Error = MoneyError;

    fn try_from(kept: Money) -> Result<Self, MoneyError> {
        let money = money::Money::parse(&kept.amount, &kept.currency)?;
        Ok(Self { minor: money.minor, currency: money.currency })
    }
}

/// Lengths of time, which are seconds here and ISO 8601 where they are kept.
pub(super) mod seconds {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::domain::duration;

    #[expect(clippy::ref_option, reason = "this is how serde calls it")]
    pub fn serialize<S: Serializer>(seconds: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        seconds.map(duration::format).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| duration::parse(&text)).transpose().map_err(D::Error::custom)
    }
}
