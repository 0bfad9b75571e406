//! Limits of requests: a request that exceeds one is rejected before it is executed, with the limit and the actual
//! value.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::{TestApp, on_each_engine};

/// Sends a query that must be rejected. Returns the exceeded limit, its value and the actual value.
async fn refused(app: &TestApp, query: &str) -> (String, u64, u64) {
    let answer = app.ask(query).await;
    assert_eq!(answer.status, 400);
    assert!(answer.statements <= 1, "no more than looking up who asks");
    assert_eq!(answer.body.get("data"), None);
    let extensions = &answer.error()["extensions"];
    assert_eq!(extensions["code"], "LIMIT_EXCEEDED", "{extensions}");
    let figure = |name: &str| extensions[name].as_u64().expect("it is a number");
    (extensions["limitName"].as_str().unwrap_or_default().to_owned(), figure("limit"), figure("actual"))
}

/// Returns a query with `depth` nested fields, of which the last is a leaf.
fn deep(depth: usize) -> String {
    let fields = ["topics { nodes {", "parent {"];
    let opened: String = (2..depth).map(|level| if level == 2 { fields[0] } else { fields[1] }).collect();
    format!("{{ {opened} slug {} }}", "}".repeat(depth - 1))
}

#[test]
fn limit_errors_report_values() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let fields: String = (0..5001).map(|_| "bookCount ").collect();
        let aliases: String = (0..101).map(|number| format!("a{number}: bookCount ")).collect();
        let directives = "@skip(if: false)".repeat(101);
        let tokens = "a ".repeat(20_000);
        for (query, what, limit, actual) in [
            (deep(25), "depth", 24, 25),
            (format!("{{ catalog {{ {fields} }} }}"), "fields", 5_000, 5_002),
            (format!("{{ catalog {{ {aliases} }} }}"), "aliases", 100, 101),
            (format!("{{ catalog {directives} {{ bookCount }} }}"), "directives", 100, 101),
            (format!("{{ {tokens} }}"), "tokens", 20_000, 20_002),
            (
                "{ books(first: 100) { nodes { topics(first: 100) { nodes { books(first: 100) { nodes { title } } } } } } }".to_owned(),
                "cost",
                200_000,
                1_020_201,
            ),
        ] {
            assert_eq!(refused(&app, &query).await, (what.to_owned(), limit, actual));
        }
        app.data(&deep(24)).await;
    });
}

#[test]
fn exponential_and_cyclic_fragments_are_rejected() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let fan = |levels: usize, spreads: usize| {
            let level = |level: usize| {
                format!(" fragment F{level} on Query {{ {} }}", format!("...F{} ", level + 1).repeat(spreads))
            };
            let fragments: String = (0..levels).map(level).collect();
            format!("{{ ...F0 }}{fragments} fragment F{levels} on Query {{ catalog {{ bookCount }} }}")
        };
        assert_eq!(refused(&app, &fan(8, 50)).await.0, "fields");
        assert_eq!(refused(&app, &fan(2_000, 1)).await.0, "depth");
        let unused = format!("query {{ catalog {{ bookCount }} }} {}", &fan(2_000, 1)["{ ...F0 }".len()..]);
        assert_eq!(refused(&app, &unused).await.0, "depth", "nor need they be spread");
        let circle = app.ask("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }").await;
        assert_eq!(circle.error()["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    });
}

#[test]
fn responses_report_their_cost() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let query = "query($first: Int!) { books(first: $first) { totalCount nodes { authors { name } } } }";
        let answer = app.ask_with(query, json!({ "first": 5 })).await;
        assert_eq!(answer.body["extensions"]["cost"], json!({ "requested": 57, "limit": 200_000 }));
        let nothing = app.ask("{ books(first: 101) { totalCount } }").await;
        assert_eq!(nothing.body["extensions"]["cost"]["requested"], 2, "what failed was tried");
        let invalid = app.ask("{ nothing }").await;
        assert_eq!(invalid.body.get("extensions"), None, "what was not tried cost nothing");
    });
}

#[test]
fn editors_can_send_longer_documents() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let records: String = (0..5_000).map(|_| "{ kind: \"topic\" } ").collect();
        let query = format!("mutation {{ catalogImport(input: {{ records: [{records}] }}) {{ userErrorCount }} }}");
        assert_eq!(refused(&app.signed_in(Role::Reader).await, &query).await.0, "tokens");
        let data = app.signed_in(Role::Editor).await.data(&query).await;
        assert_ne!(data["catalogImport"]["userErrorCount"], Value::Null);
    });
}
