//! Reading lists: entries are added, moved, updated and removed.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, send};
use crate::mutations::book_fixture::{LIST, assert_positions, book, book_app, fill, ids, titles};

const EDGES: &str =
    "readingList { id revision } entryEdges { cursor node { id position note role resource { title } } }";

#[test]
fn list_title_and_introduction_are_updated() {
    on_each_engine(async |store| {
        let app = book_app(store, 0).await;
        let input =
            json!({ "id": LIST, "expectedRevision": 1, "title": " Start here ", "introduction": "Take *one*." });
        let selection = "readingList { revision title introductionHtml owner { ... on Career { revision } } }";
        let answer = send(&app, "readingListUpdate", input, selection).await;
        assert_eq!(
            accepted(&answer, "readingListUpdate")["readingList"],
            json!({
                "revision": 2, "title": "Start here", "introductionHtml": "<p>Take <em>one</em>.</p>\n",
                "owner": { "revision": 1 },
            })
        );
        let input = json!({ "id": LIST, "title": null });
        let answer = send(&app, "readingListUpdate", input, "readingList { title introduction }").await;
        let list = accepted(&answer, "readingListUpdate")["readingList"].clone();
        assert_eq!(list, json!({ "title": "Reading list: Data Engineer", "introduction": "Take *one*." }));
    });
}

#[test]
fn entries_are_added_at_the_requested_place() {
    on_each_engine(async |store| {
        let app = book_app(store, 3).await;
        let input = json!({
            "listId": LIST, "expectedRevision": 1, "placement": { "before": "reading_list_entry_entry3" },
            "entries": [
                { "resourceId": book(1), "note": " Read it **first**. ", "role": "INTRODUCTORY" },
                { "resourceId": "course_crsse2" },
                { "resourceId": book(0), "note": "  ", "role": null },
            ],
        });
        let answer = send(&app, "readingListEntryAdd", input, EDGES).await;
        let payload = accepted(&answer, "readingListEntryAdd");
        assert_eq!(payload["readingList"], json!({ "id": LIST, "revision": 2 }));
        let nodes: Vec<Value> = payload["entryEdges"].as_array().into_iter().flatten().map(without_id).collect();
        assert_eq!(
            nodes,
            [
                json!({ "position": 2, "note": "Read it **first**.", "role": "INTRODUCTORY", "resource": { "title": "Volume 1" } }),
                json!({ "position": 3, "note": null, "role": null, "resource": { "title": "Second Steps" } }),
                json!({ "position": 4, "note": null, "role": null, "resource": { "title": "Volume 0" } }),
            ]
        );
        for (place, expected) in [
            (Value::Null, ["SQL in a Week", "Volume 1", "Second Steps", "Volume 0", "First Steps", "Volume 2"]),
            (
                json!({ "end": "FIRST" }),
                ["Volume 2", "SQL in a Week", "Volume 1", "Second Steps", "Volume 0", "First Steps"],
            ),
            (
                json!({ "after": "reading_list_entry_entry2" }),
                ["SQL in a Week", "Volume 2", "Volume 1", "Second Steps", "Volume 0", "First Steps"],
            ),
        ] {
            let input = json!({ "listId": LIST, "entries": [{ "resourceId": book(2) }], "placement": place });
            let added = ids(&accepted(&send(&app, "readingListEntryAdd", input, EDGES).await, "readingListEntryAdd"));
            assert_eq!(titles(&app).await, expected);
            let input = json!({ "listId": LIST, "entryIds": added });
            let removed = send(&app, "readingListEntryRemove", input, "deletedIds").await;
            assert_eq!(accepted(&removed, "readingListEntryRemove")["deletedIds"], json!(added));
        }
        assert_positions(&app).await;
    });
}

fn without_id(edge: &Value) -> Value {
    let mut node = edge["node"].clone();
    node.as_object_mut().and_then(|node| node.remove("id"));
    node
}

