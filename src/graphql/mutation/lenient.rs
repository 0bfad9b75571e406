//! Scalars whose errors are user errors.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Value};

use crate::graphql::error::invalid_reason;

/// A scalar in the input of a mutation. An invalid text becomes a user error with a path, together with all others,
/// instead of an error of the whole request.
#[derive(Clone, Debug)]
pub struct Lenient<T>(pub Result<T, String>);

impl<T: InputType> InputType for Lenient<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let is_text = matches!(value, Some(Value::String(_)));
        match T::parse(value) {
            Ok(value) => Ok(Self(Ok(value))),
            Err(error) if is_text => Ok(Self(Err(invalid_reason(error)))),
            Err(error) => Err(InputValueError::propagate(error)),
        }
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, InputType::to_value)
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}
