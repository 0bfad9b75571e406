//! Revisions: who can see them, their order, and the differences that they report.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::{NOW, TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send};

/// The selection of all differences of a revision.
pub const CHANGES: &str = "changes { field before after textDiff elements { action label nodeId value fromPosition toPosition \
     fields { field before after textDiff } } }";

/// Returns the newest revisions of a record, with this selection.
pub async fn revisions(app: &TestApp, id: &str, selection: &str) -> Vec<Value> {
    let query =
        format!("{{ node(id: \"{id}\") {{ ... on Versioned {{ revisions {{ nodes {{ {selection} }} }} }} }} }}");
    app.data(&query).await["node"]["revisions"]["nodes"].as_array().expect("an editor asks").clone()
}

async fn update(app: &TestApp, noun: &str, input: Value) {
    let mutation = format!("{noun}Update");
    accepted(&send(app, &mutation, input, "userErrors { code }").await, &mutation);
}

/// Returns the differences of the newest revision of a record.
async fn newest_changes(app: &TestApp, id: &str) -> Value {
    revisions(app, id, CHANGES).await[0]["changes"].clone()
}

#[test]
fn revisions_show_actor_time_and_changes_newest_first() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        update(&app, "book", json!({ "id": "book_bkkqa2", "title": "SQL in Two Weeks" })).await;
        for mutation in ["catalogItemUnpublish", "catalogItemPublish"] {
            accepted(&send(&app, mutation, json!({ "id": "book_bkkqa2" }), "item { id }").await, mutation);
        }
        let seen = revisions(&app, "book_bkkqa2", "number createdAt actor action").await;
        let row =
            |revision, actor, action| json!({ "number": revision, "createdAt": NOW, "actor": actor, "action": action });
        assert_eq!(
            seen,
            [
                row(4, "ada", "PUBLISHED"),
                row(3, "ada", "UNPUBLISHED"),
                row(2, "ada", "UPDATED"),
                row(1, "import", "CREATED"),
            ]
        );
        let title = json!({ "field": "title", "before": "SQL in a Week", "after": "SQL in Two Weeks", "textDiff": null, "elements": [] });
        let changes = revisions(&app, "book_bkkqa2", CHANGES).await;
        assert_eq!(changes[2]["changes"], json!([title]));
        assert_eq!(changes[1]["changes"][0]["field"], "status");
    });
}

#[test]
fn scheduled_publications_have_their_own_action() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let draft = json!({ "id": "book_bkkqa2" });
        accepted(&send(&app, "catalogItemUnpublish", draft, "item { id }").await, "catalogItemUnpublish");
        let scheduled = json!({ "id": "book_bkkqa2", "publishAt": "2026-02-01T00:00:00Z" });
        accepted(&send(&app, "catalogItemPublish", scheduled, "item { id }").await, "catalogItemPublish");
        let later = app.at("2026-03-01T00:00:00Z").signed_in(Role::Editor).await;
        update(&later, "book", json!({ "id": "book_bkkqa2", "title": "SQL in Two Weeks" })).await;
        let changes = revisions(&later, "book_bkkqa2", "changes { field before after }").await;
        let fields = |index: usize| changes[index]["changes"].clone();
        assert_eq!(fields(1)[0], json!({ "field": "status", "before": "DRAFT", "after": "SCHEDULED" }));
        assert_eq!(fields(0)[0]["field"], "title");
        assert_eq!(
            fields(0).as_array().map(Vec::len),
            Some(1),
            "that it was published meanwhile is no edit: {changes:#?}"
        );
    });
}

#[test]
fn revisions_require_an_editor() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let query = "{ node(id: \"topic_tpcsq2\") { ... on Versioned { revision revisions { totalCount } } } }";
        let expected = json!({ "revision": 1, "revisions": null });
        assert_eq!(app.at(NOW).data(query).await["node"], expected);
        assert_eq!(app.signed_in(Role::Reader).await.data(query).await["node"], expected);
        assert_eq!(app.data(query).await["node"]["revisions"]["totalCount"], 1);
        assert_eq!(app.signed_in(Role::Admin).await.data(query).await["node"]["revisions"]["totalCount"], 1);
    });
}

