//! Strings that are invalid for a scalar in the inputs of mutations: always user errors.

use serde_json::{Map, Value, json};
use syllabus::auth::Role;

use crate::common::{TestApp, on_each_engine};

/// Each scalar in the inputs of mutations, in a mutation that is otherwise complete.
struct InInput {
    field: String,
    input: String,
    scalar: String,
    name: String,
    required: Map<String, Value>,
}

const INPUTS: &str = "{ __schema {
    mutationType { fields { name args { type { ofType { name } } } } }
    types { name kind enumValues { name } inputFields { name defaultValue type { ...T ofType { ...T } } } } } }
    fragment T on __Type { name kind }";

/// Scalars that accept every string, which is checked later.
const ANY_STRING: [&str; 8] = ["String", "ID", "Int", "Float", "Boolean", "JSON", "Decimal", "CurrencyCode"];

fn in_inputs(schema: &Value) -> Vec<InInput> {
    let types = schema["types"].as_array().expect("there are types");
    let of = |name: &Value| types.iter().find(|ty| ty["name"] == *name).expect("it is a type");
    let mut found = Vec::new();
    for mutation in schema["mutationType"]["fields"].as_array().expect("there are mutations") {
        let input = of(&mutation["args"][0]["type"]["ofType"]["name"]);
        let fields = input["inputFields"].as_array().expect("it has fields");
        let mut required = Map::new();
        for field in
            fields.iter().filter(|field| field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null())
        {
            let ty = types.iter().find(|ty| ty["name"] == field["type"]["ofType"]["name"]);
            let value = match ty.map(|ty| (&ty["kind"], &ty["enumValues"][0]["name"])) {
                Some((kind, first)) if kind == "ENUM" => first.clone(),
                Some(_) => json!("A"),
                // A list, or a list of lists.
                None => json!([]),
            };
            required.insert(field["name"].as_str().unwrap_or_default().to_owned(), value);
        }
        for field in fields {
            let ty = if field["type"]["name"].is_null() { &field["type"]["ofType"] } else { &field["type"] };
            let scalar = ty["name"].as_str().unwrap_or_default();
            if ty["kind"] == "SCALAR" && !ANY_STRING.contains(&scalar) {
                found.push(InInput {
                    field: mutation["name"].as_str().unwrap_or_default().to_owned(),
                    input: input["name"].as_str().unwrap_or_default().to_owned(),
                    scalar: scalar.to_owned(),
                    name: field["name"].as_str().unwrap_or_default().to_owned(),
                    required: required.clone(),
                });
            }
        }
    }
    found
}

#[test]
fn invalid_mutation_strings_are_user_errors() {
    on_each_engine(async |store| {
        let app = TestApp::new(store).signed_in(Role::Admin).await;
        let inputs = in_inputs(&app.data(INPUTS).await["__schema"]);
        assert!(inputs.len() >= 20, "{}", inputs.len());
        for InInput { field, input, scalar, name, required } in inputs {
            let mut whole = required.clone();
            whole.insert(name.clone(), json!("\u{1}"));
            let literal: String = required
                .iter()
                .map(
                    |(name, value)| {
                        if name == "role" { format!("{name}: READER ") } else { format!("{name}: {value} ") }
                    },
                )
                .collect();
            let errors = "userErrors { code path }";
            for (mutation, variables) in [
                (format!("mutation ($v: {input}!) {{ it: {field}(input: $v) {{ {errors} }} }}"), json!({ "v": whole })),
                (
                    format!(
                        "mutation ($v: {scalar}) {{ it: {field}(input: {{ {literal}{name}: $v }}) {{ {errors} }} }}"
                    ),
                    json!({ "v": "\u{1}" }),
                ),
                (
                    format!("mutation {{ it: {field}(input: {{ {literal}{name}: \"\\u0001\" }}) {{ {errors} }} }}"),
                    json!({}),
                ),
            ] {
                let data = app.ask_with(&mutation, variables).await.data();
                let user_errors = data["it"]["userErrors"].as_array().into_iter().flatten();
                let expected = json!(["input", name]);
                let codes: Vec<&Value> =
                    user_errors.filter(|error| error["path"] == expected).map(|error| &error["code"]).collect();
                assert_eq!(codes, [&json!("INVALID")], "{mutation}: {data}");
            }
        }
    });
}

#[test]
fn invalid_shared_scalars_are_request_errors() {
    on_each_engine(async |store| {
        let app = TestApp::new(store).signed_in(Role::Editor).await;
        let mutation = "mutation ($v: Duration) { courseCreate(input: { title: \"A\", weeklyEffort: $v }) {
            course { learningPath(weeklyEffort: $v) { resourceCount } } userErrors { message } } }";
        let answer = app.ask_with(mutation, json!({ "v": "soon" })).await;
        assert_eq!((answer.status, answer.body.get("data")), (400, None), "{}", answer.body);
        assert_eq!(answer.error()["extensions"]["variable"], "v");
    });
}
