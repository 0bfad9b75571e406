//! Checks literals of custom scalars, which apollo-compiler does not, and finds the uses of variables.

use std::collections::{HashMap, HashSet};
use std::mem;

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::executable::{DirectiveList, Field, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Pos, ServerError, Value as ConstValue};

use super::input_types::InputTypes;
use super::value_path::ValuePath;
use crate::graphql::error::{ErrorCode, request_error};
use crate::graphql::scalars;

/// How an operation uses a variable.
#[derive(Clone, Debug)]
pub struct Use {
    /// The first argument that uses it.
    pub argument: Name,
    /// Whether it is used only as a scalar in inputs of mutations.
    pub is_lenient: bool,
    /// Whether it is used where null is not allowed, which its own type can allow if it has a default value.
    pub is_required: bool,
}

/// The uses of an operation's variables, by name.
pub type Uses = HashMap<Name, Use>;

/// Checks the literals of a validated document, and returns the uses of variables of each operation, by its name.
///
/// # Errors
/// Returns an error for each literal that is invalid for its scalar.
pub fn check(
    document: &ExecutableDocument,
    types: &InputTypes,
) -> Result<HashMap<Option<Name>, Uses>, Vec<ServerError>> {
    let mut literals = Literals {
        types,
        sources: &document.sources,
        owner: None,
        path: ValuePath::default(),
        direct_uses: DirectUses::default(),
        errors: Vec::new(),
    };
    let fragments = document.fragments.iter();
    let fragments: HashMap<&Name, DirectUses> =
        fragments.map(|(name, fragment)| (name, literals.visit_definition(&fragment.selection_set))).collect();
    let mut uses = HashMap::new();
    for operation in document.operations.iter() {
        let operation_uses = literals.visit_definition(&operation.selection_set).with_fragments(&fragments);
        literals.defaults(operation, &operation_uses);
        uses.insert(operation.name.clone(), operation_uses);
    }
    if literals.errors.is_empty() { Ok(uses) } else { Err(literals.errors) }
}

/// The variables and fragments that an operation or a fragment uses directly.
#[derive(Default)]
struct DirectUses<'a> {
    uses: Uses,
    fragments: Vec<&'a Name>,
}

impl<'a> DirectUses<'a> {
    /// Returns the uses of an operation and of all fragments that it uses.
    fn with_fragments(mut self, fragments: &HashMap<&'a Name, DirectUses<'a>>) -> Uses {
        let mut seen = HashSet::new();
        while let Some(name) = self.fragments.pop() {
            if let Some(fragment) = fragments.get(name)
                && seen.insert(name)
            {
                fragment.uses.iter().for_each(|(variable, usage)| add_use(&mut self.uses, variable, usage.clone()));
                self.fragments.extend(&fragment.fragments);
            }
        }
        self.uses
    }
}

fn add_use(uses: &mut Uses, variable: &Name, usage: Use) {
    match uses.get_mut(variable) {
        Some(known) => {
            known.is_lenient &= usage.is_lenient;
            known.is_required |= usage.is_required;
        }
        None => drop(uses.insert(variable.clone(), usage)),
    }
}

/// The owner of a literal.
#[derive(Clone, Copy)]
enum Owner<'a> {
    Argument(&'a Name),
    /// A variable with a default value.
    Variable(&'a Name),
}

struct Literals<'a> {
    types: &'a InputTypes,
    sources: &'a SourceMap,
    /// The owner of the current value.
    owner: Option<Owner<'a>>,
    /// The place within that value.
    path: ValuePath,
    direct_uses: DirectUses<'a>,
    errors: Vec<ServerError>,
}

