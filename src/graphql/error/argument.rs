//! Values that async-graphql rejects before a resolver gets them: finds the argument and the reason.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{InputType, InputValueError, Pos, Positioned, ServerError};

use crate::graphql::scalars;

/// An argument with an invalid value.
pub struct ArgumentError {
    pub argument: String,
    /// The reason, which follows the name of the argument in the message.
    pub reason: String,
}

/// Extracts the invalid argument from an error of async-graphql; `None` for other errors.
pub fn invalid_argument(error: &ServerError, document: &ExecutableDocument) -> Option<ArgumentError> {
    from_validation_error(&error.message).or_else(|| from_parse_error(error, document))
}

/// `Invalid value for argument "by.isbn", expected type "ISBN"`
fn from_validation_error(message: &str) -> Option<ArgumentError> {
    let (argument, reason) = message.strip_prefix("Invalid value for argument \"")?.split_once("\", ")?;
    let name = reason.strip_prefix("expected type \"").and_then(|name| name.strip_suffix('"'));
    let expected = name.and_then(scalars::describe_built_in).map(|description| format!("expected {description}"));
    let reason = expected.as_deref().unwrap_or(reason);
    let (argument, inside) = argument.split_once('.').map_or((argument, None), |(name, path)| (name, Some(path)));
    let reason = match inside {
        _ if reason.starts_with("Oneof") => "must have exactly one field, and it must not be null".to_owned(),
        None => format!("is invalid: {reason}"),
        Some(path) => format!("is invalid at {path}: {reason}"),
    };
    Some(ArgumentError { argument: argument.to_owned(), reason })
}

/// `Failed to parse "ISBN": … (occurred while parsing "BookBy")`, at the location of the argument's value
fn from_parse_error(error: &ServerError, document: &ExecutableDocument) -> Option<ArgumentError> {
    let reason = reason(&error.message)?;
    let at = *error.locations.first()?;
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    let argument = operations.chain(fragments).find_map(|selections| argument_at(selections, at))?;
    Some(ArgumentError { argument, reason: format!("is invalid: {reason}") })
}

/// Extracts the reason from a message, without the names of the enclosing types.
fn reason(message: &str) -> Option<&str> {
    let reason = match message.strip_prefix("Failed to parse \"") {
        Some(rest) => rest.split_once("\": ")?.1,
        None if message.starts_with("Expected input type ") => message,
        None => return None,
    };
    Some(reason.split(" (occurred while parsing ").next().unwrap_or(reason))
}

/// Returns the reason why a value is invalid for a scalar.
pub fn invalid_reason<T: InputType>(error: InputValueError<T>) -> String {
    let message = error.into_server_error(Pos::default()).message;
    reason(&message).map(str::to_owned).unwrap_or(message)
}

/// Returns the name of the argument whose value is at a position of the document.
fn argument_at(selections: &Positioned<SelectionSet>, at: Pos) -> Option<String> {
    selections.node.items.iter().find_map(|selection| match &selection.node {
        Selection::Field(field) => {
            let argument = field.node.arguments.iter().find(|(_, value)| value.pos == at);
            argument.map(|(name, _)| name.node.to_string()).or_else(|| argument_at(&field.node.selection_set, at))
        }
        Selection::InlineFragment(fragment) => argument_at(&fragment.node.selection_set, at),
        Selection::FragmentSpread(_) => None,
    })
}
