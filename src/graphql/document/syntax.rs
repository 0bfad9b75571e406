//! Parses a document with the parsers of both libraries.

use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::response::GraphQLError;
use apollo_compiler::validation::WithErrors;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Pos, ServerError};

use super::{DocumentError, values};
use crate::graphql::error::{ErrorCode, deduplicated, request_error, set_code};

/// The maximum number of diagnostics to convert, since many are duplicates.
const MAX_DIAGNOSTICS: usize = 100;

/// Parses a scanned document.
///
/// # Errors
/// When the document cannot be parsed.
pub fn parse(text: &str) -> Result<(ExecutableDocument, ast::Document), DocumentError> {
    let tree = match ast::Document::parse(text, "query.graphql") {
        Ok(tree) => tree,
        Err(invalid) => return Err(DocumentError::Syntax(errors(&invalid, None))),
    };
    // The parser of async-graphql does not support descriptions of operations or escaped characters beyond 16 bits; it
    // gets the document without them.
    let is_newer = has_descriptions(&tree) || text.contains("\\u");
    let parsed = parse_query(text)
        .or_else(|error| parse_query(without_descriptions(&tree)).ok().filter(|_| is_newer).ok_or(error));
    parsed.map(|parsed| (parsed, tree)).map_err(|error| {
        let mut error: ServerError = error.into();
        // The message has several lines, with an arrow below the text. The last line has the reason.
        let reason = error.message.rsplit_once("= ").map_or(error.message.as_str(), |(_, reason)| reason);
        error.message = parse_error_message(reason.trim());
        set_code(&mut error, ErrorCode::ParseFailed);
        DocumentError::Syntax(vec![error])
    })
}

fn parse_error_message(reason: &str) -> String {
    format!("The document cannot be parsed: {reason}")
}

/// Converts the diagnostics of apollo-compiler to GraphQL errors. `tree` is the parsed document, if there is one.
pub fn errors<T>(invalid: &WithErrors<T>, tree: Option<&ast::Document>) -> Vec<ServerError> {
    let errors = invalid
        .errors
        .iter()
        .take(MAX_DIAGNOSTICS)
        .map(|diagnostic| {
            let converted = diagnostic.unstable_to_json_compat();
            let is_number = diagnostic.error.unstable_error_name() == Some("IntCoercionError");
            if let (true, Some(tree), Some(place)) = (is_number, tree, diagnostic.error.location())
                && let Some(argument) = values::argument_at(tree, place)
            {
                let message = format!("Argument \"{argument}\" has an invalid value: {}", converted.message);
                let mut error = request_error(ErrorCode::BadUserInput, message);
                error.extensions.get_or_insert_default().set("argument", argument);
                return with_locations(error, &converted);
            }
            let (code, message) = match converted.message.strip_prefix("syntax error: ") {
                Some(message) => (ErrorCode::ParseFailed, parse_error_message(message)),
                None => (ErrorCode::ValidationFailed, converted.message.clone()),
            };
            with_locations(request_error(code, message), &converted)
        })
        .collect();
    deduplicated(errors)
}

fn with_locations(mut error: ServerError, converted: &GraphQLError) -> ServerError {
    error.locations = converted.locations.iter().map(|place| Pos { line: place.line, column: place.column }).collect();
    error
}

fn has_descriptions(tree: &ast::Document) -> bool {
    tree.definitions.iter().any(|definition| match definition {
        ast::Definition::OperationDefinition(operation) => operation.description.is_some(),
        ast::Definition::FragmentDefinition(fragment) => fragment.description.is_some(),
        _ => false,
    })
}

/// Returns the text of a document without descriptions. Its line numbers differ from those of the original.
fn without_descriptions(tree: &ast::Document) -> String {
    let mut tree = tree.clone();
    for definition in &mut tree.definitions {
        match definition {
            ast::Definition::OperationDefinition(operation) => operation.make_mut().description = None,
            ast::Definition::FragmentDefinition(fragment) => fragment.make_mut().description = None,
            _ => {}
        }
    }
    tree.to_string()
}
