//! A small catalog, and an editor who changes it.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::{Answer, Store, TestApp};

const CATALOG: &str = r#"{"kind":"topic","slug":"databases","code":"tpcdb2","title":"Databases"}
{"kind":"topic","slug":"sql","code":"tpcsq2","title":"SQL","parent":"databases"}
{"kind":"person","slug":"ada-lovelace","code":"prsad2","name":"Ada Lovelace"}
{"kind":"organization","slug":"no-starch","code":"rgnst2","name":"No Starch Press"}
{"kind":"book","slug":"sql-in-a-week","code":"bkkqa2","title":"SQL in a Week","authors":["ada-lovelace"],"publisher":"no-starch","isbn13":"9780134190440","topics":["sql"]}
{"kind":"course","slug":"first-steps","code":"crsfs2","title":"First Steps"}
{"kind":"course","slug":"second-steps","code":"crsse2","title":"Second Steps","prerequisites":["first-steps"]}
{"kind":"career","slug":"data-engineer","code":"cardw2","title":"Data Engineer","topics":["databases"]}
{"kind":"readingList","owner":{"kind":"career","slug":"data-engineer"},"code":"rdste2","entries":[{"kind":"book","slug":"sql-in-a-week","code":"entry2"},{"kind":"course","slug":"first-steps","code":"entry3"}]}
"#;

/// Returns the application over the catalog, authenticated as an editor.
pub async fn editor_app(store: &Store) -> TestApp {
    TestApp::with(store, CATALOG).await.signed_in(Role::Editor).await
}

const ERRORS: &str = "userErrors { __typename code message path \
     ... on StaleRevisionError { currentRevision current { id revision } } \
     ... on InUseError { usedByCount usedBy { __typename id } } }";

/// Sends a mutation with one input, and selects these fields in addition to its errors.
pub async fn send(app: &TestApp, mutation: &str, input: Value, selection: &str) -> Answer {
    let mut ty: Vec<char> = mutation.chars().collect();
    ty[0] = ty[0].to_ascii_uppercase();
    let ty: String = ty.into_iter().collect();
    let query = format!("mutation($input: {ty}Input!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}");
    app.ask_with(&query, json!({ "input": input })).await
}

/// Sends a mutation that must be accepted, and returns its payload.
#[track_caller]
pub fn accepted(answer: &Answer, mutation: &str) -> Value {
    let payload = answer.data()[mutation].clone();
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload
}

/// Returns the user errors of a mutation, each as code and path.
#[track_caller]
pub fn user_errors(answer: &Answer, mutation: &str) -> Vec<(String, String)> {
    let errors = answer.data()[mutation]["userErrors"].clone();
    let errors = errors.as_array().expect("there is a list").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let path = |value: &Value| {
        let parts = value.as_array().map(|parts| parts.iter().map(text).collect::<Vec<_>>());
        parts.unwrap_or_default().join(".")
    };
    errors.iter().map(|error| (text(&error["code"]), path(&error["path"]))).collect()
}
