//! The input types of the schema, and which of them only mutations use.

use std::collections::HashSet;
use std::sync::Arc;

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};

/// The input types of a schema.
pub struct InputTypes {
    schema: Arc<Valid<Schema>>,
    /// Input objects that only mutations use.
    of_mutations: HashSet<Name>,
    /// Whether messages can list names from the schema.
    pub suggests: bool,
}

impl InputTypes {
    /// Collects the input types of `schema`. If `suggests` is true, messages list its names.
    #[must_use]
    pub fn new(schema: Arc<Valid<Schema>>, suggests: bool) -> Self {
        let mutation = schema.schema_definition.mutation.as_ref().map(|mutation| mutation.as_ref().clone());
        let (mut of_mutations, mut of_others) = (HashSet::new(), HashSet::new());
        for (name, ty) in &schema.types {
            let fields = match ty {
                ExtendedType::Object(object) => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => continue,
            };
            let found = if Some(name) == mutation.as_ref() { &mut of_mutations } else { &mut of_others };
            for field in fields.values() {
                reach(&schema, &field.arguments, found);
            }
        }
        of_mutations.retain(|name| !of_others.contains(name));
        Self { schema, of_mutations, suggests }
    }

    /// Returns the type with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ExtendedType> {
        self.schema.types.get(name)
    }

    /// Returns whether only mutations use this input object. Mutations report strings that are invalid for its scalars
    /// as user errors, together with all other errors of the input.
    #[must_use]
    pub fn is_of_mutations(&self, name: &str) -> bool {
        self.of_mutations.contains(name)
    }
}

fn reach<'a>(
    schema: &Schema,
    inputs: impl IntoIterator<Item = &'a Node<InputValueDefinition>>,
    found: &mut HashSet<Name>,
) {
    for input in inputs {
        let name = input.ty.inner_named_type();
        if let Some(ExtendedType::InputObject(object)) = schema.types.get(name)
            && found.insert(name.clone())
        {
            reach(schema, object.fields.values(), found);
        }
    }
}
