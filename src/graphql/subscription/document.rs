//! The document of a subscription.

use async_graphql::ServerError;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};
use std::collections::HashSet;

use crate::graphql::error::{ErrorCode, request_error};

/// Returns the operation with this name as a query, without the others.
///
/// # Errors
/// When the operation does not have exactly one root field, which async-graphql does not check.
pub fn as_query(
    mut document: ExecutableDocument,
    operation_name: Option<&str>,
) -> Result<ExecutableDocument, ServerError> {
    let Some(mut operation) = take(&mut document.operations, operation_name) else {
        return Err(invalid("The document does not contain the operation."));
    };
    let mut fields = Fields::default();
    fields.gather(&document, &operation.node.selection_set.node);
    match fields.keys.len() {
        0 => return Err(no_field()),
        1 => {}
        _ => return Err(invalid("A subscription must have exactly one root field: send one subscription per field.")),
    }
    operation.node.ty = OperationType::Query;
    document.operations = DocumentOperations::Single(operation);
    Ok(document)
}

/// The error for a subscription whose field is skipped by a directive.
pub fn no_field() -> ServerError {
    invalid("A subscription must have exactly one root field, but its field is skipped: remove @skip or @include.")
}

fn invalid(message: &str) -> ServerError {
    request_error(ErrorCode::ValidationFailed, message)
}

fn take(operations: &mut DocumentOperations, name: Option<&str>) -> Option<Positioned<OperationDefinition>> {
    match operations {
        DocumentOperations::Single(operation) => Some(operation.clone()),
        DocumentOperations::Multiple(operations) => match name {
            Some(name) => operations.remove(name),
            None => operations.values().next().cloned(),
        },
    }
}

/// The root fields, by response key.
#[derive(Default)]
struct Fields {
    keys: HashSet<Name>,
    spread: HashSet<Name>,
}

impl Fields {
    fn gather(&mut self, document: &ExecutableDocument, selections: &SelectionSet) {
        for selection in &selections.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.keys.insert(field.node.response_key().node.clone());
                }
                Selection::InlineFragment(inline) => self.gather(document, &inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if self.spread.insert(name.clone())
                        && let Some(fragment) = document.fragments.get(name)
                    {
                        self.gather(document, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
}
