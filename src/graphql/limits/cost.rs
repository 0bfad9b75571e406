//! The cost of an operation, computed before its execution: the maximum number of objects that it can return.
//!
//! An object costs 1, and so does each list or page; scalars are free. The cost of a page is multiplied by its length,
//! which is `first` or `last` or their default. Lists without such an argument are assumed to have
//! [`DEFAULT_LIST_LENGTH`] elements. Counts, fields with statements of their own and long texts have an additional
//! cost: see [`EXTRA_COSTS`]. Introspection and aliases cost 1 for each [`BYTES_PER_COST`]. A scalar with an alias costs
//! more, because aliases can repeat it.

use std::collections::HashMap;

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Value, Variables};

use super::introspection::IntrospectionSize;
use crate::graphql::operation;
use crate::graphql::paging::DEFAULT_PAGE;

/// The assumed length of lists without a length argument.
const DEFAULT_LIST_LENGTH: usize = 10;

/// The maximum length of a page. Longer pages are rejected.
const MAX_PAGE_LENGTH: usize = 100;

/// The bytes of introspection or of an alias that cost 1: the size of the smallest object in a response,
/// `{"id":"book_j3zt4n"}`.
const BYTES_PER_COST: u32 = 20;

/// An introspection field with a shorter response is free, because clients often query `__type` for one name. With an
/// alias it is not, because aliases can repeat it.
const FREE_INTROSPECTION_BYTES: f64 = 1_000.0;

/// Fields with an additional cost, of one type or of any type: they count, gather many rows, or are long.
const EXTRA_COSTS: [(Option<&str>, &str, usize); 8] = [
    (None, "totalCount", 1),
    (None, "jsonLd", 10),
    (Some("Article"), "markdown", 100),
    (Some("Article"), "html", 100),
    (Some("ArticleSection"), "markdown", 10),
    (Some("ArticleSection"), "html", 10),
    (Some("ArticleProse"), "markdown", 1),
    (Some("ArticleProse"), "html", 1),
];

/// The cost of a scalar with an alias, and that of a longer text with an alias.
const ALIASED_COST: usize = 1;
const ALIASED_TEXT_COST: usize = 10;
const TEXTS: [&str; 6] = ["description", "descriptionHtml", "introduction", "introductionHtml", "note", "noteHtml"];

/// Arguments whose length is the length of the returned list.
const ID_LIST_ARGUMENTS: [&str; 2] = ["ids", "representations"];
/// The cost of a mutation field.
const MUTATION_COST: usize = 10;

/// The costs of the fields of a schema.
pub struct CostModel {
    fields: HashMap<String, HashMap<String, FieldShape>>,
    introspection: IntrospectionSize,
    /// The cost of `_service { sdl }`.
    sdl: usize,
}

/// The type and the number of the objects that a field returns.
#[derive(Clone, Debug)]
struct FieldShape {
    /// The object, interface or union that the field returns; `None` for scalars and enums.
    to: Option<String>,
    size: Size,
}

/// The number of objects that a field returns.
#[derive(Clone, Debug)]
enum Size {
    One,
    /// [`DEFAULT_LIST_LENGTH`] objects.
    List,
    /// The value of `first` or `last`, or this default.
    Page(usize),
    /// The length of this list argument.
    Argument(&'static str),
}

/// The cost of a selection: once, and for each element of the page to which it belongs.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    once: usize,
    each: usize,
}

impl Cost {
    fn plus(self, other: Self) -> Self {
        Self { once: self.once.saturating_add(other.once), each: self.each.saturating_add(other.each) }
    }
}

impl CostModel {
    /// Reads the costs of fields from a schema. The response of `_service` has `sdl_bytes` bytes.
    #[must_use]
    pub fn new(schema: &Schema, sdl_bytes: usize) -> Self {
        let mut fields = HashMap::new();
        for (name, ty) in &schema.types {
            let own = match ty {
                ExtendedType::Object(object) => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => continue,
            };
            let shapes = own.iter().map(|(field, definition)| (field.to_string(), field_shape(schema, definition)));
            fields.insert(name.to_string(), shapes.collect());
        }
        Self { fields, introspection: IntrospectionSize::of(schema), sdl: sdl_bytes.div_ceil(BYTES_PER_COST as usize) }
    }

    /// The cost of a field without the objects that it returns.
    fn extra(&self, ty: &str, name: &str) -> usize {
        match (ty, name) {
            ("Mutation", _) => MUTATION_COST,
            ("_Service", "sdl") => self.sdl,
            _ => {
                let applies = |of: Option<&str>| of.is_none_or(|of| of == ty);
                EXTRA_COSTS.iter().find(|(of, extra, _)| *extra == name && applies(*of)).map_or(0, |(.., extra)| *extra)
            }
        }
    }

    /// Returns the cost of the operation with this name.
    #[must_use]
    pub fn cost(&self, document: &ExecutableDocument, operation_name: Option<&str>, variables: &Variables) -> usize {
        let Ok(operation) = operation::of(document, operation_name) else { return 0 };
        let root = match operation.node.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut visitor = CostVisitor {
            cost_model: self,
            document,
            operation: &operation.node,
            variables,
            fragments: HashMap::new(),
        };
        visitor.selections(root, &operation.node.selection_set.node).once
    }
}

