//! Entity representations, which a router sends to `_entities`.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// A key of an entity.
#[derive(Debug)]
pub enum Key {
    Id(String),
    Code(String),
}

/// The type and a key of an entity.
#[derive(Debug)]
pub struct Representation {
    pub type_name: String,
    pub key: Key,
}

/// A reference to an entity: a JSON object with `__typename` and either `id` or `code`.
#[Scalar(
    name = "_Any",
    specified_by_url = "https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec"
)]
impl ScalarType for Representation {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Object(mut fields) = value else {
            return Err(InputValueError::custom("must be an object with a __typename and an id or a code"));
        };
        let mut text = |name: &str| match fields.swap_remove(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(InputValueError::custom(format!("must have a string as {name}"))),
            None => Ok(None),
        };
        let missing = |what: &str| InputValueError::custom(format!("must have {what}"));
        let type_name = text("__typename")?.ok_or_else(|| missing("a __typename"))?;
        let key = match text("id")? {
            Some(id) => Key::Id(id),
            None => Key::Code(text("code")?.ok_or_else(|| missing("an id or a code"))?),
        };
        Ok(Self { type_name, key })
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}
