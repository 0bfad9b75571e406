//! The scalars of the schema. Each has its own type, so that they cannot be confused.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use entity::timestamp::Timestamp;

use super::error::invalid_reason;
use super::representation::Representation;
use crate::domain;
use crate::domain::invisible::token;

/// Checks a value against a scalar, and returns the reason if it is invalid.
type Check = fn(Value) -> Result<(), String>;

/// The scalars of the schema that do not accept every value, by name.
const CHECKS: [(&str, Check); 9] = [
    ("CurrencyCode", check_as::<CurrencyCode>),
    ("Date", check_as::<Date>),
    ("DateTime", check_as::<DateTime>),
    ("Decimal", check_as::<Decimal>),
    ("Duration", check_as::<Duration>),
    ("ISBN", check_as::<Isbn>),
    ("LanguageTag", check_as::<LanguageTag>),
    ("URL", check_as::<Url>),
    ("_Any", check_as::<Representation>),
];

/// Describes the values of the built-in scalar with this name, for messages.
#[must_use]
pub fn describe_built_in(name: &str) -> Option<&'static str> {
    Some(match name {
        "Int" => "an Int, a whole number from -2147483648 to 2147483647",
        "Float" => "a Float, a number",
        "Boolean" => "a Boolean, true or false",
        "String" => "a String",
        "ID" => "an ID, a string",
        _ => return None,
    })
}

fn check_as<T: ScalarType + InputType>(value: Value) -> Result<(), String> {
    <T as ScalarType>::parse(value).map(drop).map_err(invalid_reason)
}

fn check_of(name: &str) -> Option<Check> {
    CHECKS.iter().find(|(scalar, _)| *scalar == name).map(|(_, check)| *check)
}

/// Returns whether the scalar with this name does not accept every value.
#[must_use]
pub fn is_checked(name: &str) -> bool {
    check_of(name).is_some()
}

/// Checks that a value is valid for the scalar with this name.
///
/// # Errors
/// Returns the reason, which includes the value.
pub fn check(name: &str, value: &Value) -> Result<(), String> {
    check_of(name).map_or(Ok(()), |check| check(value.clone()))
}

/// Parses a scalar that is a string. Invisible characters and surrounding whitespace are ignored.
fn text<T: ScalarType + InputType>(
    value: Value,
    what: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> InputValueResult<T> {
    match value {
        Value::String(text) => read(&token(&text)).map_err(InputValueError::custom),
        other => Err(InputValueError::custom(format!("must be {what} as a string, not {other}"))),
    }
}

/// A moment: RFC 3339 with an offset, answered in UTC: "2024-03-29T00:00:00Z".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// A point in time in the format of RFC 3339, to the microsecond. Input needs an offset, such as
/// "2024-03-29T01:00:00+01:00"; output is in UTC, such as "2024-03-29T00:00:00Z".
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "a date and time", |text| {
            domain::timestamp::parse(text).map(Self).map_err(|error| format!("{text:?} {error}"))
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

/// A date of publication, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub i32);

/// An ISO 8601 calendar date whose day, or day and month, can be missing: "2011-09-20", "2011-09", "2011".
#[Scalar(specified_by_url = "https://www.w3.org/TR/NOTE-datetime")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "a date", |text| domain::date::parse(text).map(Self).map_err(|error| format!("{text:?} {error}")))
    }

    fn to_value(&self) -> Value {
        Value::String(domain::date::format(self.0))
    }
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(pub i64);

/// An ISO 8601 duration of whole seconds, up to 1,000,000 hours. Output is in hours, minutes and seconds, such as
/// "PT60H" or "PT1H30M". Input can also have weeks and days, but not months and years, whose length varies.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#appendix-A")]
impl ScalarType for Duration {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "a duration", |text| {
            domain::duration::parse(text).map(Self).map_err(|error| format!("{text:?} {error}"))
        })
    }

    fn to_value(&self) -> Value {
        Value::String(domain::duration::format(self.0))
    }
}

/// A web address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub String);

/// An absolute HTTP or HTTPS URL of at most 2,048 characters, without credentials. Input can contain non-ASCII
/// characters; output is ASCII, with percent-encoding and Punycode.
#[Scalar(name = "URL", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3986")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "a web address", |text| match domain::web_url::check(text) {
            Ok(()) => Ok(Self(text.to_owned())),
            Err(error) => Err(format!("{text:?} {error}")),
        })
    }

    fn to_value(&self) -> Value {
        Value::String(domain::web_url::to_ascii(&self.0))
    }
}

/// A BCP 47 language tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageTag(pub String);

/// A well-formed BCP 47 language tag, such as "en", "pt-BR" or "zh-Hant". The case of input does not matter.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/info/bcp47")]
impl ScalarType for LanguageTag {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "a language tag", |text| {
            domain::language::parse(text).map(Self).map_err(|error| format!("{text:?} {error}"))
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An ISBN of ten or thirteen digits; compare by [`Isbn::thirteen`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isbn(pub String);

/// An International Standard Book Number. Input is an ISBN-10 or ISBN-13 with a valid check digit, with or without
/// hyphens; output has no hyphens.
#[Scalar(name = "ISBN", specified_by_url = "https://www.isbn-international.org/content/isbn-users-manual")]
impl ScalarType for Isbn {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "an ISBN", |text| {
            domain::isbn::Isbn::parse(text)
                .map(|isbn| Self(isbn.as_str13().to_owned()))
                .map_err(|error| format!("{text:?} {error}"))
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A decimal number, exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(pub String);

/// A decimal number as a string, such as "49.00", so that no digit is lost. Input can also be a JSON number.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(token(&text).into_owned())),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(InputValueError::custom(format!("must be a decimal number, not {other}"))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An ISO 4217 currency code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyCode(pub String);

/// An ISO 4217 currency code, such as "EUR", "USD" or "JPY".
#[Scalar(specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, "a currency code", |text| Ok(Self(text.to_owned())))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// Any JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Json(pub Value);

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        // Every JSON value can be converted.
        Self(Value::from_json(value).unwrap_or_default())
    }
}

/// Any JSON value: an object, an array, a string, a number, true, false or null. Select it without subfields.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;

    use super::is_checked;
    use crate::config::SchemaKind;
    use crate::graphql::schema::{builder, sdl_of};

    #[test]
    fn every_scalar_but_json_is_checked() {
        let sdl = sdl_of(&builder(SchemaKind::Subgraph, false).finish());
        let schema = Schema::parse(sdl, "schema.graphql").expect("the generated SDL is valid");
        for (name, ty) in schema.types.iter().filter(|(_, ty)| ty.is_scalar() && !ty.is_built_in()) {
            assert_eq!(is_checked(ty.name()), name != "JSON", "{name}");
        }
    }
}