/// The cost of introspection with a response of `bytes` bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is no negative number, and more than the greatest becomes that"
)]
fn introspection_cost(bytes: f64) -> usize {
    (bytes / f64::from(BYTES_PER_COST)).ceil() as usize
}

fn field_shape(schema: &Schema, definition: &FieldDefinition) -> FieldShape {
    let name = definition.ty.inner_named_type();
    let to = match schema.types.get(name) {
        Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_)) => Some(name.to_string()),
        _ => None,
    };
    let is_list = matches!(&definition.ty, Type::List(_) | Type::NonNullList(_));
    let size = match definition.argument_by_name("first") {
        Some(first) => {
            let default = first.default_value.as_ref().and_then(|value| value.to_i32());
            Size::Page(default.and_then(|first| usize::try_from(first).ok()).unwrap_or(DEFAULT_PAGE as usize))
        }
        None if is_list => {
            let argument =
                ID_LIST_ARGUMENTS.into_iter().find(|argument| definition.argument_by_name(argument).is_some());
            argument.map_or(Size::List, Size::Argument)
        }
        None => Size::One,
    };
    FieldShape { to, size }
}

/// Computes the cost of one operation. The size of its document was checked, so recursion into fragments is limited.
struct CostVisitor<'a> {
    cost_model: &'a CostModel,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// The costs of the fragments visited so far.
    fragments: HashMap<&'a Name, Cost>,
}

impl<'a> CostVisitor<'a> {
    fn selections(&mut self, ty: &str, selections: &'a SelectionSet) -> Cost {
        let mut cost = Cost::default();
        for selection in &selections.items {
            cost = cost.plus(match &selection.node {
                Selection::Field(field) => self.field(ty, &field.node),
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let ty = condition.map_or(ty, |condition| condition.node.on.node.as_str());
                    self.selections(ty, &inline.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            });
        }
        cost
    }

    fn fragment(&mut self, name: &Name) -> Cost {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Cost::default() };
        if let Some(known) = self.fragments.get(name) {
            return *known;
        }
        self.fragments.insert(name, Cost::default());
        let ty = fragment.node.type_condition.node.on.node.as_str();
        let cost = self.selections(ty, &fragment.node.selection_set.node);
        self.fragments.insert(name, cost);
        cost
    }

    fn field(&mut self, ty: &str, field: &'a Field) -> Cost {
        let name = field.name.node.as_str();
        if let Some(bytes) = self.cost_model.introspection.bytes(self.document, field) {
            let is_free = bytes < FREE_INTROSPECTION_BYTES && field.alias.is_none();
            return Cost { once: if is_free { 0 } else { introspection_cost(bytes) }, each: 0 };
        }
        let alias = field.alias.as_ref().map(|alias| alias.node.len());
        let alias_cost = alias.map_or(0, |bytes| bytes / BYTES_PER_COST as usize);
        let extra = self.cost_model.extra(ty, name).saturating_add(alias_cost);
        let shape = self.cost_model.fields.get(ty).and_then(|fields| fields.get(name));
        // Validation rejects unknown fields, so a field without a shape is `__typename`.
        let Some((shape, to)) = shape.and_then(|shape| Some((shape, shape.to.as_ref()?))) else {
            let aliased = if TEXTS.contains(&name) { ALIASED_TEXT_COST } else { ALIASED_COST };
            return Cost { once: extra.saturating_add(alias.map_or(0, |_| aliased)), each: 0 };
        };
        let below = self.selections(to, &field.selection_set.node);
        let is_page = ty.ends_with("Connection") && matches!(name, "nodes" | "edges");
        if is_page {
            return Cost { once: extra, each: below.once.saturating_add(1) };
        }
        let length = match shape.size {
            Size::One => 1,
            Size::List => DEFAULT_LIST_LENGTH,
            Size::Page(default) => self.page_length(field).unwrap_or(default).min(MAX_PAGE_LENGTH),
            Size::Argument(argument) => self.list_argument_length(field, argument),
        };
        let once = if to.ends_with("Connection") {
            below.once.saturating_add(below.each.saturating_mul(length)).saturating_add(1)
        } else {
            below.once.saturating_add(1).saturating_mul(length)
        };
        Cost { once: once.saturating_add(extra), each: 0 }
    }

    /// Returns the requested length of a page.
    fn page_length(&self, field: &Field) -> Option<usize> {
        let sizes = ["first", "last"].into_iter().filter_map(|argument| match self.argument(field, argument)? {
            Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
            _ => None,
        });
        sizes.max()
    }

    /// Returns the length of a list argument.
    fn list_argument_length(&self, field: &Field, argument: &str) -> usize {
        match self.argument(field, argument) {
            Some(Value::List(elements)) => elements.len(),
            // A single value is coerced to a list of one.
            Some(_) => 1,
            None => DEFAULT_LIST_LENGTH,
        }
    }