#[test]
fn revisions_paginate_in_both_directions() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for number in 2..=5 {
            update(&app, "person", json!({ "id": "person_prsad2", "name": format!("Ada {number}") })).await;
        }
        let page = async |arguments: &str| {
            let query = format!(
                "{{ person(by: {{ code: \"prsad2\" }}) {{ revisions({arguments}) {{ totalCount nodes {{ number }}
                    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
            );
            let page = app.data(&query).await["person"]["revisions"].clone();
            let numbers: Vec<_> =
                page["nodes"].as_array().expect("nodes").iter().map(|node| node["number"].clone()).collect();
            assert_eq!(page["totalCount"], 5);
            (numbers, page["pageInfo"].clone())
        };
        let (first, info) = page("first: 2").await;
        assert_eq!((first, &info["hasNextPage"]), (vec![json!(5), json!(4)], &json!(true)));
        let (second, info) = page(&format!("first: 2, after: {}", info["endCursor"])).await;
        assert_eq!((second, &info["hasNextPage"]), (vec![json!(3), json!(2)], &json!(true)));
        let (back, _) = page(&format!("last: 1, before: {}", info["startCursor"])).await;
        assert_eq!(back, [json!(4)]);
        let (oldest, _) = page("last: 1").await;
        assert_eq!(oldest, [json!(1)]);
    });
}

#[test]
fn references_are_ids_and_elements_have_actions() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({
            "id": "book_bkkqa2", "topicIds": ["topic_tpcdb2", "topic_tpcsq2"], "publisherId": null,
            "contributors": [{ "personId": "person_prsad2", "role": "EDITOR" }], "timeRequired": "PT3H",
            "description": "One.\n\nTwo.\n",
        });
        update(&app, "book", input).await;
        let changes = newest_changes(&app, "book_bkkqa2").await;
        let of = |field: &str| {
            let changes = changes.as_array().expect("a list").iter();
            changes.clone().find(|change| change["field"] == field).unwrap_or(&Value::Null).clone()
        };
        assert_eq!(
            (of("publisherId")["before"].clone(), of("publisherId")["after"].clone()),
            (json!("organization_rgnst2"), json!(null))
        );
        assert_eq!(of("timeRequired")["after"], "PT3H");
        assert_eq!(of("description")["textDiff"], json!(null), "there is nothing to compare it with");
        let topics = of("topicIds");
        assert_eq!(topics["before"], json!(["topic_tpcsq2"]));
        assert_eq!(topics["after"], json!(["topic_tpcdb2", "topic_tpcsq2"]));
        let added = json!({ "action": "ADDED", "label": "databases", "nodeId": "topic_tpcdb2", "value": "topic_tpcdb2", "fromPosition": null, "toPosition": 1, "fields": [] });
        assert_eq!(topics["elements"], json!([added]));
        let people = of("contributors");
        assert_eq!(people["after"], json!([{ "personId": "person_prsad2", "role": "EDITOR" }]));
        assert_eq!(people["elements"][1]["action"], "REMOVED");
        assert_eq!(people["elements"][1]["label"], "ada-lovelace");
        update(&app, "book", json!({ "id": "book_bkkqa2", "description": "One.\n\nTwo or three.\n" })).await;
        let text = newest_changes(&app, "book_bkkqa2").await[0]["textDiff"].clone();
        assert_eq!(text, "@@ -1,3 +1,3 @@\n One.\n \n-Two.\n+Two or three.\n");
    });
}

#[test]
fn syllabus_price_and_parent_changes_are_shown() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({
            "id": "course_crsfs2", "price": { "amount": "49", "currency": "EUR" }, "weeklyEffort": "PT5H",
            "syllabus": [{ "title": "Tables", "summary": "Rows." }, { "title": "Joins" }],
        });
        update(&app, "course", input).await;
        let input = json!({
            "id": "course_crsfs2",
            "syllabus": [{ "title": "Joins" }, { "title": "Tables", "summary": "Rows and columns." }],
        });
        update(&app, "course", input).await;
        let seen = revisions(&app, "course_crsfs2", CHANGES).await;
        let price = seen[1]["changes"].as_array().expect("a list").iter().find(|change| change["field"] == "price");
        assert_eq!(price.expect("it differs")["after"], json!({ "amount": "49.00", "currency": "EUR" }));
        let elements = &seen[0]["changes"][0]["elements"];
        let element = |index: usize| (&elements[index]["action"], &elements[index]["label"]);
        assert_eq!(element(0), (&json!("MOVED"), &json!("Joins")));
        assert_eq!(element(1), (&json!("UPDATED"), &json!("Tables")));
        assert_eq!(elements[1]["fields"][0]["textDiff"], "@@ -1 +1 @@\n-Rows.\n+Rows and columns.\n");
        update(&app, "topic", json!({ "id": "topic_tpcsq2", "parentId": null, "title": "SQL!" })).await;
        let changes = newest_changes(&app, "topic_tpcsq2").await;
        let previous: Vec<_> =
            changes.as_array().expect("a list").iter().map(|one| (&one["field"], &one["before"])).collect();
        assert_eq!(previous, [(&json!("title"), &json!("SQL")), (&json!("parentId"), &json!("topic_tpcdb2"))]);
    });
}

