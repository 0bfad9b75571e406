//! Documents that async-graphql alone would accept or reject incorrectly.

use serde_json::json;

use crate::common::{TestApp, on_each_engine};

#[test]
fn invalid_syntax_is_rejected() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for query in [
            "{ catalog {} }",
            "query () { __typename }",
            "{ ...on } fragment on on Query { __typename }",
            "{ catalog { bookCount }",
            "{ catalog { bookCount } } trailing",
        ] {
            let answer = app.ask(query).await;
            assert_eq!((answer.status, answer.statements), (400, 0), "{query}");
            assert_eq!(answer.body["errors"][0]["extensions"]["code"], "GRAPHQL_PARSE_FAILED", "{query}");
            assert_eq!(answer.body.get("data"), None, "{query}");
        }
    });
}

#[test]
fn validation_rules_apply_everywhere() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for query in [
            "{ __typename { x } }",
            "{ __typename @include(if: $x) }",
            "{ __typename @nothing }",
            "{ __typename @skip }",
            "query ($a: Boolean! @skip(if: true)) { catalog @include(if: $a) { bookCount } }",
            "query ($a: Boolean) { catalog @include(if: $a) { bookCount } }",
            "{ __schema { queryType { x: name } } __schema { queryType { x: kind } } }",
            "{ careers(where: { and: [{}], and: [{}] }) { totalCount } }",
            "{ a: books { nodes { x: title } } a: books { nodes { x: code } } }",
        ] {
            let answer = app.ask(query).await;
            assert_eq!((answer.status, answer.statements), (400, 0), "{query}");
            assert_eq!(answer.body["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{query}");
            assert!(answer.body["errors"][0]["locations"][0]["line"].is_number(), "{query}");
        }
    });
}

#[test]
fn valid_documents_are_rejected_with_invalid_variables() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let query = "query ($slug: String!, $first: Int, $by: Boolean = true) {
            book(by: { slug: $slug }) @include(if: $by) { title } books(first: $first) { totalCount } }";
        let good = [
            json!({ "slug": "a", "first": 3 }),
            json!({ "slug": "a" }),
            json!({ "slug": "a", "first": null, "by": false }),
        ];
        let bad = [
            json!({ "slug": 3 }),
            json!({ "slug": null }),
            json!({}),
            json!({ "slug": ["a"] }),
            json!({ "slug": "a", "first": "3" }),
            json!({ "slug": "a", "first": 2_147_483_648_u32 }),
            json!({ "slug": "a", "by": "yes" }),
            json!({ "slug": "a", "by": null }),
        ];
        let mut responses = Vec::new();
        for variables in &bad {
            let answer = app.ask_with(query, variables.clone()).await;
            assert!(answer.body["errors"].is_array(), "{variables}: {}", answer.body);
            responses.push((answer.status, answer.body));
        }
        for variables in good.iter().chain(&good) {
            assert_eq!(app.ask_with(query, variables.clone()).await.status, 200, "{variables}");
        }
        for (variables, first) in bad.iter().zip(responses) {
            let answer = app.ask_with(query, variables.clone()).await;
            assert_eq!((answer.status, answer.body), first, "{variables}");
        }
    });
}

#[test]
fn valid_syntax_is_accepted() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let described = "\"How many there are.\" query Count { catalog { __typename } }";
        assert_eq!(app.data(described).await, json!({ "catalog": { "__typename": "Catalog" } }));
        let directed = "query ($no: Boolean!) { __typename @skip(if: $no) catalog { __typename } }";
        let answer = app.ask_with(directed, json!({ "no": true })).await;
        assert_eq!(answer.body["data"], json!({ "catalog": { "__typename": "Catalog" } }));
    });
}

#[test]
fn all_escape_sequences_are_accepted() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for text in [r"\u{1F600}", r"\uD83D\uDE00", "😀", r"\u{41}\u0042"] {
            let query = format!("{{ search(query: \"{text}\") {{ totalCount }} }}");
            assert_eq!(app.data(&query).await, json!({ "search": { "totalCount": 0 } }), "{text}");
        }
        for text in [r"\u{110000}", r"\uD83D", r"\u{}", r"\u12"] {
            let answer = app.ask(&format!("{{ search(query: \"{text}\") {{ totalCount }} }}")).await;
            assert_eq!(answer.body["errors"][0]["extensions"]["code"], "GRAPHQL_PARSE_FAILED", "{text}");
        }
    });
}

#[test]
fn variable_defaults_apply_in_directives() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let query = "query ($in: Boolean! = false, $out: Boolean! = true) {
            __typename
            a: catalog @include(if: $in) { __typename }
            b: catalog @skip(if: $out) { __typename }
            c: catalog @skip(if: $in) @include(if: $out) { __typename }
        }";
        assert_eq!(app.data(query).await, json!({ "__typename": "Query", "c": { "__typename": "Catalog" } }));
        let answer = app.ask_with(query, json!({ "in": true })).await;
        assert_eq!(answer.body["data"], json!({ "__typename": "Query", "a": { "__typename": "Catalog" } }));
    });
}

#[test]
fn typos_get_suggestions() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let error = app.ask("{ boks { totalCount } }").await.error();
        let message = error["message"].as_str().expect("there is one");
        assert!(message.contains("boks") && message.contains("Did you mean") && message.contains("books"), "{message}");
    });
}

#[test]
fn errors_are_bounded_in_number_and_length() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for query in [
            format!("{{ {} }}", "x".repeat(100_000)),
            format!("{{ __typename {} }}", "@nothing ".repeat(50)),
            format!("{{ {} }}", (0..2_000).map(|number| format!("x{number} ")).collect::<String>()),
            format!("{{ {} }}", "books(first: 3000000000) { totalCount } ".repeat(1_000)),
        ] {
            let answer = app.ask(&query).await;
            assert_eq!(answer.status, 400);
            let body = answer.body.to_string();
            assert!(body.len() < 10_000, "{} bytes", body.len());
            let errors = answer.body["errors"].as_array().expect("there are some").len();
            assert!((1..=20).contains(&errors), "{errors}");
        }
    });
}
