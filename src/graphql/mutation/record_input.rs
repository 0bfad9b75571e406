//! Inputs that the field tables of kinds describe.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueResult, Value};
use serde_json::{Map, Value as Json};

use crate::catalog::Kind;
use crate::model::NodeKind;
use crate::service::change::{ChangeRequest, Target};

/// The input object `T` as JSON. Validation has already checked its type; invalid values become user errors.
#[derive(Debug)]
pub struct RecordInput<T> {
    object: Map<String, Json>,
    of: PhantomData<fn() -> T>,
}

impl<T> RecordInput<T> {
    /// Returns the record that the input is about.
    pub fn subject(&self) -> Target {
        let id = match self.object.get("id") {
            Some(Json::String(id)) => id.clone(),
            Some(id) => id.to_string(),
            None => String::new(),
        };
        let revision = self.object.get("expectedRevision").and_then(Json::as_i64);
        Target { id, expected_revision: revision.and_then(|revision| i32::try_from(revision).ok()) }
    }

    /// Converts the input to a change request for a kind.
    pub fn change_request(self, kind: NodeKind) -> Option<ChangeRequest> {
        Some(ChangeRequest::read(Kind::of(kind)?, self.object))
    }
}

impl<T: InputType> InputType for RecordInput<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let object = match value.unwrap_or_default().into_json() {
            Ok(Json::Object(object)) => object,
            _ => Map::new(),
        };
        Ok(Self { object, of: PhantomData })
    }

    fn to_value(&self) -> Value {
        Value::from_json(Json::Object(self.object.clone())).unwrap_or_default()
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}
