//! Limits of mutations: a value at the limit is accepted, and one above it is rejected with its path. `entries` tests
//! the limit of entries.

use serde_json::{Value, json};

use crate::common::{Lines, Store, TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send, user_errors};

/// Returns `count` elements.
fn many(count: usize, element: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(element).collect()
}

/// Returns a text of `count` characters and twice as many bytes.
fn text(characters: usize) -> String {
    "é".repeat(characters)
}

/// Returns the editor's application with fifty-one additional people.
async fn crowded(store: &Store) -> TestApp {
    let app = editor_app(store).await;
    let person = |number| json!({ "kind": "person", "slug": format!("p{number}"), "code": code(number), "name": "P" });
    app.import((0..51).map(person).collect::<Lines>()).await;
    app
}

fn code(number: usize) -> String {
    const DIGITS: [char; 8] = ['2', '3', '4', '5', '6', '7', '8', '9'];
    format!("prsa{}{}", DIGITS[number / 8], DIGITS[number % 8])
}

/// Asserts that `mutation` accepts `bound` of something, and reports `code` at `path` for one more.
async fn check_limit(app: &TestApp, mutation: &str, bound: usize, input: impl Fn(usize) -> Value, said: (&str, &str)) {
    let answer = send(app, mutation, input(bound + 1), "__typename").await;
    let (code, path) = said;
    assert_eq!(user_errors(&answer, mutation), [(code.to_owned(), format!("input.{path}"))], "{mutation}");
    accepted(&send(app, mutation, input(bound), "__typename").await, mutation);
}

#[test]
fn list_limits() {
    on_each_engine(async |store| {
        let app = crowded(store).await;
        let by = |number| json!({ "personId": format!("person_{}", code(number)) });
        let book = |count| json!({ "title": "A", "contributors": many(count, by) });
        check_limit(&app, "bookCreate", 50, book, ("TOO_MANY", "contributors")).await;
        let id = |number| json!(format!("person_{}", code(number)));
        let course = |count| json!({ "title": "A", "instructorIds": many(count, id) });
        check_limit(&app, "courseCreate", 50, course, ("TOO_MANY", "instructorIds")).await;
        let alias = |number: usize| json!(format!("Alias {number}"));
        let topic = |count| json!({ "title": "A", "aliases": many(count, alias) });
        check_limit(&app, "topicCreate", 20, topic, ("TOO_MANY", "aliases")).await;
        let section = |number: usize| json!({ "title": format!("Section {number}") });
        let course = |count| json!({ "title": "B", "syllabus": many(count, section) });
        check_limit(&app, "courseCreate", 200, course, ("TOO_MANY", "syllabus")).await;
    });
}

#[test]
fn text_limits() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        check_limit(&app, "bookCreate", 500, |count| json!({ "title": text(count) }), ("TOO_LONG", "title")).await;
        let career = |count| json!({ "title": "A", "article": text(count) });
        check_limit(&app, "careerCreate", 200_000, career, ("TOO_LONG", "article")).await;
        let entry = |count| json!({ "id": "reading_list_entry_entry2", "note": text(count) });
        check_limit(&app, "readingListEntryUpdate", 5_000, entry, ("TOO_LONG", "note")).await;
    });
}

#[test]
fn topic_tree_depth_limit() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let mut parent = json!("topic_tpcsq2");
        // The editor's topic is on the second level.
        for _ in 3..=8 {
            let input = json!({ "title": "T", "parentId": parent });
            parent =
                accepted(&send(&app, "topicCreate", input, "topic { id }").await, "topicCreate")["topic"]["id"].clone();
        }
        let input = json!({ "title": "T", "parentId": parent });
        let answer = send(&app, "topicCreate", input, "topic { id }").await;
        assert_eq!(user_errors(&answer, "topicCreate"), [("TOO_MANY".to_owned(), "input.parentId".to_owned())]);
    });
}
