//! Invalid input: the error names the argument and has the code `BAD_USER_INPUT`. A well-formed id that does not exist
//! is null instead.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};

/// A query, and the argument that the error must name.
struct Refused {
    what: &'static str,
    query: String,
    argument: &'static str,
}

fn refused(what: &'static str, argument: &'static str, query: impl Into<String>) -> Refused {
    Refused { what, query: query.into(), argument }
}

fn in_paging() -> Vec<Refused> {
    let of_other_order = "WyJib29rLmlkIFRJVExFIEFzYyIsWyJhIl0sMV0"; // ["book.id TITLE Asc",["a"],1]
    vec![
        refused("a cursor that is no base64", "after", r#"{ books(after: "§") { nodes { id } } }"#),
        refused("a cursor that is no JSON", "before", r#"{ books(before: "YWJj") { nodes { id } } }"#),
        refused("an empty cursor", "after", r#"{ books(after: "") { nodes { id } } }"#),
        refused("a cursor of another order", "after", by_year(of_other_order)),
        refused(
            "a cursor of another list",
            "after",
            format!(r#"{{ courses(after: "{of_other_order}") {{ totalCount }} }}"#),
        ),
        refused("first over 100", "first", "{ books(first: 101) { nodes { id } } }"),
        refused("last over 100", "last", "{ books(last: 101) { nodes { id } } }"),
        refused("first that is negative", "first", "{ books(first: -1) { nodes { id } } }"),
        refused("last that is negative", "last", "{ books(last: -1) { nodes { id } } }"),
        refused("first with last", "last", "{ books(first: 1, last: 1) { nodes { id } } }"),
        refused("first over 100 further in", "first", "{ topics { nodes { books(first: 101) { totalCount } } } }"),
    ]
}

fn by_year(cursor: &str) -> String {
    format!(r#"{{ books(after: "{cursor}", orderBy: [{{ field: PUBLICATION_YEAR }}]) {{ nodes {{ id }} }} }}"#)
}

fn in_look_ups() -> Vec<Refused> {
    let many: Vec<String> = (0..101).map(|_| r#""book_zzzzzz""#.to_owned()).collect();
    vec![
        refused("an id that is no id", "id", r#"{ node(id: "nonsense") { id } }"#),
        refused("an id of no kind", "id", r#"{ node(id: "game_zzzzzz") { id } }"#),
        refused("an id among others that is none", "ids", r#"{ nodes(ids: ["book_zzzzzz", "zzzzzz"]) { id } }"#),
        refused("more than 100 ids", "ids", format!("{{ nodes(ids: [{}]) {{ id }} }}", many.join(","))),
        refused("by with an id that is no id", "by", r#"{ book(by: { id: "nonsense" }) { id } }"#),
    ]
}

fn in_lists() -> Vec<Refused> {
    let twice = "{ books(orderBy: [{ field: TITLE }, { field: TITLE, direction: DESC }]) { nodes { id } } }";
    let deep = format!("{{ books(where: {}{{}}{}) {{ totalCount }} }}", "{ not: ".repeat(8), " }".repeat(8));
    let deep_in_relations = "{ books(where: { and: [{ or: [{ not: { hasTopic: { parent: { parent: { and: [{ or: [{ slug: { eq: \"a\" } }] }] } } } } }] }] }) { totalCount } }";
    vec![
        refused("an order field twice", "orderBy", twice),
        refused("a filter nested nine deep", "where", deep),
        refused("a filter nested nine deep through relations", "where", deep_in_relations),
    ]
}

fn in_learning_paths() -> Vec<Refused> {
    let path = |effort| {
        format!(r#"{{ topic(by: {{ slug: "a" }}) {{ learningPath(weeklyEffort: "{effort}") {{ resourceCount }} }} }}"#)
    };
    let knowing =
        |ids: &str| format!(r#"{{ topic(by: {{ slug: "a" }}) {{ learningPath(known: {ids}) {{ resourceCount }} }} }}"#);
    vec![
        refused("no time a week", "weeklyEffort", path("PT0H")),
        refused("no time a week, in minutes", "weeklyEffort", path("PT0M")),
        refused("a known id that is malformed", "known", knowing(r#"["book_bkkqa2", "sql"]"#)),
        refused("a known id of no kind", "known", knowing(r#"["planet_bkkqa2"]"#)),
        refused("501 known ids", "known", knowing(&format!("[{}]", r#""book_bkkqa2","#.repeat(501)))),
    ]
}

#[test]
fn errors_name_the_argument() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, [topic("a")]).await;
        for case in [in_paging(), in_look_ups(), in_lists(), in_learning_paths()].into_iter().flatten() {
            let error = app.ask(&case.query).await.error();
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{}: {error}", case.what);
            assert_eq!(error["extensions"]["argument"], case.argument, "{}: {error}", case.what);
        }
    });
}

#[test]
fn invalid_root_arguments_execute_no_statement() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for case in [in_look_ups(), in_lists()].into_iter().flatten() {
            assert_eq!(app.ask(&case.query).await.statements, 0, "{}", case.what);
        }
    });
}

/// Invalid strings for a scalar, by the argument.
const NO_SCALARS: [(&str, &str); 15] = [
    ("where", r#"{ videos(where: { publicationDate: { eq: "last year" } }) { totalCount } }"#),
    ("where", r#"{ videos(where: { publicationDate: { gt: "2011-02-30" } }) { totalCount } }"#),
    ("where", r#"{ books(where: { publishedAt: { eq: "yesterday" } }) { totalCount } }"#),
    ("where", r#"{ books(where: { publishedAt: { gt: "2025-01-01" } }) { totalCount } }"#),
    ("where", r#"{ books(where: { publishedAt: { lt: "2025-02-30T00:00:00Z" } }) { totalCount } }"#),
    ("where", "{ books(where: { publishedAt: { lt: 1735689600 } }) { totalCount } }"),
    ("where", r#"{ books(where: { timeRequired: { eq: "5 hours" } }) { totalCount } }"#),
    ("weeklyEffort", r#"{ topic(by: { slug: "a" }) { learningPath(weeklyEffort: "P1M") { resourceCount } } }"#),
    ("weeklyEffort", r#"{ topic(by: { slug: "a" }) { learningPath(weeklyEffort: "-PT1H") { resourceCount } } }"#),
    ("where", r#"{ books(where: { language: { eq: "not a language" } }) { totalCount } }"#),
    ("where", r#"{ books(where: { language: { matches: "" } }) { totalCount } }"#),
    ("by", r#"{ book(by: { isbn: "123" }) { id } }"#),
    ("by", r#"{ book(by: { isbn: "9780306406158" }) { id } }"#),
    ("where", r#"{ books(where: { isbn: { in: ["9.78E+12"] } }) { totalCount } }"#),
    ("where", "{ books(where: { publicationYear: { eq: 3000000000 } }) { totalCount } }"),
];

#[test]
fn invalid_scalars_name_the_argument() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, [topic("a")]).await;
        for (argument, query) in NO_SCALARS {
            let error = app.ask(query).await.error();
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{query}: {error}");
            assert_eq!(error["extensions"]["argument"], argument, "{query}: {error}");
            let message = error["message"].as_str().expect("it has a message");
            let named = format!("Argument \"{argument}\" has an invalid value");
            assert!(message.starts_with(&named), "{query}: {message}");
            assert!(!message.contains("occurred while parsing"), "{query}: {message}");
        }
    });
}

/// A query that would exhaust the server is rejected before it is parsed, or before a statement is sent.
#[test]
fn depth_and_cost_limits_report_values() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, [topic("a")]).await;
        let deep = format!("{{ books(where: {}{}) {{ totalCount }} }}", "{not: ".repeat(600), "}".repeat(600));
        let answer = app.ask(&deep).await;
        assert_eq!(answer.statements, 0);
        let error = answer.error();
        assert_eq!(error["extensions"]["code"], "LIMIT_EXCEEDED");
        assert_eq!((&error["extensions"]["limit"], &error["extensions"]["actual"]), (&64.into(), &602.into()));

        let broad = format!("{{ books(where: {{ or: [{}] }}) {{ totalCount }} }}", "{slug: {eq: \"a\"}} ".repeat(300));
        let answer = app.ask(&broad).await;
        assert_eq!(answer.statements, 0);
        assert_eq!(answer.error()["extensions"]["argument"], "where");

        let unknown: Vec<String> = (0..1000).map(|number| format!("a{number}")).collect();
        let wrong = format!("{{ {} }}", unknown.join(" "));
        let answer = app.ask(&wrong).await;
        assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(20));
    });
}

#[test]
fn lookups_require_exactly_one_key() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let by = "query ($by: BookBy!) { book(by: $by) { id } }";
        for (query, variables) in [
            ("{ book(by: {}) { id } }", Value::Null),
            (r#"{ book(by: { slug: "a", code: "zzzzzz" }) { id } }"#, Value::Null),
            ("{ book(by: { slug: null }) { id } }", Value::Null),
            (by, json!({ "by": {} })),
            (by, json!({ "by": { "slug": "a", "code": "zzzzzz" } })),
            (by, json!({ "by": { "slug": null } })),
        ] {
            let answer = app.ask_with(query, variables.clone()).await;
            let error = answer.error();
            assert_eq!(answer.status, 400, "{query} with {variables}");
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{query} with {variables}: {error}");
            assert_eq!(error["extensions"]["argument"], "by", "{query} with {variables}: {error}");
        }
    });
}

/// Well-formed values that do not exist.
const UNKNOWN: [&str; 12] = [
    r#"{ it: node(id: "book_zzzzzz") { id } }"#,
    r#"{ it: node(id: "reading_list_zzzzzz") { id } }"#,
    r#"{ it: node(id: "reading_list_entry_zzzzzz") { id } }"#,
    r#"{ it: book(by: { id: "book_zzzzzz" }) { id } }"#,
    r#"{ it: book(by: { code: "zzzzzz" }) { id } }"#,
    r#"{ it: book(by: { code: "zzz\u0000zz" }) { id } }"#,
    r#"{ it: book(by: { slug: "unknown" }) { id } }"#,
    r#"{ it: book(by: { slug: "" }) { id } }"#,
    r#"{ it: book(by: { isbn: "9780306406157" }) { id } }"#,
    r#"{ it: resolve(path: "/book/zzzzzz/unknown") { canonicalPath } }"#,
    r#"{ it: resolve(path: "/book/%00") { canonicalPath } }"#,
    r#"{ it: resolve(path: "\u0000") { canonicalPath } }"#,
];

#[test]
fn unknown_records_are_null() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for query in UNKNOWN {
            assert_eq!(app.data(query).await, json!({ "it": null }), "{query}");
        }
    });
}

fn topic(slug: &str) -> Value {
    json!({ "kind": "topic", "slug": slug, "title": slug })
}
