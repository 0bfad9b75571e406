//! The queries in `queries/` cover the whole schema: every field of every type, every argument (except repeated ones),
//! every field of every input and every value of every enumeration.

use std::collections::BTreeSet;

use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Argument, Field, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node, Schema, ast};
use serde_json::Value;
use syllabus::graphql;

use crate::graphql::queries::{QueryFile, query_files};

#[test]
fn queries_cover_the_schema() {
    let schema = Schema::parse_and_validate(graphql::sdl(), "schema.graphql").expect("the schema is valid");
    let mut seen = Seen { schema: &schema, parts: BTreeSet::new() };
    for query in query_files() {
        seen.read(&query);
    }
    let missing: Vec<String> = parts(&schema).difference(&seen.parts).cloned().collect();
    assert!(missing.is_empty(), "no file in tests/api/graphql/queries asks for {missing:#?}");
}

/// Returns the names of all parts: `Book.title`, `Query.book(by:)`, `BookWhere.and`, `Level.ADVANCED`.
fn parts(schema: &Valid<Schema>) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    let readable = readable(schema);
    for (name, definition) in schema.types.iter().filter(|(name, _)| readable.contains(name.as_str())) {
        match definition {
            ExtendedType::Object(object) => {
                object.fields.values().for_each(|field| add_field(&mut parts, name, field));
            }
            ExtendedType::Interface(interface) => {
                parts.extend(interface.fields.keys().map(|field| format!("{name}.{field}")));
            }
            ExtendedType::InputObject(input) => {
                parts.extend(input.fields.keys().map(|field| format!("{name}.{field}")));
            }
            ExtendedType::Enum(choice) => parts.extend(choice.values.keys().map(|value| format!("{name}.{value}"))),
            ExtendedType::Scalar(_) | ExtendedType::Union(_) => {}
        }
    }
    // Values that no anonymous query can use: statuses of hidden items, which filters cover instead, and enumerations
    // that only occur in responses: roles, actions of changes, and matches of a search.
    let answered = ["ContributionRole.", "Role.", "ChangeAction.", "ElementAction.", "QueryMatch.", "SearchField."];
    parts.retain(|part| !answered.iter().any(|only| part.starts_with(only)));
    parts
}

/// Returns the types that a query can reach. The tests of the mutations cover the types that only mutations use.
fn readable(schema: &Valid<Schema>) -> BTreeSet<String> {
    let (mut readable, mut waiting) = (BTreeSet::new(), vec!["Query".to_owned()]);
    while let Some(name) = waiting.pop() {
        let Some(definition) = schema.types.get(name.as_str()).filter(|definition| !definition.is_built_in()) else {
            continue;
        };
        if !readable.insert(name) {
            continue;
        }
        let of_field = |field: &FieldDefinition| {
            let arguments = field.arguments.iter().map(|argument| argument.ty.inner_named_type().to_string());
            arguments.chain([field.ty.inner_named_type().to_string()]).collect::<Vec<_>>()
        };
        match definition {
            ExtendedType::Object(object) => waiting.extend(object.fields.values().flat_map(|field| of_field(field))),
            ExtendedType::Interface(interface) => {
                waiting.extend(interface.fields.values().flat_map(|field| of_field(field)));
            }
            ExtendedType::InputObject(input) => {
                waiting.extend(input.fields.values().map(|field| field.ty.inner_named_type().to_string()));
            }
            ExtendedType::Union(union) => waiting.extend(union.members.iter().map(ToString::to_string)),
            ExtendedType::Enum(_) | ExtendedType::Scalar(_) => {}
        }
    }
    readable
}

fn add_field(parts: &mut BTreeSet<String>, ty: &str, field: &FieldDefinition) {
    parts.insert(format!("{ty}.{}", field.name));
    // The pagination arguments are the same everywhere, and have their own tests.
    let own = field
        .arguments
        .iter()
        .filter(|argument| !matches!(argument.name.as_str(), "first" | "last" | "after" | "before"));
    parts.extend(own.map(|argument| format!("{ty}.{}({}:)", field.name, argument.name)));
}

/// The parts that queries use.
struct Seen<'a> {
    schema: &'a Valid<Schema>,
    parts: BTreeSet<String>,
}

impl Seen<'_> {
    fn read(&mut self, query: &QueryFile) {
        let document = ExecutableDocument::parse_and_validate(self.schema, &query.text, &query.name)
            .unwrap_or_else(|errors| panic!("{} is no valid query: {errors}", query.name));
        for operation in document.operations.iter() {
            self.selections(&operation.selection_set);
            for variable in &operation.variables {
                if let Some(value) = query.variables.get(variable.name.as_str()) {
                    self.variable(&variable.ty, value);
                }
            }
        }
        document.fragments.values().for_each(|fragment| self.selections(&fragment.selection_set));
    }

    fn selections(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.field(&set.ty, field),
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, ty: &str, field: &Field) {
        self.parts.insert(format!("{ty}.{}", field.name));
        for argument in &field.arguments {
            self.argument(ty, field, argument);
        }
        self.selections(&field.selection_set);
    }

    fn argument(&mut self, ty: &str, field: &Field, argument: &Node<Argument>) {
        self.parts.insert(format!("{ty}.{}({}:)", field.name, argument.name));
        let definition = field.definition.argument_by_name(&argument.name).expect("the query is valid");
        self.literal(definition.ty.inner_named_type(), &argument.value);
    }

    fn literal(&mut self, ty: &str, value: &ast::Value) {
        match value {
            ast::Value::Enum(name) => drop(self.parts.insert(format!("{ty}.{name}"))),
            ast::Value::List(values) => values.iter().for_each(|value| self.literal(ty, value)),
            ast::Value::Object(fields) => {
                for (name, value) in fields {
                    self.parts.insert(format!("{ty}.{name}"));
                    let field = self.input_field(ty, name);
                    self.literal(&field, value);
                }
            }
            _ => {}
        }
    }

    fn variable(&mut self, ty: &Type, value: &Value) {
        if let (Some(fields), ty) = (value.as_object(), ty.inner_named_type()) {
            self.parts.extend(fields.keys().map(|field| format!("{ty}.{field}")));
        }
    }

    /// Returns the type of a field of an input.
    fn input_field(&self, ty: &str, field: &str) -> String {
        let input = self.schema.get_input_object(ty).expect("the query is valid");
        input.fields.get(field).expect("the query is valid").ty.inner_named_type().to_string()
    }
}
