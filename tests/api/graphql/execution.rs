//! Requirements for the executor that some versions of async-graphql did not meet: a non-null field that fails nulls
//! its parent and nothing else; keys are in the order of the query.
//!
//! A learning path with zero hours per week is a non-null field that fails on demand.

use serde_json::{Value, json};

use crate::common::{Lines, TestApp, on_each_engine};

fn catalog() -> Lines {
    Lines::from([
        json!({ "kind": "topic", "code": "tpca22", "slug": "a", "title": "A" }),
        json!({ "kind": "topic", "code": "tpcb22", "slug": "b", "title": "B", "parent": "a" }),
        json!({ "kind": "book", "code": "bkka22", "slug": "a", "title": "A", "topics": ["a", "b"] }),
    ])
}

#[test]
fn a_failing_non_null_field_nulls_its_parent() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let answer = app
            .ask(
                r#"{
                    failing: topic(by: { slug: "a" }) { title learningPath(weeklyEffort: "PT0H") { resourceCount } }
                    other: topic(by: { slug: "b" }) { title parent { title } }
                }"#,
            )
            .await;
        assert_eq!(
            answer.body["data"],
            json!({ "failing": null, "other": { "title": "B", "parent": { "title": "A" } } })
        );
        assert_eq!(answer.error()["path"], json!(["failing", "learningPath"]));
    });
}

#[test]
fn nulls_propagate_to_the_nearest_nullable_field() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let answer = app
            .ask(r#"{ topic(by: { slug: "b" }) { title parent { title learningPath(weeklyEffort: "PT0H") { resourceCount } } } }"#)
            .await;
        assert_eq!(answer.body["data"], json!({ "topic": { "title": "B", "parent": null } }));
        assert_eq!(answer.error()["path"], json!(["topic", "parent", "learningPath"]));
    });
}

#[test]
fn nulls_propagate_through_non_null_lists() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let answer = app
            .ask(
                r#"{
                    book(by: { slug: "a" }) { title topics { nodes { learningPath(weeklyEffort: "PT0H") { resourceCount } } } }
                    catalog { bookCount }
                }"#,
            )
            .await;
        assert_eq!(answer.body["data"], json!({ "book": null, "catalog": { "bookCount": 1 } }));
    });
}

#[test]
fn nulls_propagate_to_the_root() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let answer =
            app.ask(r#"{ catalog { bookCount } topics { nodes { learningPath(weeklyEffort: "PT0H") { resourceCount } } } }"#).await;
        assert_eq!(answer.body["data"], Value::Null);
        assert_eq!(answer.status, 200, "it was executed");
    });
}

#[test]
fn nullable_list_elements_are_null_alone() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let query = r#"query ($ids: [ID!]!) {
            nodes(ids: $ids) { id ... on Topic { learningPath(weeklyEffort: "PT0H") { resourceCount } } }
        }"#;
        let ids = json!({ "ids": ["book_bkka22", "topic_tpca22", "book_zzzzzz"] });
        let answer = app.ask_with(query, ids).await;
        assert_eq!(answer.body["data"], json!({ "nodes": [{ "id": "book_bkka22" }, null, null] }));
    });
}

const NO_TIME: &str = r#"it: learningPath(weeklyEffort: "PT0H") { resourceCount }"#;

#[test]
fn error_paths_include_interface_lists() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let query = format!(r#"{{ nodes(ids: ["book_bkka22", "topic_tpca22"]) {{ ... on Topic {{ {NO_TIME} }} }} }}"#);
        assert_eq!(app.ask(&query).await.error()["path"], json!(["nodes", 1, "it"]));
    });
}

/// async-graphql 8.0.0-rc.5 would lose the path after the index. Our lists keep it.
#[test]
fn error_paths_in_object_lists_end_at_the_field() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        for (query, path) in [
            (format!("{{ topics {{ nodes {{ {NO_TIME} }} }} }}"), json!(["topics", "nodes", 0, "it"])),
            (
                format!("{{ topics {{ edges {{ node {{ {NO_TIME} }} }} }} }}"),
                json!(["topics", "edges", 0, "node", "it"]),
            ),
        ] {
            assert_eq!(app.ask(&query).await.body["errors"][0]["path"], path, "{query}");
        }
    });
}

#[test]
fn response_keys_follow_the_query() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        // A field with several statements comes before one with none.
        let data = app
            .data(
                r#"{
                    z: book(by: { slug: "a" }) { topics { totalCount nodes { parent { title } title } } slug ...later id code }
                    a: __typename
                    m: catalog { topicCount bookCount }
                }
                fragment later on Book { publisher { name } title slug }"#,
            )
            .await;
        assert_eq!(keys(&data), ["z", "a", "m"]);
        assert_eq!(keys(&data["z"]), ["topics", "slug", "publisher", "title", "id", "code"]);
        assert_eq!(keys(&data["z"]["topics"]), ["totalCount", "nodes"]);
        assert_eq!(keys(&data["z"]["topics"]["nodes"][0]), ["parent", "title"]);
        assert_eq!(keys(&data["m"]), ["topicCount", "bookCount"]);
    });
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("it is an object").keys().map(String::as_str).collect()
}
