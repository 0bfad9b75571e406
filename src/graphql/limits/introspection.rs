//! Estimates the size of a response to introspection before it is built.
//!
//! The counts come from the schema: the average over `__schema.types`, the maximum for a type that is named, and the
//! average over all references for types of fields and arguments.

use std::collections::HashMap;

use apollo_compiler::Schema;
use apollo_compiler::ast::{FieldDefinition, InputValueDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};

/// The bytes of a key with a short value, or of the brackets around an object.
const SHORT: f64 = 20.0;

/// Objects of introspection; types are distinguished by how they are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Object {
    Schema,
    /// In `__schema.types`.
    ListedType,
    /// By `__type(name:)`.
    NamedType,
    /// The type of a field, an argument or another type.
    ReferredType,
    Field,
    InputValue,
    EnumValue,
    Directive,
}

/// The average or maximum number of members of a type.
#[derive(Clone, Copy, Debug, Default)]
struct Members {
    fields: f64,
    inputs: f64,
    values: f64,
    interfaces: f64,
    possible: f64,
}

impl Members {
    fn of(ty: &ExtendedType, implementers: usize) -> Self {
        let interfaces = ty.as_object().map(|it| it.implements_interfaces.len());
        let interfaces = interfaces.or(ty.as_interface().map(|it| it.implements_interfaces.len()));
        let fields = ty.as_object().map(|it| it.fields.len()).or(ty.as_interface().map(|it| it.fields.len()));
        Self {
            fields: count(fields.unwrap_or_default()),
            inputs: count(ty.as_input_object().map_or(0, |it| it.fields.len())),
            values: count(ty.as_enum().map_or(0, |it| it.values.len())),
            interfaces: count(interfaces.unwrap_or_default()),
            possible: count(ty.as_union().map_or(implementers, |it| it.members.len())),
        }
    }

    fn with(self, other: Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            fields: combine(self.fields, other.fields),
            inputs: combine(self.inputs, other.inputs),
            values: combine(self.values, other.values),
            interfaces: combine(self.interfaces, other.interfaces),
            possible: combine(self.possible, other.possible),
        }
    }

    fn average(all: impl Iterator<Item = Self>) -> Self {
        let (mut sum, mut number) = (Self::default(), 0);
        for members in all {
            (sum, number) = (sum.with(members, |a, b| a + b), number + 1);
        }
        sum.with(sum, |a, _| a / count(number.max(1)))
    }
}

/// The estimated size of introspection, from the counts of a schema.
pub struct IntrospectionSize {
    types: f64,
    directives: f64,
    /// Arguments per field.
    arguments: f64,
    /// List and non-null wrappers per reference.
    wrappers: f64,
    description: f64,
    listed: Members,
    named: Members,
    referred: Members,
}