#[test]
fn edge_cursors_match_the_list() {
    on_each_engine(async |store| {
        let app = book_app(store, 4).await;
        fill(&app, 0..3).await.data();
        let input = json!({ "listId": LIST, "entries": [{ "resourceId": book(3) }], "placement": { "end": "FIRST" } });
        let added = accepted(&send(&app, "readingListEntryAdd", input, EDGES).await, "readingListEntryAdd");
        let query = format!(
            "query($after: String) {{ node(id: \"{LIST}\") {{ ... on ReadingList {{ entries(first: 2, after: $after) {{ \
             nodes {{ resource {{ title }} }} }} }} }} }}"
        );
        let cursor = json!({ "after": added["entryEdges"][0]["cursor"] });
        let behind = app.ask_with(&query, cursor).await.data()["node"]["entries"]["nodes"].clone();
        let resource = |title: &str| json!({ "resource": { "title": title } });
        assert_eq!(behind, json!([resource("SQL in a Week"), resource("First Steps")]));
    });
}

#[test]
fn moved_entries_keep_order_id_and_note() {
    on_each_engine(async |store| {
        let app = book_app(store, 4).await;
        let entries = ids(&accepted(&fill(&app, 0..4).await, "readingListEntryAdd"));
        let note = json!({ "id": entries[3], "note": "Last of all.", "role": "ADVANCED" });
        accepted(&send(&app, "readingListEntryUpdate", note, "entry { id }").await, "readingListEntryUpdate");
        let input = json!({
            "listId": LIST, "entryIds": [entries[3], entries[1]], "placement": { "after": "reading_list_entry_entry2" }
        });
        let answer = send(&app, "readingListEntryMove", input, EDGES).await;
        let payload = accepted(&answer, "readingListEntryMove");
        assert_eq!(ids(&payload), [entries[1].clone(), entries[3].clone()]);
        assert_eq!(payload["entryEdges"][1]["node"]["note"], "Last of all.");
        assert_eq!(payload["entryEdges"][1]["node"]["position"], 3);
        assert_eq!(payload["readingList"]["revision"], 4);
        let expected = ["SQL in a Week", "Volume 1", "Volume 3", "First Steps", "Volume 0", "Volume 2"];
        assert_eq!(titles(&app).await, expected);
        let itself = json!({ "listId": LIST, "entryIds": [entries[0]], "placement": { "before": entries[0] } });
        let answer =
            send(&app, "readingListEntryMove", itself, "readingList { revision } entryEdges { node { id } }").await;
        let payload = accepted(&answer, "readingListEntryMove");
        assert_eq!(payload["readingList"]["revision"], 4, "what stays where it is is not written");
        assert_eq!(ids(&payload), [entries[0].clone()]);
        let gathered = json!({
            "listId": LIST, "entryIds": [entries[2], entries[0], "reading_list_entry_entry2"], "placement": { "before": entries[0] }
        });
        accepted(&send(&app, "readingListEntryMove", gathered, EDGES).await, "readingListEntryMove");
        let expected = ["Volume 1", "Volume 3", "First Steps", "SQL in a Week", "Volume 0", "Volume 2"];
        assert_eq!(titles(&app).await, expected);
        assert_positions(&app).await;
    });
}

#[test]
fn note_and_role_are_updated_and_cleared() {
    on_each_engine(async |store| {
        let app = book_app(store, 0).await;
        let id = "reading_list_entry_entry2";
        let selection = "readingList { revision } entry { id note role position }";
        for (input, revision, note, role) in [
            (
                json!({ "id": id, "expectedRevision": 1, "note": "Try it.", "role": "CORE" }),
                2,
                json!("Try it."),
                json!("CORE"),
            ),
            (json!({ "id": id, "role": "REFERENCE" }), 3, json!("Try it."), json!("REFERENCE")),
            (json!({ "id": id, "note": null }), 4, json!(null), json!("REFERENCE")),
            (json!({ "id": id, "role": null }), 5, json!(null), json!(null)),
            (json!({ "id": id, "note": "" }), 5, json!(null), json!(null)),
        ] {
            let payload =
                accepted(&send(&app, "readingListEntryUpdate", input, selection).await, "readingListEntryUpdate");
            assert_eq!(payload["readingList"]["revision"], revision);
            assert_eq!(payload["entry"], json!({ "id": id, "note": note, "role": role, "position": 1 }));
        }
    });
}

