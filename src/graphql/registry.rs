//! Completes the schema when all types are registered: adds the fields of interfaces and the paging arguments, and
//! adapts the schema to its variant.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaInputValue, MetaType, Registry};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use super::{federation, interface};

/// An argument: its name, its type and its description.
type Argument = (&'static str, &'static str, &'static str);

const AFTER: Argument = ("after", "String", "Returns only items after this cursor. Default: from the first item.");

/// The paging arguments, in schema order.
static PAGE_ARGUMENTS: [Argument; 4] = [
    (
        "first",
        "Int",
        "The number of items to return, from the start of the list. Default: 20, unless `last` is given. Maximum: 100.",
    ),
    AFTER,
    (
        "last",
        "Int",
        "The number of items to return, from the end of the list. Default: none. Maximum: 100. Cannot be combined with \
         `first`.",
    ),
    ("before", "String", "Returns only items before this cursor. Default: up to the last item."),
];

/// The paging arguments of a connection without `last` and `before`.
static FORWARD_ARGUMENTS: [Argument; 2] =
    [("first", "Int", "The number of items to return, from the start of the list. Default: 20. Maximum: 100."), AFTER];

/// A variant of the schema.
pub trait SchemaVariant: Send + Sync + 'static {
    /// Adds or removes what is specific to the variant.
    fn adapt(registry: &mut Registry);
}

/// For clients that use this server directly.
pub struct Standalone;

impl SchemaVariant for Standalone {
    fn adapt(registry: &mut Registry) {
        federation::remove_subgraph_fields(registry);
    }
}

/// For the router of a supergraph.
pub struct Subgraph;

impl SchemaVariant for Subgraph {
    fn adapt(registry: &mut Registry) {
        federation::remove_node_fields(registry);
    }
}

/// For composition, which requires the keys of entities. Never executed: with keys, async-graphql would resolve
/// `_entities` by itself.
pub struct Composition;

impl SchemaVariant for Composition {
    fn adapt(registry: &mut Registry) {
        federation::remove_node_fields(registry);
        federation::add_keys(registry);
    }
}

/// Not a real type: registering it gives access to async-graphql's registry when all types are registered.
pub struct RegistryHook<V>(PhantomData<V>);

impl<V: SchemaVariant> OutputType for RegistryHook<V> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Query")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        interface::register(registry);
        add_page_arguments(registry);
        fill_interfaces(registry);
        V::adapt(registry);
        Self::qualified_type_name()
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}

/// A connection without `last` and `before`.
const FORWARD_ONLY: &str = "ChangeConnection";

/// The paging arguments of a field of this type; none if the type is not a connection.
fn page_arguments(ty: &str) -> &'static [Argument] {
    match ty.trim_end_matches('!') {
        FORWARD_ONLY => &FORWARD_ARGUMENTS,
        ty if ty.ends_with("Connection") => &PAGE_ARGUMENTS,
        _ => &[],
    }
}

fn add_page_arguments(registry: &mut Registry) {
    for ty in registry.types.values_mut() {
        let MetaType::Object { fields, .. } = ty else { continue };
        for field in fields.values_mut() {
            for (name, ty, description) in page_arguments(&field.ty) {
                let mut argument = MetaInputValue::new(*name, *ty);
                argument.description = Some((*description).to_owned());
                field.args.insert((*name).to_owned(), argument);
            }
        }
    }
}

fn fill_interfaces(registry: &mut Registry) {
    for (name, template, names) in interface::FIELDS {
        let Some(MetaType::Object { fields, .. }) = registry.types.get(*template) else { continue };
        let copied =
            names.iter().filter_map(|field| Some(((*field).to_owned(), fields.get(*field)?.clone()))).collect();
        if let Some(MetaType::Interface { fields, .. }) = registry.types.get_mut(*name) {
            *fields = copied;
        }
    }
}