    /// Returns the value of an argument, with its variables replaced.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let written = field.get_argument(name)?.node.clone();
        written.into_const_with(|variable| self.variable(&variable).ok_or(())).ok()
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        self.variables.get(name).cloned().or_else(|| {
            let definition = self.operation.variable_definitions.iter().find(|it| it.node.name.node == *name)?;
            definition.node.default_value.as_ref().map(|default| default.node.clone())
        })
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn cost_model() -> CostModel {
        let sdl = "type Query { books(first: Int, last: Int): BookConnection! node(id: ID!): Book nodes(ids: [ID!]!): [Book]! suggest(first: Int! = 10): [Book!]! }
             type BookConnection { nodes: [Book!]! edges: [BookEdge!]! totalCount: Int! facets: Facets! }
             type BookEdge { node: Book! } type Facets { top: Book! }
             type Book { title: String description: String jsonLd: String authors: [Book!]! related(first: Int): BookConnection! }
             type Mutation { bookCreate: Book }";
        CostModel::new(&Schema::parse(sdl, "test.graphql").expect("the SDL is valid"), 0)
    }

    fn cost(document: &str) -> usize {
        let variables = Variables::from_json(json!({ "n": 7, "ids": ["a", "b", "c"] }));
        cost_model().cost(&parse_query(document).expect("the document is valid"), None, &variables)
    }

    #[test]
    fn each_thing_costs_one_and_values_are_free() {
        for (document, expected) in [
            ("{ __typename }", 0),
            ("{ a: __typename }", 1),
            ("{ node(id: 1) { title a: title b: title } }", 3),
            ("{ node(id: 1) { description a: description } }", 11),
            ("{ books(first: 3) { nodes { a: title } b: totalCount } }", 1 + 3 * 2 + 2),
            ("{ an_alias_of_forty_characters_is_very_long: node(id: 1) { title } }", 3),
            ("{ node(id: 1) { title } }", 1),
            ("{ node(id: 1) { title jsonLd } }", 11),
            ("{ node(id: 1) { authors { title } } }", 11),
            ("{ unknown { title } }", 0),
            ("mutation { bookCreate { title } }", 11),
        ] {
            assert_eq!(cost(document), expected, "{document}");
        }
    }

    #[test]
    fn pages_multiply_what_stands_within_them() {
        for (document, expected) in [
            ("{ books { nodes { title } } }", 21),
            ("{ books(first: 3) { nodes { title } totalCount facets { top { title } } } }", 1 + 3 + 1 + 2),
            ("{ books(last: 3) { edges { node { title } } } }", 1 + 3 * 2),
            ("{ books(first: 4) { nodes { related(first: 5) { nodes { title } } } } }", 1 + 4 * (1 + 1 + 5)),
            ("query($n: Int) { books(first: $n) { nodes { title } } }", 8),
            ("query($m: Int = 2) { books(first: $m) { nodes { title } } }", 3),
            ("{ books(first: 2000000000) { nodes { title } } }", 101),
            ("{ suggest { title } a: suggest(first: 2) { title } }", 12),
            ("query($ids: [ID!]!) { nodes(ids: $ids) { title } b: nodes(ids: [1, 2]) { title } }", 5),
        ] {
            assert_eq!(cost(document), expected, "{document}");
        }
    }

    #[test]
    fn fragments_cost_wherever_they_are_spread() {
        let document = "{ books(first: 3) { ...F } a: books(first: 2) { ... on BookConnection { ...F } } }
             fragment F on BookConnection { totalCount nodes { ...T } } fragment T on Book { authors { title } }";
        assert_eq!(cost(document), (1 + 1 + 3 * 11) + (1 + 1 + 2 * 11));
        let mut fan = String::from("{ node(id: 1) { ...F0 } }");
        for level in 0..40 {
            let spreads = format!("...F{} ", level + 1).repeat(50);
            fan += &format!(" fragment F{level} on Book {{ {spreads} }}");
        }
        assert_eq!(cost(&(fan + " fragment F40 on Book { authors { title } }")), usize::MAX);
    }

    #[test]
    fn introspection_costs_by_its_size() {
        assert_eq!(cost("{ __type(name: \"Book\") { name } }"), 0);
        let aliased: String = (0..100).map(|number| format!("a{number}: __type(name: \"Book\") {{ name }} ")).collect();
        assert!(cost(&format!("{{ {aliased} }}")) >= 100);
        let types = cost("{ __schema { types { kind name description } } }");
        assert!(types > 50, "{types}");
        let with_fields = cost("{ __schema { types { kind name description fields { name description } } } }");
        assert!(with_fields > 2 * types, "{with_fields} is not more than {types}");
        let alias = "a".repeat(1_000);
        let long = cost(&format!("{{ __schema {{ types {{ {alias}: name }} }} }}"));
        assert!(long > 50 * 10, "{long} is too little for ten names of 1,000 bytes");
        let aliased: String = (0..10).map(|number| format!("a{number}: __schema {{ ...S }} ")).collect();
        let aliased = cost(&format!("{{ {aliased} }} fragment S on __Schema {{ types {{ kind name description }} }}"));
        assert!((9 * types..=12 * types).contains(&aliased), "{aliased} is not ten times {types}");
    }
}
