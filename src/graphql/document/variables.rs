//! Checks the values of variables against their types before anything is executed:
//! <https://spec.graphql.org/September2025/#sec-Coercing-Variable-Values>
//!
//! apollo-compiler can do that too, but neither checks custom scalars nor reports the place of an error within a value.
//! The values are not changed: async-graphql coerces them when it reads the arguments.

use std::fmt::Arguments;

use apollo_compiler::Name;
use apollo_compiler::ast::{Type, VariableDefinition};
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::SourceMap;
use apollo_compiler::schema::{EnumType, ExtendedType, InputObjectType};
use async_graphql::{Pos, ServerError, Value, Variables};

use super::input_types::InputTypes;
use super::literals::Uses;
use super::value_path::ValuePath;
use crate::graphql::error::{ErrorCode, MAX_ERRORS, request_error};
use crate::graphql::scalars;

/// The maximum number of characters of a value in a message.
const MAX_SHOWN_VALUE: usize = 80;
/// The maximum number of enum values in a message.
const MAX_SHOWN_NAMES: usize = 20;

/// Checks the values of an operation's variables.
///
/// # Errors
/// Returns an error for each value that is invalid for its type, up to [`MAX_ERRORS`].
pub fn check(
    types: &InputTypes,
    uses: &Uses,
    sources: &SourceMap,
    operation: &Operation,
    values: &Variables,
) -> Result<(), Vec<ServerError>> {
    let mut errors = Vec::new();
    for definition in &operation.variables {
        let mut check = Check { types, uses, sources, definition, path: ValuePath::default(), errors: &mut errors };
        let usage = uses.get(&definition.name);
        match values.get(definition.name.as_str()) {
            // A variable with a default value can be used where null is not allowed, although its own type allows it.
            // apollo-compiler also accepts the default null there.
            Some(Value::Null) if !definition.ty.is_non_null() && usage.is_some_and(|usage| usage.is_required) => {
                check.invalid(format_args!("null is not allowed where it is used: send another value"));
            }
            Some(value) => check.value(&definition.ty, value, usage.is_some_and(|usage| usage.is_lenient)),
            None if definition.ty.is_non_null() && definition.default_value.is_none() => check.missing(),
            None => {}
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The check of one variable.
struct Check<'a> {
    types: &'a InputTypes,
    uses: &'a Uses,
    sources: &'a SourceMap,
    definition: &'a VariableDefinition,
    /// The place within its value.
    path: ValuePath,
    errors: &'a mut Vec<ServerError>,
}

impl Check<'_> {
    fn value(&mut self, ty: &Type, value: &Value, is_lenient: bool) {
        match value {
            Value::Null if ty.is_non_null() => self.invalid(format_args!("null is not allowed, expected {ty}")),
            Value::Null => {}
            Value::List(items) if ty.is_list() => {
                for (index, item) in items.iter().enumerate() {
                    let parent = self.path.enter_item(index);
                    self.value(ty.item_type(), item, is_lenient);
                    self.path.leave(parent);
                }
            }
            // A single value is coerced to a list of one.
            value if ty.is_list() => self.value(ty.item_type(), value, is_lenient),
            value => self.named_type(ty.inner_named_type(), value, is_lenient),
        }
    }

    fn named_type(&mut self, ty: &Name, value: &Value, is_lenient: bool) {
        let types = self.types;
        match types.get(ty) {
            Some(ExtendedType::InputObject(object)) => self.object(object, value),
            Some(ExtendedType::Enum(choices)) => self.choice(choices, value),
            Some(ExtendedType::Scalar(_)) => self.scalar(ty, value, is_lenient),
            // Validation rejects variables of output types.
            _ => {}
        }
    }

    fn object(&mut self, object: &InputObjectType, value: &Value) {
        let Value::Object(fields) = value else {
            return self.invalid(format_args!("{} is not an object, expected {}", shown(value), object.name));
        };
        let is_lenient = self.types.is_of_mutations(&object.name);
        for (name, value) in fields {
            let Some(field) = object.fields.get(name.as_str()) else {
                let names = self.expected_names(object.fields.keys());
                self.invalid(format_args!("{} has no field \"{}\"{names}", object.name, truncated(name)));
                continue;
            };
            let parent = self.path.enter_field(name);
            self.value(&field.ty, value, is_lenient);
            self.path.leave(parent);
        }
        let is_missing = |name: &Name| !fields.contains_key(name.as_str());
        for (name, field) in object.fields.iter().filter(|(name, field)| field.is_required() && is_missing(name)) {
            self.invalid(format_args!("{} requires the field \"{name}\" of type {}", object.name, field.ty));
        }
        if object.is_one_of() && (fields.len() != 1 || fields.values().any(|value| *value == Value::Null)) {
            self.invalid(format_args!("{} must have exactly one field, and it must not be null", object.name));
        }
    }

    fn choice(&mut self, choices: &EnumType, value: &Value) {
        let name = match value {
            Value::String(name) => Some(name.as_str()),
            // An enum in a default value.
            Value::Enum(name) => Some(name.as_str()),
            _ => None,
        };
        if !name.is_some_and(|name| choices.values.contains_key(name)) {
            let names = self.expected_names(choices.values.keys());
            self.invalid(format_args!("{} is not a value of {}{names}", shown(value), choices.name));
        }
    }

    fn scalar(&mut self, name: &Name, value: &Value, is_lenient: bool) {
        let is_valid = match (name.as_str(), value) {
            ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("ID", Value::Number(number)) => number.is_i64(),
            ("Float", Value::Number(_)) | ("Boolean", Value::Boolean(_)) | ("String" | "ID", Value::String(_)) => true,
            _ => false,
        };
        match scalars::describe_built_in(name) {
            _ if is_valid => {}
            Some(description) => self.invalid(format_args!("{} is not {description}", shown(value))),
            None if is_lenient && matches!(value, Value::String(_)) => {}
            None => {
                if let Err(reason) = scalars::check(name, value) {
                    self.invalid(format_args!("{reason}"));
                }
            }
        }
    }

    /// The expected names, if messages can list names.
    fn expected_names<'n>(&self, names: impl ExactSizeIterator<Item = &'n Name>) -> String {
        if !self.types.suggests || names.len() > MAX_SHOWN_NAMES {
            return String::new();
        }
        let names: Vec<&str> = names.map(Name::as_str).collect();
        format!(", expected one of {}", names.join(", "))
    }

    fn missing(&mut self) {
        let (name, ty) = (&self.definition.name, &self.definition.ty);
        self.error(format!("Variable \"${name}\" of required type {ty} is missing: add it to \"variables\""));
    }

    fn invalid(&mut self, problem: Arguments<'_>) {
        let name = &self.definition.name;
        self.error(format!("Variable \"${name}\" has an invalid value{}: {problem}", self.path));
    }

    fn error(&mut self, message: String) {
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
        let name = &self.definition.name;
        let mut error = request_error(ErrorCode::BadUserInput, message);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("variable", name.as_str());
        if let Some(used) = self.uses.get(name) {
            extensions.set("argument", used.argument.as_str());
        }
        let start = name.line_column_range(self.sources).map(|range| range.start);
        error.locations = start.into_iter().map(|at| Pos { line: at.line, column: at.column }).collect();
        self.errors.push(error);
    }
}

fn shown(value: &Value) -> String {
    truncated(&value.to_string())
}

/// Truncates a text.
fn truncated(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