impl IntrospectionSize {
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let implementers = schema.implementers_map();
        let members: HashMap<&str, Members> = schema
            .types
            .iter()
            .map(|(name, ty)| {
                (name.as_str(), Members::of(ty, implementers.get(name).map_or(0, |found| found.objects.len())))
            })
            .collect();
        let fields: Vec<&FieldDefinition> = schema.types.values().flat_map(fields_of).collect();
        let inputs = schema.types.values().filter_map(ExtendedType::as_input_object);
        let inputs: Vec<&InputValueDefinition> =
            inputs.flat_map(|it| it.fields.values().map(|field| &**field)).collect();
        let arguments: Vec<&InputValueDefinition> =
            fields.iter().flat_map(|field| field.arguments.iter().map(|argument| &**argument)).collect();
        let references: Vec<&Type> =
            fields.iter().map(|it| &it.ty).chain(inputs.iter().chain(&arguments).map(|it| &*it.ty)).collect();
        let described = schema.types.values().map(|ty| ty.description().map(|text| text.len()));
        let described = described.chain(fields.iter().map(|it| it.description.as_ref().map(|text| text.len())));
        let described =
            described.chain(inputs.iter().chain(&arguments).map(|it| it.description.as_ref().map(|text| text.len())));
        let lengths: Vec<usize> = described.map(Option::unwrap_or_default).collect();
        Self {
            types: count(schema.types.len()),
            directives: count(schema.directive_definitions.len()),
            arguments: ratio(arguments.len(), fields.len()),
            wrappers: ratio(references.iter().map(|ty| wrappers(ty)).sum(), references.len()),
            description: ratio(lengths.iter().sum(), lengths.len()),
            listed: Members::average(members.values().copied()),
            named: members.values().fold(Members::default(), |most, other| most.with(*other, f64::max)),
            referred: Members::average(
                references.iter().filter_map(|ty| members.get(ty.inner_named_type().as_str()).copied()),
            ),
        }
    }

    /// The estimated bytes of a root field; `None` if it is not an introspection field.
    #[must_use]
    pub fn bytes(&self, document: &ExecutableDocument, field: &Field) -> Option<f64> {
        let object = match field.name.node.as_str() {
            "__schema" => Object::Schema,
            "__type" => Object::NamedType,
            _ => return None,
        };
        let mut walk = Walk { size: self, document, fragments: HashMap::new() };
        Some(walk.selections(object, &field.selection_set.node))
    }

    /// The kind and the number of the objects that a field returns.
    fn behind(&self, object: Object, field: &str) -> Option<(Object, f64)> {
        use Object::{Directive, EnumValue, InputValue, ListedType, NamedType, ReferredType, Schema};
        let members = match object {
            ListedType => self.listed,
            NamedType => self.named,
            _ => self.referred,
        };
        Some(match (object, field) {
            (Schema, "types") => (ListedType, self.types),
            (Schema, "queryType" | "mutationType" | "subscriptionType") => (NamedType, 1.0),
            (Schema, "directives") => (Directive, self.directives),
            (Object::Field, "args") => (InputValue, self.arguments),
            (Directive, "args") => (InputValue, 1.0),
            (Object::Field | InputValue, "type") => (ReferredType, 1.0),
            (ListedType | NamedType | ReferredType, "fields") => (Object::Field, members.fields),
            (ListedType | NamedType | ReferredType, "inputFields") => (InputValue, members.inputs),
            (ListedType | NamedType | ReferredType, "enumValues") => (EnumValue, members.values),
            (ListedType | NamedType | ReferredType, "interfaces") => (ReferredType, members.interfaces),
            (ListedType | NamedType | ReferredType, "possibleTypes") => (ReferredType, members.possible),
            // Each level has about half as many.
            (ReferredType, "ofType") => (ReferredType, self.wrappers / (1.0 + self.wrappers)),
            (ListedType | NamedType, "ofType") => (ReferredType, 0.0),
            _ => return None,
        })
    }
}

/// One traversal of a document. Its depth was checked before, so nested fragments cannot overflow the stack.
struct Walk<'a> {
    size: &'a IntrospectionSize,
    document: &'a ExecutableDocument,
    fragments: HashMap<(&'a Name, Object), f64>,
}

impl<'a> Walk<'a> {
    /// The estimated bytes of one object.
    fn selections(&mut self, object: Object, selections: &'a SelectionSet) -> f64 {
        let bytes = selections.items.iter().map(|selection| match &selection.node {
            Selection::Field(field) => self.field(object, &field.node),
            Selection::InlineFragment(inline) => self.selections(object, &inline.node.selection_set.node),
            Selection::FragmentSpread(spread) => self.fragment(object, &spread.node.fragment_name.node),
        });
        SHORT + bytes.sum::<f64>()
    }

    fn fragment(&mut self, object: Object, name: &Name) -> f64 {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return 0.0 };
        if let Some(known) = self.fragments.get(&(name, object)) {
            return *known;
        }
        self.fragments.insert((name, object), 0.0);
        let bytes = self.selections(object, &fragment.node.selection_set.node);
        self.fragments.insert((name, object), bytes);
        bytes
    }

    fn field(&mut self, object: Object, field: &'a Field) -> f64 {
        let name = field.name.node.as_str();
        let key = SHORT + field.alias.as_ref().map_or(0.0, |alias| count(alias.node.len()));
        match self.size.behind(object, name) {
            Some((inner, number)) => key + number * self.selections(inner, &field.selection_set.node),
            None if name == "description" => key + self.size.description,
            None => key,
        }
    }
}

fn fields_of(ty: &ExtendedType) -> Vec<&FieldDefinition> {
    let fields = ty.as_object().map(|it| &it.fields).or(ty.as_interface().map(|it| &it.fields));
    fields.into_iter().flat_map(|fields| fields.values().map(|field| &**field)).collect()
}

fn wrappers(ty: &Type) -> usize {
    match ty {
        Type::Named(_) => 0,
        Type::NonNullNamed(_) => 1,
        Type::List(inner) => 1 + wrappers(inner),
        Type::NonNullList(inner) => 2 + wrappers(inner),
    }
}

fn ratio(some: usize, all: usize) -> f64 {
    count(some) / count(all.max(1))
}

/// All counts in a schema are small enough for a double.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn count(number: usize) -> f64 {
    number as f64
}
