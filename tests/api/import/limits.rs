//! Limits of imports: a value at the limit is accepted, and one above it is rejected by name.

use serde_json::{Value, json};
use syllabus::db::Database;

use super::harness::{accept, on_each_engine, reject};

/// Returns `count` elements.
fn many(count: usize, element: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(element).collect()
}

/// Returns a text of `count` characters and twice as many bytes.
fn text(characters: usize) -> String {
    "é".repeat(characters)
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// A case: a record with `count` of something, the records that it needs, and the message for one too many.
async fn check_limit(database: &Database, bound: usize, needed: &[Value], record: impl Fn(usize) -> Value, said: &str) {
    let file = |count| lines(needed) + &record(count).to_string();
    let violations = reject(database, &file(bound + 1)).await;
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert!(violations[0].starts_with(&format!("line {}: ", needed.len() + 1)), "{violations:?}");
    assert!(violations[0].ends_with(said), "{violations:?}");
    accept(database, &file(bound)).await;
}

#[test]
fn list_limits() {
    async fn case(database: &Database) {
        let person = |number: usize| json!({ "kind": "person", "slug": format!("p{number}"), "name": "P" });
        let people = many(51, person);
        let by = |number: usize| json!({ "person": format!("p{number}"), "role": "editor" });
        let book = |count| json!({ "kind": "book", "slug": "a", "title": "A", "contributors": many(count, by) });
        check_limit(database, 50, &people, book, "contributors has 51 elements: at most 50 are allowed").await;
        let slug = |number: usize| json!(format!("p{number}"));
        let book = |count| json!({ "kind": "book", "slug": "b", "title": "B", "authors": many(count, slug) });
        check_limit(database, 50, &people, book, "authors has 51 elements: at most 50 are allowed").await;
        let name = |number: usize| json!(format!("Somebody {number}"));
        let course = |count| json!({ "kind": "course", "slug": "a", "title": "A", "instructors": many(count, name) });
        check_limit(database, 50, &[], course, "instructors has 51 elements: at most 50 are allowed").await;
        let topic = |count| json!({ "kind": "topic", "slug": "a", "title": "A", "aliases": many(count, name) });
        check_limit(database, 20, &[], topic, "aliases has 21 elements: at most 20 are allowed").await;
        let section = |number: usize| json!({ "title": format!("Section {number}") });
        let course = |count| json!({ "kind": "course", "slug": "b", "title": "B", "syllabus": many(count, section) });
        check_limit(database, 200, &[], course, "syllabus has 201 elements: at most 200 are allowed").await;
        let volume = |number: usize| json!({ "kind": "book", "slug": format!("v{number}"), "title": "V" });
        let entry = |number: usize| json!({ "kind": "book", "slug": format!("v{number}") });
        let owner = json!({ "kind": "topic", "slug": "a" });
        let list = |count| json!({ "kind": "readingList", "owner": owner, "entries": many(count, entry) });
        check_limit(database, 500, &many(501, volume), list, "entries has 501 elements: at most 500 are allowed").await;
    }
    on_each_engine(&case);
}

#[test]
fn text_limits() {
    async fn case(database: &Database) {
        let title = |count| json!({ "kind": "book", "slug": "a", "title": text(count) });
        check_limit(database, 500, &[], title, "is longer than 500 characters").await;
        let article = |count| json!({ "kind": "career", "slug": "a", "title": "A", "article": text(count) });
        check_limit(database, 200_000, &[], article, "is longer than 200000 characters").await;
        let owner = json!({ "kind": "career", "slug": "a" });
        let noted = |count| json!({ "kind": "book", "slug": "a", "note": text(count) });
        let list = |count| json!({ "kind": "readingList", "owner": owner, "entries": [noted(count)] });
        let shown = text(60);
        let said = format!("entries[0].note \"{shown}…\" is longer than 5000 characters");
        check_limit(database, 5_000, &[], list, &said).await;
        let named = |count| json!({ "kind": "course", "slug": "a", "title": "A", "instructors": ["B", text(count)] });
        let said = format!("instructors[1] \"{shown}…\" is longer than 500 characters");
        check_limit(database, 500, &[], named, &said).await;
    }
    on_each_engine(&case);
}

#[test]
fn topic_tree_depth_limit() {
    async fn case(database: &Database) {
        let topic = |level: usize| match level {
            1 => json!({ "kind": "topic", "slug": "t1", "title": "T" }),
            _ => {
                json!({ "kind": "topic", "slug": format!("t{level}"), "title": "T", "parent": format!("t{}", level - 1) })
            }
        };
        let levels: Vec<Value> = (1..=8).map(topic).collect();
        let line = "line 9: topic \"t9\" parent is too deep: the topic tree can have at most 8 levels";
        assert_eq!(reject(database, &(lines(&levels) + &topic(9).to_string())).await, [line]);
        accept(database, &lines(&levels)).await;
    }
    on_each_engine(&case);
}
