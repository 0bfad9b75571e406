//! Edge cases of filters.

use serde_json::json;

use crate::common::{TestApp, on_each_engine};

const CATALOG: &str = r#"{"kind":"topic","slug":"go","code":"tpcga2","title":"Go","aliases":["Golang"]}
{"kind":"topic","slug":"rust","code":"tpcrs2","title":"Rust"}
{"kind":"book","slug":"the-sea","code":"bkseaa","title":"The Sea","topics":["rust"],"publicationYear":-300}
{"kind":"book","slug":"theory","code":"bkthe2","title":"Theory of Everything","topics":["go"]}
{"kind":"book","slug":"soon","code":"bksn22","title":"Soon","publishedAt":"2026-01-15T13:00:00Z"}
"#;

#[test]
fn topics_without_aliases_are_found() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, CATALOG).await;
        for (condition, found) in [
            ("alias: { isNull: true }", json!([{ "slug": "rust" }])),
            ("alias: { isNull: false }", json!([{ "slug": "go" }])),
            ("not: { alias: { isNull: false } }", json!([{ "slug": "rust" }])),
            ("alias: { eq: \"Golang\" }", json!([{ "slug": "go" }])),
            ("alias: { eq: \"Golang\", isNull: true }", json!([])),
            ("alias: {}", json!([{ "slug": "go" }, { "slug": "rust" }])),
        ] {
            let data = app.data(&format!("{{ topics(where: {{ {condition} }}) {{ nodes {{ slug }} }} }}")).await;
            assert_eq!(data["topics"]["nodes"], found, "{condition}");
        }
        let data = app.data("{ books(where: { hasTopic: { alias: { isNull: true } } }) { nodes { slug } } }").await;
        assert_eq!(data["books"]["nodes"], json!([{ "slug": "the-sea" }]));
    });
}

#[test]
fn trailing_spaces_of_substrings_are_significant() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, CATALOG).await;
        for (condition, found) in [
            ("startsWith: \"the\"", json!([{ "slug": "the-sea" }, { "slug": "theory" }])),
            ("startsWith: \"The \"", json!([{ "slug": "the-sea" }])),
            ("contains: \" of \"", json!([{ "slug": "theory" }])),
            ("contains: \" the\"", json!([])),
        ] {
            let query = format!("{{ books(where: {{ title: {{ {condition} }} }}) {{ nodes {{ slug }} }} }}");
            assert_eq!(app.data(&query).await["books"]["nodes"], found, "{condition}");
        }
    });
}

#[test]
fn years_bce_follow_iso_8601() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, CATALOG).await;
        let data = app.data("{ book(by: { code: \"bkseaa\" }) { jsonLd } }").await;
        assert_eq!(data["book"]["jsonLd"]["datePublished"], "-0300");
    });
}

#[test]
fn catalog_changes_when_an_item_is_due() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, CATALOG).await;
        let query = "{ catalog { bookCount lastChangedAt } }";
        let before = json!({ "bookCount": 2, "lastChangedAt": "2026-01-15T12:00:00Z" });
        assert_eq!(app.data(query).await["catalog"], before);
        let after = json!({ "bookCount": 3, "lastChangedAt": "2026-01-15T13:00:00Z" });
        assert_eq!(app.at("2026-01-15T14:00:00Z").data(query).await["catalog"], after);
    });
}

#[test]
fn nested_values_are_reported_with_their_argument() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, CATALOG).await;
        let query = "query($where: BookWhere) { books(where: $where) { totalCount } }";
        let answer = app.ask_with(query, json!({ "where": { "publicationYear": { "eq": 1.5 } } })).await;
        assert_eq!(answer.error()["extensions"]["argument"], "where");
        let answer = app.ask("{ books(orderBy: [{ field: NOTHING }]) { totalCount } }").await;
        assert_eq!(answer.error()["extensions"]["argument"], "orderBy");
    });
}
