//! User errors of the mutations of reading list entries. Nothing is written.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{send, user_errors};
use crate::mutations::book_fixture::{LIST, book, book_app, fill, titles};

const OTHER: &str = "reading_list_entry_zzzzzz";

async fn refused(app: &TestApp, mutation: &str, input: Value, expected: &[(&str, &str)]) -> Value {
    let answer = send(app, mutation, input, "readingList { id }").await;
    let pairs: Vec<(String, String)> =
        expected.iter().map(|(code, path)| ((*code).to_owned(), format!("input.{path}"))).collect();
    assert_eq!(user_errors(&answer, mutation), pairs, "{:#}", answer.body);
    let payload = answer.data()[mutation].clone();
    assert_eq!(payload["readingList"], json!(null));
    payload["userErrors"].clone()
}

#[test]
fn duplicate_entries_report_their_position() {
    on_each_engine(async |store| {
        let app = book_app(store, 1).await;
        let input = json!({ "listId": LIST, "entries": [
            { "resourceId": book(0) }, { "resourceId": "book_bkkqa2" }, { "resourceId": "course_crsfs2" }, { "resourceId": book(0) },
        ] });
        let errors = refused(
            &app,
            "readingListEntryAdd",
            input,
            &[
                ("INVALID", "entries.3.resourceId"),
                ("ALREADY_LISTED", "entries.1.resourceId"),
                ("ALREADY_LISTED", "entries.2.resourceId"),
            ],
        )
        .await;
        assert_eq!(
            errors[2]["message"],
            "entries.2.resourceId \"course_crsfs2\" is already on the list at position 2: \
             move or update reading_list_entry_entry3 instead"
        );
        assert_eq!(titles(&app).await.len(), 2);
    });
}

#[test]
fn all_violations_of_new_entries_are_reported() {
    on_each_engine(async |store| {
        let app = book_app(store, 2).await;
        let input = json!({ "listId": LIST, "placement": { "after": OTHER }, "entries": [
            { "resourceId": "?" }, { "resourceId": "topic_tpcsq2" }, { "resourceId": "book_zzzzzz" },
            { "resourceId": book(0), "note": "x".repeat(5_001) }, { "resourceId": "book_bkkqa2", "note": "\0" },
            { "resourceId": book(1), "note": "x".repeat(5_000) },
        ] });
        refused(
            &app,
            "readingListEntryAdd",
            input,
            &[
                ("INVALID", "entries.4.note"),
                ("TOO_LONG", "entries.3.note"),
                ("INVALID", "entries.0.resourceId"),
                ("WRONG_TYPE", "entries.1.resourceId"),
                ("NOT_FOUND", "entries.2.resourceId"),
                ("ALREADY_LISTED", "entries.4.resourceId"),
                ("NOT_FOUND", "placement.after"),
            ],
        )
        .await;
        assert_eq!(titles(&app).await.len(), 2);
    });
}

#[test]
fn unknown_lists_are_rejected() {
    on_each_engine(async |store| {
        let app = book_app(store, 1).await;
        let add = |list: &str| json!({ "listId": list, "entries": [{ "resourceId": book(0) }] });
        let remove = |list: &str| json!({ "listId": list, "entryIds": [OTHER] });
        let shift = |list: &str| json!({ "listId": list, "entryIds": [OTHER], "placement": { "end": "LAST" } });
        for (list, code) in [("?", "INVALID"), ("career_cardw2", "WRONG_TYPE"), ("reading_list_zzzzzz", "NOT_FOUND")] {
            refused(&app, "readingListEntryAdd", add(list), &[(code, "listId")]).await;
            refused(&app, "readingListEntryRemove", remove(list), &[(code, "listId")]).await;
            refused(&app, "readingListEntryMove", shift(list), &[(code, "listId")]).await;
            refused(&app, "readingListUpdate", json!({ "id": list }), &[(code, "id")]).await;
        }
        for (entry, code) in [("?", "INVALID"), (LIST, "WRONG_TYPE"), (OTHER, "NOT_FOUND")] {
            let input = json!({ "id": entry, "note": "x".repeat(5_001) });
            refused(&app, "readingListEntryUpdate", input, &[(code, "id"), ("TOO_LONG", "note")]).await;
        }
        let input = json!({ "id": LIST, "title": "x".repeat(501), "introduction": "x".repeat(20_001) });
        refused(&app, "readingListUpdate", input, &[("TOO_LONG", "title"), ("TOO_LONG", "introduction")]).await;
    });
}