#[test]
fn each_change_adds_one_revision_and_one_feed_row() {
    on_each_engine(async |store| {
        let app = book_app(store, 3).await;
        let before = rows(&app).await;
        let entries = ids(&accepted(&fill(&app, 0..3).await, "readingListEntryAdd"));
        let moved = json!({ "listId": LIST, "entryIds": entries[..2], "placement": { "end": "FIRST" } });
        accepted(&send(&app, "readingListEntryMove", moved, EDGES).await, "readingListEntryMove");
        let removed = json!({ "listId": LIST, "entryIds": entries });
        accepted(&send(&app, "readingListEntryRemove", removed, "deletedIds").await, "readingListEntryRemove");
        let after = rows(&app).await;
        assert_eq!((after.0 - before.0, after.1 - before.1), (3, 3));
        assert_eq!(titles(&app).await, ["SQL in a Week", "First Steps"]);
        let gone = app.data(&format!("{{ node(id: \"{}\") {{ id }} }}", entries[0])).await;
        assert_eq!(gone["node"], json!(null));
    });
}

/// Returns the number of changes and of revisions, and asserts that the last ones belong to the list.
async fn rows(app: &TestApp) -> (i64, i64) {
    let count = async |table: &str| {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE kind = 'reading_list' AND code = 'rdste2'");
        let sql = syllabus::db::Sql::new(app.database.engine(), &sql);
        let rows = app.database.rows(sql).await.expect("the database answers");
        rows[0].columns().read_next::<i64>().expect("it is a number")
    };
    (count("change_event").await, count("revision").await)
}

#[test]
fn courses_can_be_on_their_own_list() {
    on_each_engine(async |store| {
        let app = book_app(store, 0).await;
        let course = app.data("{ course(by: { slug: \"first-steps\" }) { readingList { id } } }").await;
        let list = course["course"]["readingList"]["id"].clone();
        let input = json!({ "listId": list, "entries": [{ "resourceId": "course_crsfs2" }] });
        let answer = send(&app, "readingListEntryAdd", input, EDGES).await;
        assert_eq!(accepted(&answer, "readingListEntryAdd")["entryEdges"][0]["node"]["position"], 1);
    });
}

#[test]
fn drafts_count_in_positions_for_editors() {
    on_each_engine(async |store| {
        let app = book_app(store, 1).await;
        accepted(
            &send(&app, "catalogItemUnpublish", json!({ "id": "book_bkkqa2" }), "item { status }").await,
            "catalogItemUnpublish",
        );
        let payload = accepted(
            &send(
                &app,
                "readingListEntryAdd",
                json!({ "listId": LIST, "entries": [{ "resourceId": book(0) }] }),
                EDGES,
            )
            .await,
            "readingListEntryAdd",
        );
        assert_eq!(payload["entryEdges"][0]["node"]["position"], 3);
        let seen = app
            .data(&format!(
                "{{ node(id: {}) {{ ... on ReadingListEntry {{ position }} }} }}",
                payload["entryEdges"][0]["node"]["id"]
            ))
            .await;
        assert_eq!(seen["node"]["position"], 2);
    });
}

#[test]
fn statement_count_is_independent_of_entry_count() {
    on_each_engine(async |store| {
        let app = book_app(store, 202).await;
        let mut counted = Vec::new();
        // The first round also records the use of the token.
        for (count, first) in [(1, 0), (1, 1), (100, 2)] {
            let added = fill(&app, first..first + count).await;
            let entries = ids(&accepted(&added, "readingListEntryAdd"));
            let input = json!({ "listId": LIST, "entryIds": entries, "placement": { "end": "FIRST" } });
            let moved = send(&app, "readingListEntryMove", input, EDGES).await;
            assert_eq!(ids(&accepted(&moved, "readingListEntryMove")), entries);
            let input = json!({ "listId": LIST, "entryIds": entries });
            let removed = send(&app, "readingListEntryRemove", input, "deletedIds").await;
            assert_eq!(accepted(&removed, "readingListEntryRemove")["deletedIds"], json!(entries));
            counted.push([added.statements, moved.statements, removed.statements]);
        }
        assert_eq!(counted[1], counted[2]);
        assert!(counted[1].iter().all(|statements| *statements <= 25), "{counted:?}");
    });
}
