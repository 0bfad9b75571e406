//! Introspection matches the published specification, without additions of later drafts:
//! <https://spec.graphql.org/September2025/#sec-Schema-Introspection.Schema-Introspection-Schema>

use serde_json::Value;

use crate::common::{TestApp, on_each_engine};

const QUERY: &str = "{ __schema {
    types { name fields(includeDeprecated: true) { name args(includeDeprecated: true) { ...I } type { ...T } } enumValues(includeDeprecated: true) { name } }
    directives { name isRepeatable locations args(includeDeprecated: true) { ...I } } } }
    fragment I on __InputValue { name defaultValue type { ...T } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

const FIELDS: [&str; 40] = [
    "__Schema.description: String",
    "__Schema.types: [__Type!]!",
    "__Schema.queryType: __Type!",
    "__Schema.mutationType: __Type",
    "__Schema.subscriptionType: __Type",
    "__Schema.directives: [__Directive!]!",
    "__Type.kind: __TypeKind!",
    "__Type.name: String",
    "__Type.description: String",
    "__Type.fields(includeDeprecated: Boolean! = false): [__Field!]",
    "__Type.interfaces: [__Type!]",
    "__Type.possibleTypes: [__Type!]",
    "__Type.enumValues(includeDeprecated: Boolean! = false): [__EnumValue!]",
    "__Type.inputFields(includeDeprecated: Boolean! = false): [__InputValue!]",
    "__Type.ofType: __Type",
    "__Type.specifiedByURL: String",
    "__Type.isOneOf: Boolean",
    "__Field.name: String!",
    "__Field.description: String",
    "__Field.args(includeDeprecated: Boolean! = false): [__InputValue!]!",
    "__Field.type: __Type!",
    "__Field.isDeprecated: Boolean!",
    "__Field.deprecationReason: String",
    "__InputValue.name: String!",
    "__InputValue.description: String",
    "__InputValue.type: __Type!",
    "__InputValue.defaultValue: String",
    "__InputValue.isDeprecated: Boolean!",
    "__InputValue.deprecationReason: String",
    "__EnumValue.name: String!",
    "__EnumValue.description: String",
    "__EnumValue.isDeprecated: Boolean!",
    "__EnumValue.deprecationReason: String",
    "__Directive.name: String!",
    "__Directive.description: String",
    "__Directive.isRepeatable: Boolean!",
    "__Directive.locations: [__DirectiveLocation!]!",
    "__Directive.args(includeDeprecated: Boolean! = false): [__InputValue!]!",
    "__TypeKind = SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL",
    "__DirectiveLocation = QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT \
     VARIABLE_DEFINITION SCHEMA SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE \
     INPUT_OBJECT INPUT_FIELD_DEFINITION",
];

const DIRECTIVES: [&str; 5] = [
    "@skip(if: Boolean!) on FIELD FRAGMENT_SPREAD INLINE_FRAGMENT",
    "@include(if: Boolean!) on FIELD FRAGMENT_SPREAD INLINE_FRAGMENT",
    "@deprecated(reason: String! = \"No longer supported\") on FIELD_DEFINITION ARGUMENT_DEFINITION INPUT_FIELD_DEFINITION ENUM_VALUE",
    "@oneOf on INPUT_OBJECT",
    "@specifiedBy(url: String!) on SCALAR",
];

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("it has a name")
}

fn written(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
        Some("LIST") => format!("[{}]", written(&ty["ofType"])),
        _ => name(ty).to_owned(),
    }
}

fn arguments(of: &Value) -> String {
    let written = list(&of["args"]).iter().map(|argument| {
        let default = argument["defaultValue"].as_str().map_or_else(String::new, |default| format!(" = {default}"));
        format!("{}: {}{default}", name(argument), written(&argument["type"]))
    });
    let written: Vec<String> = written.collect();
    if written.is_empty() { String::new() } else { format!("({})", written.join(", ")) }
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(" ")
}

#[test]
fn introspection_follows_the_published_specification() {
    on_each_engine(async |store| {
        let schema = TestApp::new(store).data(QUERY).await["__schema"].take();
        let mut found = Vec::new();
        for ty in list(&schema["types"]).iter().filter(|ty| name(ty).starts_with("__")) {
            for field in list(&ty["fields"]) {
                found.push(format!("{}.{}{}: {}", name(ty), name(field), arguments(field), written(&field["type"])));
            }
            if ty["enumValues"].is_array() {
                let values = joined(list(&ty["enumValues"]).iter().map(|value| name(value).to_owned()));
                found.push(format!("{} = {values}", name(ty)));
            }
        }
        let mut expected = FIELDS.map(str::to_owned).to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);

        let directives = list(&schema["directives"]).iter().map(|directive| {
            assert_eq!(directive["isRepeatable"], false);
            let locations =
                list(&directive["locations"]).iter().map(|place| place.as_str().unwrap_or_default().to_owned());
            format!("@{}{} on {}", name(directive), arguments(directive), joined(locations))
        });
        let mut directives: Vec<String> = directives.collect();
        let mut expected = DIRECTIVES.map(str::to_owned).to_vec();
        directives.sort();
        expected.sort();
        assert_eq!(directives, expected);
    });
}

#[test]
fn draft_specification_features_are_rejected() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for query in [
            "{ __schema { directives { isDeprecated } } }",
            "{ __schema { directives { deprecationReason } } }",
            "{ __schema { directives(includeDeprecated: true) { name } } }",
        ] {
            let answer = app.ask(query).await;
            assert_eq!(answer.status, 400, "{query}");
            assert_eq!(answer.body["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{query}");
        }
    });
}