#[test]
fn list_changes_show_entries_and_notes() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        app.import(
            r#"{"kind":"readingList","owner":{"kind":"career","slug":"data-engineer"},"title":"Begin here","entries":[{"kind":"course","slug":"second-steps","code":"entry4"},{"kind":"book","slug":"sql-in-a-week","note":"Read it twice."}]}"#,
        )
        .await;
        let changes = newest_changes(&app, "reading_list_rdste2").await;
        let fields: Vec<_> = changes.as_array().expect("a list").iter().map(|change| change["field"].clone()).collect();
        assert_eq!(fields, ["title", "entries"]);
        let elements = changes[1]["elements"].clone();
        let labels: Vec<_> =
            elements.as_array().expect("a list").iter().map(|one| (&one["action"], &one["label"])).collect();
        let (second, sql, first) = (json!("second-steps"), json!("sql-in-a-week"), json!("first-steps"));
        assert_eq!(labels, [(&json!("ADDED"), &second), (&json!("UPDATED"), &sql), (&json!("REMOVED"), &first)]);
        assert_eq!(elements[0]["value"], json!({ "id": "reading_list_entry_entry4", "resourceId": "course_crsse2" }));
        assert_eq!(elements[1]["nodeId"], "book_bkkqa2");
        assert_eq!(elements[1]["fields"][0]["after"], "Read it twice.");
    });
}

#[test]
fn renamed_references_are_no_change() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        update(&app, "topic", json!({ "id": "topic_tpcsq2", "slug": "structured-query-language" })).await;
        update(&app, "book", json!({ "id": "book_bkkqa2", "summary": "In seven days." })).await;
        let seen = revisions(&app, "book_bkkqa2", "changes { field } state").await;
        assert_eq!(seen[0]["changes"], json!([{ "field": "summary" }]));
        assert_eq!(seen[0]["state"]["topics"], json!([{ "code": "tpcsq2", "slug": "structured-query-language" }]));
        assert_eq!(seen[1]["state"]["topics"], json!([{ "code": "tpcsq2", "slug": "sql" }]));
        assert_eq!(seen[0]["state"].get("format"), None);
    });
}

#[test]
fn states_in_old_formats_are_shown_unparsed() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        crate::mutations::restore::store_old_format(&app, "prsad2").await;
        let seen = revisions(&app, "person_prsad2", "changes { field } state").await;
        assert_eq!(seen, [json!({ "changes": null, "state": { "kind": "person", "slug": "ada" } })]);
    });
}

#[test]
fn revisions_of_many_records_take_two_statements() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let lines: Vec<Value> = (0..50)
            .map(
                |number| json!({ "kind": "book", "slug": format!("book-{number}"), "title": format!("Book {number}") }),
            )
            .collect();
        app.import(lines.into_iter().collect::<crate::common::Lines>()).await;
        let of = |selection: &str| format!("{{ books(first: 50) {{ nodes {{ {selection} }} }} }}");
        // The first use of a token in a minute is recorded.
        app.ask(&of("title")).await;
        let none = app.ask(&of("title")).await.statements;
        let light = app.ask(&of("revisions(first: 1) { nodes { number actor } }")).await;
        assert_eq!(light.data()["books"]["nodes"].as_array().map(Vec::len), Some(50));
        assert_eq!(light.statements, none + 1);
        let whole = app.ask(&of(&format!("revisions(first: 1) {{ nodes {{ state {CHANGES} }} }}"))).await;
        assert_eq!(whole.statements, none + 2);
        whole.data();
    });
}
