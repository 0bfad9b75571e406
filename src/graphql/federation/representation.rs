//! A thing of which the router knows the type and a key.

use async_graphql::{Context, InputValueError, InputValueResult, Result, Scalar, ScalarType, Value};

use super::{ENTITIES, keys};
use crate::domain::node_id;
use crate::graphql::book::Book;
use crate::graphql::error::bad_input;
use crate::graphql::interface::Entity;
use crate::graphql::lookup::book_by_any_code;
use crate::graphql::naming;
use crate::graphql::node::with_code;
use crate::model::NodeKind;

/// A key of an entity.
#[derive(Debug)]
enum Key {
    Id(String),
    Code(String),
}

/// A type, and a key among its kind.
#[derive(Debug)]
pub struct Representation {
    type_name: String,
    key: Key,
}

/// A thing as a router knows it: an object with its `__typename`, and its `id` or `code`.
#[Scalar(
    name = "_Any",
    specified_by_url = "https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec"
)]
impl ScalarType for Representation {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Object(mut fields) = value else {
            return Err(InputValueError::custom("must be an object with __typename, and id or code"));
        };
        let mut text = |name: &str| match fields.swap_remove(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(InputValueError::custom(format!("must have a string as its {name}"))),
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

impl Representation {
    /// What it represents; nothing where nothing visible is.
    ///
    /// # Errors
    /// When there is no such type, or the database fails.
    pub async fn find(&self, ctx: &Context<'_>) -> Result<Option<Entity>> {
        let entity = ENTITIES.into_iter().find(|(_, name)| naming::type_name(name) == self.type_name);
        let Some((kind, _)) = entity else {
            let said = format!("hold a __typename that is no entity's here: {:?}", self.type_name);
            return Err(bad_input("representations", said));
        };
        match &self.key {
            Key::Id(id) => match node_id::parse(id) {
                Some((of, code)) if of == kind => with_code(ctx, kind, code).await,
                _ => Ok(None),
            },
            Key::Code(code) if kind == NodeKind::Book => {
                Ok(book_by_any_code(ctx, code).await?.map(|book| Entity::Book(Book(book))))
            }
            Key::Code(code) if keys(kind).contains(&"code") => with_code(ctx, kind, code).await,
            Key::Code(_) => Err(bad_input("representations", format!("need an id for a {}", self.type_name))),
        }
    }
}
