//! Checks of values in documents that neither library makes.

use apollo_compiler::ast::{self, Argument, Directive, Selection, Value};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name, Node};
use async_graphql::{Pos, ServerError};

use crate::graphql::error::{ErrorCode, request_error};

/// Returns an error for each duplicate input field:
/// <https://spec.graphql.org/September2025/#sec-Input-Object-Field-Uniqueness>
pub fn duplicate_fields(tree: &ast::Document) -> Vec<ServerError> {
    let mut errors = Vec::new();
    for argument in arguments(tree) {
        find_duplicate_fields(&argument.value, &mut |name| {
            let message = format!("The input field {:?} occurs twice: remove one of the two.", name.as_str());
            let mut error = request_error(ErrorCode::ValidationFailed, message);
            let place = name.line_column_range(&tree.sources).map(|range| range.start);
            error.locations = place.into_iter().map(|at| Pos { line: at.line, column: at.column }).collect();
            errors.push(error);
        });
    }
    errors
}

fn find_duplicate_fields(value: &Value, found: &mut impl FnMut(&Name)) {
    match value {
        Value::List(items) => items.iter().for_each(|item| find_duplicate_fields(item, found)),
        Value::Object(fields) => {
            let mut names = std::collections::HashSet::new();
            for (name, value) in fields {
                if !names.insert(name) {
                    found(name);
                }
                find_duplicate_fields(value, found);
            }
        }
        _ => {}
    }
}

/// Returns the name of the argument whose value contains a span of the document.
pub fn argument_at(tree: &ast::Document, place: SourceSpan) -> Option<String> {
    let around = |argument: &&Node<Argument>| {
        argument
            .location()
            .is_some_and(|span| span.offset() <= place.offset() && place.end_offset() <= span.end_offset())
    };
    arguments(tree).into_iter().find(around).map(|argument| argument.name.to_string())
}

/// Returns all arguments, of fields and of directives.
fn arguments(tree: &ast::Document) -> Vec<&Node<Argument>> {
    let mut found = Vec::new();
    for definition in &tree.definitions {
        match definition {
            ast::Definition::OperationDefinition(operation) => {
                of_directives(&operation.directives, &mut found);
                of_selections(&operation.selection_set, &mut found);
            }
            ast::Definition::FragmentDefinition(fragment) => {
                of_directives(&fragment.directives, &mut found);
                of_selections(&fragment.selection_set, &mut found);
            }
            _ => {}
        }
    }
    found
}

fn of_directives<'a>(directives: &'a [Node<Directive>], found: &mut Vec<&'a Node<Argument>>) {
    found.extend(directives.iter().flat_map(|directive| &directive.arguments));
}

fn of_selections<'a>(selections: &'a [Selection], found: &mut Vec<&'a Node<Argument>>) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                found.extend(&field.arguments);
                of_directives(&field.directives, found);
                of_selections(&field.selection_set, found);
            }
            Selection::InlineFragment(inline) => {
                of_directives(&inline.directives, found);
                of_selections(&inline.selection_set, found);
            }
            Selection::FragmentSpread(spread) => of_directives(&spread.directives, found),
        }
    }
}
