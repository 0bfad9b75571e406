//! Selects the operation of a document.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use async_graphql::{Positioned, ServerError};

use super::error::{ErrorCode, request_error};

/// Returns the operation with this name, or the only one: <https://spec.graphql.org/September2025/#GetOperation()>
///
/// # Errors
/// When there is no such operation, or `name` is missing and there are several.
pub fn of<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a Positioned<OperationDefinition>, ServerError> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => {
            operations.values().next().filter(|_| operations.len() == 1)
        }
    };
    found.ok_or_else(|| {
        let message = match name {
            Some(name) => format!("The document has no operation named {name:?}."),
            None => "The document has several operations: name one of them in operationName.".to_owned(),
        };
        request_error(ErrorCode::ValidationFailed, message)
    })
}
