//! Restores of states that refer to deleted records: references to merged books are redirected, and the messages name
//! the others in an order that can be followed to the end.

use serde_json::{Value, json};

use crate::common::{Store, TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send, user_errors};

const RESTORE: &str = "revisionRestore";

/// Two books on the list of one topic, the second also on the list of the editor's catalog.
const BOOKS: &str = r#"{"kind":"topic","slug":"days","code":"tpcdy2","title":"Days"}
{"kind":"book","slug":"sql-in-7-days","code":"bkkqb2","title":"SQL in 7 Days"}
{"kind":"readingList","owner":{"kind":"topic","slug":"days"},"code":"rdstd2","entries":[{"kind":"book","slug":"sql-in-7-days","code":"entry4","note":"By the day."},{"kind":"course","slug":"first-steps","code":"entry5"},{"kind":"book","slug":"sql-in-a-week","code":"entry6","note":"By the week."}]}
"#;

async fn book_app(store: &Store) -> TestApp {
    let app = editor_app(store).await;
    app.import(BOOKS).await;
    app
}

async fn run(app: &TestApp, mutation: &str, input: Value) {
    accepted(&send(app, mutation, input, "userErrors { code }").await, mutation);
}

async fn restore(app: &TestApp, id: &str, revision: i32) {
    run(app, RESTORE, json!({ "id": id, "revision": revision })).await;
}

/// Returns the message of a rejected restore.
async fn refused(app: &TestApp, id: &str, revision: i32) -> String {
    let answer = send(app, RESTORE, json!({ "id": id, "revision": revision }), "userErrors { message }").await;
    assert_eq!(user_errors(&answer, RESTORE).len(), 1);
    answer.data()[RESTORE]["userErrors"][0]["message"].as_str().unwrap_or_default().to_owned()
}

async fn entries(app: &TestApp) -> Value {
    let query = "{ node(id: \"reading_list_rdstd2\") { ... on ReadingList { entries { nodes { id note resource { id } } } } } }";
    app.data(query).await["node"]["entries"]["nodes"].clone()
}

fn merged_entries() -> Value {
    json!([
        { "id": "reading_list_entry_entry6", "note": "By the day.\n\nBy the week.", "resource": { "id": "book_bkkqa2" } },
        { "id": "reading_list_entry_entry5", "note": null, "resource": { "id": "course_crsfs2" } },
    ])
}

async fn merge(app: &TestApp) {
    run(app, "bookMerge", json!({ "id": "book_bkkqa2", "duplicateIds": ["book_bkkqb2"] })).await;
}

#[test]
fn lists_with_merged_books_contain_the_survivor_once() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        merge(&app).await;
        let moved = json!({ "listId": "reading_list_rdstd2", "entryIds": ["reading_list_entry_entry5"] });
        run(&app, "readingListEntryRemove", moved).await;
        restore(&app, "reading_list_rdstd2", 1).await;
        assert_eq!(entries(&app).await, merged_entries());
    });
}

#[test]
fn owners_of_lists_with_merged_books_are_restored() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        run(&app, "topicDelete", json!({ "id": "topic_tpcdy2" })).await;
        merge(&app).await;
        restore(&app, "topic_tpcdy2", 1).await;
        run(&app, "catalogItemPublish", json!({ "id": "topic_tpcdy2" })).await;
        let mut expected = merged_entries();
        // Both were removed from the list, so the first one is restored.
        expected[0]["id"] = json!("reading_list_entry_entry4");
        assert_eq!(entries(&app).await, expected);
    });
}

#[test]
fn deleted_survivors_are_reported() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        run(&app, "topicDelete", json!({ "id": "topic_tpcdy2" })).await;
        merge(&app).await;
        assert_eq!(
            refused(&app, "book_bkkqb2", 1).await,
            "id \"book_bkkqb2\" was merged into book_bkkqa2, which now has its addresses"
        );
        run(&app, "bookDelete", json!({ "id": "book_bkkqa2", "force": true })).await;
        assert_eq!(
            refused(&app, "book_bkkqb2", 1).await,
            "id \"book_bkkqb2\" was merged into book_bkkqa2, which was deleted: restore that record"
        );
        let answer =
            send(&app, RESTORE, json!({ "id": "topic_tpcdy2", "revision": 1 }), "userErrors { message }").await;
        let messages = answer.data()[RESTORE]["userErrors"].clone();
        assert_eq!(
            messages[0]["message"],
            "revision refers to the book \"sql-in-7-days\", which was merged into a record that was deleted: \
             restore book_bkkqa2 first"
        );
        restore(&app, "book_bkkqa2", 3).await;
        restore(&app, "topic_tpcdy2", 1).await;
    });
}

#[test]
fn mutual_references_are_restored_in_order() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "topicUpdate", json!({ "id": "topic_tpcdb2", "relatedTopicIds": ["topic_tpcsq2"] })).await;
        run(&app, "topicUpdate", json!({ "id": "topic_tpcsq2", "relatedTopicIds": ["topic_tpcdb2"] })).await;
        run(&app, "topicDelete", json!({ "id": "topic_tpcdb2", "force": true })).await;
        run(&app, "topicDelete", json!({ "id": "topic_tpcsq2", "force": true })).await;
        assert_eq!(
            refused(&app, "topic_tpcdb2", 2).await,
            "revision refers to the topic \"sql\", which was deleted: restore topic_tpcsq2 first (its last \
             revision is 4)"
        );
        restore(&app, "topic_tpcsq2", 4).await;
        restore(&app, "topic_tpcdb2", 2).await;
        restore(&app, "topic_tpcsq2", 2).await;
    });
}

#[test]
fn stale_revisions_of_deleted_records_report_the_deletion() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "careerDelete", json!({ "id": "career_cardw2" })).await;
        let input = json!({ "id": "career_cardw2", "revision": 1, "expectedRevision": 1 });
        let answer = send(&app, RESTORE, input, "userErrors { message }").await;
        let error = &answer.data()[RESTORE]["userErrors"][0];
        assert_eq!((&error["currentRevision"], &error["current"]), (&json!(2), &Value::Null));
        let expected = "expectedRevision does not match the current revision 2: the object was deleted";
        assert_eq!(error["message"], expected);
    });
}

#[test]
fn codes_of_deleted_records_cannot_become_slugs() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "bookDelete", json!({ "id": "book_bkkqa2", "force": true })).await;
        let answer = send(&app, "bookCreate", json!({ "title": "Other", "slug": "bkkqa2" }), "book { id }").await;
        assert_eq!(user_errors(&answer, "bookCreate"), [("TAKEN".to_owned(), "input.slug".to_owned())]);
        let made = send(&app, "bookCreate", json!({ "title": "BKKQA2" }), "book { slug }").await;
        assert_eq!(accepted(&made, "bookCreate")["book"]["slug"], "bkkqa2-2");
        let records = json!({ "records": [{ "kind": "book", "slug": "bkkqa2", "title": "Another" }] });
        let answer = send(&app, "catalogImport", records, "userErrorCount").await;
        assert_eq!(user_errors(&answer, "catalogImport"), [("TAKEN".to_owned(), "input.records.0.slug".to_owned())]);
        restore(&app, "book_bkkqa2", 1).await;
    });
}