#[test]
fn unknown_entries_are_rejected() {
    on_each_engine(async |store| {
        let app = book_app(store, 1).await;
        let other = app.data("{ course(by: { slug: \"first-steps\" }) { readingList { id } } }").await;
        let other = other["course"]["readingList"]["id"].clone();
        let elsewhere = send(
            &app,
            "readingListEntryAdd",
            json!({ "listId": other, "entries": [{ "resourceId": book(0) }] }),
            "entryEdges { node { id } }",
        )
        .await;
        let elsewhere = crate::mutations::book_fixture::ids(&elsewhere.data()["readingListEntryAdd"])[0].clone();
        let entry = "reading_list_entry_entry2";
        let named = json!(["?", "book_bkkqa2", OTHER, elsewhere, entry, entry]);
        let expected = [
            ("INVALID", "entryIds.0"),
            ("WRONG_TYPE", "entryIds.1"),
            ("NOT_FOUND", "entryIds.2"),
            ("NOT_FOUND", "entryIds.3"),
            ("INVALID", "entryIds.5"),
        ];
        refused(&app, "readingListEntryRemove", json!({ "listId": LIST, "entryIds": named }), &expected).await;
        for (place, at, code) in [("before", elsewhere.as_str(), "NOT_FOUND"), ("after", "book_bkkqa2", "WRONG_TYPE")] {
            let input = json!({ "listId": LIST, "entryIds": named, "placement": { place: at } });
            let field = format!("placement.{place}");
            let all: Vec<(&str, &str)> = expected.iter().copied().chain([(code, field.as_str())]).collect();
            refused(&app, "readingListEntryMove", input, &all).await;
        }
        assert_eq!(titles(&app).await.len(), 2);
    });
}

#[test]
fn entry_counts_are_limited() {
    on_each_engine(async |store| {
        let app = book_app(store, 499).await;
        refused(&app, "readingListEntryAdd", json!({ "listId": LIST, "entries": [] }), &[("REQUIRED", "entries")])
            .await;
        let none = json!({ "listId": LIST, "entryIds": [] });
        refused(&app, "readingListEntryRemove", none, &[("REQUIRED", "entryIds")]).await;
        let none = json!({ "listId": LIST, "entryIds": [], "placement": { "after": OTHER } });
        refused(&app, "readingListEntryMove", none, &[("REQUIRED", "entryIds"), ("NOT_FOUND", "placement.after")])
            .await;
        let many: Vec<Value> = (0..501).map(|_| json!({ "resourceId": "?" })).collect();
        refused(&app, "readingListEntryAdd", json!({ "listId": LIST, "entries": many }), &[("TOO_MANY", "entries")])
            .await;
        let many = vec![OTHER; 501];
        refused(
            &app,
            "readingListEntryRemove",
            json!({ "listId": LIST, "entryIds": many }),
            &[("TOO_MANY", "entryIds")],
        )
        .await;
        let answer = fill(&app, 0..499).await;
        assert_eq!(user_errors(&answer, "readingListEntryAdd"), [("TOO_MANY".to_owned(), "input.entries".to_owned())]);
        fill(&app, 0..498).await.data();
        let answer = fill(&app, [498]).await;
        assert_eq!(
            answer.data()["readingListEntryAdd"]["userErrors"][0]["message"],
            "entries would make 501 entries: a list can have at most 500"
        );
        assert_eq!(titles(&app).await.len(), 500);
    });
}

#[test]
fn stale_revisions_return_the_current_list() {
    on_each_engine(async |store| {
        let app = book_app(store, 2).await;
        fill(&app, [0]).await.data();
        let entry = "reading_list_entry_entry2";
        for (mutation, mut input) in [
            ("readingListUpdate", json!({ "id": LIST, "title": "A" })),
            ("readingListEntryAdd", json!({ "listId": LIST, "entries": [{ "resourceId": book(1) }] })),
            ("readingListEntryUpdate", json!({ "id": entry, "note": "A" })),
            ("readingListEntryMove", json!({ "listId": LIST, "entryIds": [entry], "placement": { "end": "LAST" } })),
            ("readingListEntryRemove", json!({ "listId": LIST, "entryIds": [entry] })),
        ] {
            input["expectedRevision"] = json!(1);
            let errors = refused(&app, mutation, input, &[("STALE_REVISION", "expectedRevision")]).await;
            assert_eq!(errors[0]["currentRevision"], 2);
            assert_eq!(errors[0]["current"], json!({ "id": LIST, "revision": 2 }));
        }
        assert_eq!(titles(&app).await, ["SQL in a Week", "First Steps", "Volume 0"]);
    });
}

#[test]
fn exactly_one_place_is_required() {
    on_each_engine(async |store| {
        let app = book_app(store, 0).await;
        for place in [json!({}), json!({ "end": "LAST", "before": OTHER }), json!({ "end": null })] {
            let input = json!({ "listId": LIST, "entryIds": [OTHER], "placement": place });
            let answer = send(&app, "readingListEntryMove", input, "readingList { id }").await;
            assert_eq!(answer.error()["extensions"]["code"], "BAD_USER_INPUT", "{place}: {:#}", answer.body);
        }
    });
}