impl<'a> Literals<'a> {
    fn visit_definition(&mut self, selections: &'a SelectionSet) -> DirectUses<'a> {
        self.selections(selections);
        mem::take(&mut self.direct_uses)
    }

    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(field);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.direct_uses.fragments.push(&spread.fragment_name),
            }
        }
    }

    /// The directives of selections, `@skip` and `@include`, have one argument, which must not be null.
    fn directives(&mut self, directives: &'a DirectiveList) {
        for argument in directives.iter().flat_map(|directive| &directive.arguments) {
            self.owner = Some(Owner::Argument(&argument.name));
            if let Value::Variable(name) = argument.value.as_ref() {
                self.record_use(name, false, true);
            }
        }
    }

    fn arguments(&mut self, field: &'a Field) {
        for argument in &field.arguments {
            let Some(definition) = field.definition.argument_by_name(&argument.name) else { continue };
            self.owner = Some(Owner::Argument(&argument.name));
            self.value(&definition.ty, &argument.value, false);
        }
    }

    fn defaults(&mut self, operation: &'a Operation, uses: &Uses) {
        for variable in &operation.variables {
            let Some(default) = &variable.default_value else { continue };
            self.owner = Some(Owner::Variable(&variable.name));
            let is_lenient = uses.get(&variable.name).is_some_and(|usage| usage.is_lenient);
            self.value(&variable.ty, default, is_lenient);
        }
    }

    fn value(&mut self, ty: &Type, value: &Node<Value>, is_lenient: bool) {
        if value.is_null() {
            return;
        }
        match (value.as_ref(), self.types.get(ty.inner_named_type())) {
            (Value::Variable(name), named_type) => {
                let is_lenient = is_lenient && matches!(named_type, Some(ExtendedType::Scalar(_)));
                self.record_use(name, is_lenient, ty.is_non_null());
            }
            (Value::List(items), _) if ty.is_list() => {
                for (index, item) in items.iter().enumerate() {
                    let parent = self.path.enter_item(index);
                    self.value(ty.item_type(), item, is_lenient);
                    self.path.leave(parent);
                }
            }
            (Value::Object(fields), Some(ExtendedType::InputObject(object))) => {
                let is_lenient = self.types.is_of_mutations(&object.name);
                for (name, value) in fields {
                    let Some(field) = object.fields.get(name) else { continue };
                    let parent = self.path.enter_field(name);
                    // A variable in a field of a OneOf input object must not be null, although the type of the field
                    // allows it: https://spec.graphql.org/September2025/#sec-All-Variable-Usages-Are-Allowed
                    let non_null_type = object.is_one_of().then(|| field.ty.as_ref().clone().non_null());
                    self.value(non_null_type.as_ref().unwrap_or(&field.ty), value, is_lenient);
                    self.path.leave(parent);
                }
            }
            (_, Some(ExtendedType::Scalar(scalar))) => self.scalar(&scalar.name, value, is_lenient),
            _ => {}
        }
    }

    fn scalar(&mut self, name: &str, value: &Node<Value>, is_lenient: bool) {
        self.record_nested_variables(value);
        if let Value::Int(number) = value.as_ref() {
            // async-graphql reads it as a float.
            if number.as_str() == "-0" && name != "Float" {
                return self.invalid(value, "write 0 instead of -0");
            }
            if name == "ID" && number.as_str().parse::<i64>().is_err() {
                return self.invalid(value, "expected an ID, a string");
            }
        }
        if !scalars::is_checked(name) || (is_lenient && matches!(**value, Value::String(_))) {
            return;
        }
        // A literal that contains a variable is checked when the operation is executed.
        let Some(literal) = constant(value) else { return };
        if let Err(reason) = scalars::check(name, &literal) {
            self.invalid(value, &reason);
        }
    }

    /// Notes the variables in a literal of a scalar that accepts lists and objects.
    fn record_nested_variables(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => self.record_use(name, false, false),
            Value::List(items) => items.iter().for_each(|item| self.record_nested_variables(item)),
            Value::Object(fields) => fields.iter().for_each(|(_, value)| self.record_nested_variables(value)),
            _ => {}
        }
    }

    fn record_use(&mut self, variable: &Name, is_lenient: bool, is_required: bool) {
        let Some(Owner::Argument(argument)) = self.owner else { return };
        add_use(&mut self.direct_uses.uses, variable, Use { argument: argument.clone(), is_lenient, is_required });
    }

    fn invalid(&mut self, value: &Node<Value>, reason: &str) {
        let path = &self.path;
        let (key, name, message) = match self.owner {
            Some(Owner::Argument(name)) => {
                ("argument", name, format!("Argument \"{name}\" has an invalid value{path}: {reason}"))
            }
            Some(Owner::Variable(name)) => {
                ("variable", name, format!("Variable \"${name}\" has an invalid default{path}: {reason}"))
            }
            None => return,
        };
        let mut error = request_error(ErrorCode::BadUserInput, message);
        error.extensions.get_or_insert_default().set(key, name.as_str());
        let start = value.line_column_range(self.sources).map(|range| range.start);
        error.locations = start.into_iter().map(|at| Pos { line: at.line, column: at.column }).collect();
        self.errors.push(error);
    }
}

/// Converts a literal to a value; `None` if it contains a variable.
fn constant(value: &Value) -> Option<ConstValue> {
    Some(match value {
        Value::Null => ConstValue::Null,
        Value::Variable(_) => return None,
        Value::Enum(name) => ConstValue::Enum(async_graphql::Name::new(name)),
        Value::String(text) => ConstValue::String(text.clone()),
        Value::Boolean(value) => ConstValue::Boolean(*value),
        Value::Int(number) => ConstValue::Number(number.as_str().parse().ok()?),
        Value::Float(number) => ConstValue::Number(number.as_str().parse().ok()?),
        Value::List(items) => ConstValue::List(items.iter().map(|item| constant(item)).collect::<Option<_>>()?),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Some((async_graphql::Name::new(name), constant(value)?)));
            ConstValue::Object(fields.collect::<Option<IndexMap<_, _>>>()?)
        }
    })
}
