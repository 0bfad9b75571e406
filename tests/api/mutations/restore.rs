//! A restore writes the old state as a new revision and changes nothing else.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send, user_errors};
use crate::mutations::revisions::revisions;

const RESTORE: &str = "revisionRestore";

async fn restore(app: &TestApp, id: &str, revision: i32) -> Value {
    let answer = send(app, RESTORE, json!({ "id": id, "revision": revision }), "node { id revision }").await;
    accepted(&answer, RESTORE)["node"].clone()
}

async fn rejected(app: &TestApp, input: Value) -> (Vec<(String, String)>, String) {
    let answer = send(app, RESTORE, input, "node { id }").await;
    let payload = answer.data()[RESTORE].clone();
    assert_eq!(payload["node"], json!(null));
    let message = payload["userErrors"][0]["message"].as_str().unwrap_or_default().to_owned();
    (user_errors(&answer, RESTORE), message)
}

async fn run(app: &TestApp, mutation: &str, input: Value) -> Value {
    accepted(&send(app, mutation, input, "userErrors { code }").await, mutation)
}

/// Returns the stored states of a record, newest first, without the fields that a restore does not change.
pub async fn contents(app: &TestApp, id: &str) -> Vec<Value> {
    let states = revisions(app, id, "state").await.into_iter().map(|revision| {
        let mut state = revision["state"].clone();
        for field in ["status", "publishedAt", "oldSlugs"] {
            state.as_object_mut().expect("an object").shift_remove(field);
        }
        state
    });
    states.collect()
}

/// Replaces a state with one that an earlier version could have written.
pub async fn store_old_format(app: &TestApp, code: &str) {
    let sql = format!(r#"UPDATE revision SET state = '{{"kind":"person","slug":"ada"}}' WHERE code = '{code}'"#);
    app.database.writer().execute_unprepared(&sql).await.expect("it can be written");
}

fn violation(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

#[test]
fn every_kind_is_restored() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (noun, id, first, second) in [
            (
                "career",
                "career_cardw2",
                json!({ "article": "# Data\n\nPipelines.", "occupationCode": "15-1243.00", "topicIds": ["topic_tpcsq2"] }),
                json!({ "article": null, "title": "Data Plumber", "topicIds": [], "relatedCareerIds": [] }),
            ),
            (
                "course",
                "course_crsse2",
                json!({
                    "syllabus": [{ "title": "Tables", "summary": "Rows." }, { "title": "Joins" }], "isFree": false,
                    "price": { "amount": "49.90", "currency": "EUR" }, "instructorIds": ["person_prsad2"],
                    "providerId": "organization_rgnst2", "weeklyEffort": "PT5H30M", "timeRequired": "PT20H",
                    "level": "ADVANCED", "language": "pt-BR", "url": "https://example.org/é",
                }),
                json!({
                    "syllabus": [], "price": null, "isFree": true, "instructorIds": [], "providerId": null,
                    "prerequisiteIds": [], "weeklyEffort": null,
                }),
            ),
            (
                "book",
                "book_bkkqa2",
                json!({
                    "contributors": [{ "personId": "person_prsad2", "role": "EDITOR" }, { "personId": "person_prsad2" }],
                    "publicationYear": 2014, "pageCount": 98, "externalId": "b-1", "revisedAt": "2025-04-11T00:00:00.5Z",
                    "description": "*Scopes*.",
                }),
                json!({ "contributors": [], "publicationYear": null, "isbn13": null, "externalId": null, "slug": "other" }),
            ),
            (
                "topic",
                "topic_tpcsq2",
                json!({ "aliases": ["Structured Query Language", "SEQUEL"], "relatedTopicIds": ["topic_tpcdb2"] }),
                json!({ "aliases": ["SEQUEL"], "parentId": null, "relatedTopicIds": [] }),
            ),
            (
                "person",
                "person_prsad2",
                json!({ "url": "https://example.org" }),
                json!({ "name": "A. L.", "url": null }),
            ),
            (
                "organization",
                "organization_rgnst2",
                json!({ "externalId": "o-1" }),
                json!({ "name": "Starch", "slug": "starch" }),
            ),
        ] {
            for mut input in [first, second] {
                input["id"] = json!(id);
                run(&app, &format!("{noun}Update"), input).await;
            }
            assert_eq!(restore(&app, id, 2).await, json!({ "id": id, "revision": 4 }));
            let contents = contents(&app, id).await;
            assert_eq!(contents[0], contents[2], "{noun}");
            assert_ne!(contents[0], contents[1], "{noun}");
            assert_eq!(restore(&app, id, 2).await["revision"], 4, "what is so already is not written again");
            assert_eq!(restore(&app, id, 1).await["revision"], 5);
        }
    });
}

#[test]
fn restored_entries_keep_their_ids() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let list = |entries: &str| {
            format!(
                r#"{{"kind":"readingList","owner":{{"kind":"career","slug":"data-engineer"}},"title":"T","entries":[{entries}]}}"#
            )
        };
        app.import(&*list(r#"{"kind":"course","slug":"second-steps"},{"kind":"book","slug":"sql-in-a-week","note":"N","role":"core"}"#)).await;
        restore(&app, "reading_list_rdste2", 1).await;
        let query = "{ node(id: \"reading_list_rdste2\") { ... on ReadingList { title revision
            entries { nodes { id position note role resource { id } } } } } }";
        let entry = |id: &str, position, resource: &str| json!({ "id": id, "position": position, "note": null, "role": null, "resource": { "id": resource } });
        let expected = json!({
            "title": "Reading list: Data Engineer", "revision": 3,
            "entries": { "nodes": [
                entry("reading_list_entry_entry2", 1, "book_bkkqa2"),
                entry("reading_list_entry_entry3", 2, "course_crsfs2"),
            ] },
        });
        assert_eq!(app.data(query).await["node"], expected);
        let contents = contents(&app, "reading_list_rdste2").await;
        assert_eq!(contents[0], contents[2]);
    });
}

#[test]
fn renamed_references_are_resolved() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "topicIds": [] })).await;
        run(&app, "topicUpdate", json!({ "id": "topic_tpcsq2", "slug": "structured-query-language" })).await;
        restore(&app, "book_bkkqa2", 1).await;
        let book = app.data("{ book(by: { code: \"bkkqa2\" }) { topics { nodes { id } } } }").await;
        assert_eq!(book["book"]["topics"]["nodes"], json!([{ "id": "topic_tpcsq2" }]));
    });
}

#[test]
fn deleted_references_are_reported_and_restored_first() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "topicDelete", json!({ "id": "topic_tpcsq2", "force": true })).await;
        run(&app, "personDelete", json!({ "id": "person_prsad2", "force": true })).await;
        let (errors, message) = rejected(&app, json!({ "id": "book_bkkqa2", "revision": 1 })).await;
        assert_eq!(
            errors,
            [violation("NOT_FOUND", "input.revision"), violation("NOT_FOUND", "input.revision")].concat()
        );
        assert_eq!(
            message,
            "revision refers to the person \"ada-lovelace\", which was deleted: restore person_prsad2 first \
             (its last revision is 2)"
        );
        // Another topic takes its slug, but the book did not refer to that topic.
        let other = send(&app, "topicCreate", json!({ "title": "SQL" }), "topic { slug }").await;
        assert_eq!(accepted(&other, "topicCreate")["topic"]["slug"], "sql");
        assert_eq!(rejected(&app, json!({ "id": "book_bkkqa2", "revision": 1 })).await.0.len(), 2);
        assert_eq!(restore(&app, "person_prsad2", 1).await["revision"], 3);
        assert_eq!(restore(&app, "topic_tpcsq2", 1).await["revision"], 3);
        assert_eq!(restore(&app, "book_bkkqa2", 1).await["revision"], 4);
        let topic =
            app.data("{ node(id: \"topic_tpcsq2\") { id } book(by: { code: \"bkkqa2\" }) { authors { id } } }").await;
        assert_eq!(topic, json!({ "node": null, "book": { "authors": [{ "id": "person_prsad2" }] } }));
        let published = send(&app, "catalogItemPublish", json!({ "id": "topic_tpcsq2" }), "item { slug }").await;
        assert_eq!(accepted(&published, "catalogItemPublish")["item"]["slug"], "sql-2", "its own went to another");
    });
}

#[test]
fn deleted_records_are_restored_with_their_list_as_drafts() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "careerDelete", json!({ "id": "career_cardw2" })).await;
        let input = json!({ "id": "career_cardw2", "revision": 1, "expectedRevision": 2 });
        let selection = "node { revision ... on Career { slug status publishedAt readingList { id revision entries { nodes { id } } } } }";
        let answer = send(&app, RESTORE, input, selection).await;
        let list = json!({
            "id": "reading_list_rdste2", "revision": 3,
            "entries": { "nodes": [{ "id": "reading_list_entry_entry2" }, { "id": "reading_list_entry_entry3" }] },
        });
        assert_eq!(
            accepted(&answer, RESTORE)["node"],
            json!({ "revision": 3, "slug": "data-engineer", "status": "DRAFT", "publishedAt": null, "readingList": list })
        );
        let published = send(&app, "catalogItemPublish", json!({ "id": "career_cardw2" }), "item { id }").await;
        accepted(&published, "catalogItemPublish");
        let actions = revisions(&app, "career_cardw2", "action").await;
        let actions: Vec<_> = actions.iter().map(|revision| revision["action"].clone()).collect();
        assert_eq!(actions, ["PUBLISHED", "CREATED", "DELETED", "CREATED"]);
    });
}

#[test]
fn deleted_lists_are_restored_with_their_owner_only() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "careerDelete", json!({ "id": "career_cardw2" })).await;
        let (errors, message) = rejected(&app, json!({ "id": "reading_list_rdste2", "revision": 1 })).await;
        assert_eq!(errors, violation("NOT_FOUND", "input.id"));
        assert_eq!(
            message,
            "id \"reading_list_rdste2\" belongs to a list that was deleted with its owner: restore the owner"
        );
        run(&app, "bookDelete", json!({ "id": "book_bkkqa2" })).await;
        let (errors, message) = rejected(&app, json!({ "id": "career_cardw2", "revision": 1 })).await;
        assert_eq!(errors, violation("NOT_FOUND", "input.revision"));
        assert!(message.contains("refers to the book \"sql-in-a-week\""), "{message}");
        restore(&app, "book_bkkqa2", 1).await;
        restore(&app, "career_cardw2", 1).await;
    });
}

#[test]
fn restoring_keeps_visibility_and_addresses() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "slug": "second", "title": "Second" })).await;
        run(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "slug": "third", "title": "Third" })).await;
        run(&app, "catalogItemArchive", json!({ "id": "book_bkkqa2" })).await;
        let answer =
            send(&app, RESTORE, json!({ "id": "book_bkkqa2", "revision": 1 }), "node { ... on Book { slug status } }")
                .await;
        assert_eq!(accepted(&answer, RESTORE)["node"], json!({ "slug": "sql-in-a-week", "status": "ARCHIVED" }));
        run(&app, "catalogItemPublish", json!({ "id": "book_bkkqa2" })).await;
        for slug in ["sql-in-a-week", "second", "third"] {
            let found = app.data(&format!("{{ book(by: {{ slug: \"{slug}\" }}) {{ title }} }}")).await;
            assert_eq!(found["book"]["title"], "SQL in a Week", "{slug}");
        }
        restore(&app, "book_bkkqa2", 2).await;
        let found = app.data("{ book(by: { slug: \"sql-in-a-week\" }) { slug status } }").await;
        assert_eq!(found["book"], json!({ "slug": "second", "status": "PUBLISHED" }));
    });
}

#[test]
fn restored_states_are_validated() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "isbn13": null })).await;
        run(&app, "bookCreate", json!({ "title": "Another", "isbn13": "9780134190440" })).await;
        let (errors, message) = rejected(&app, json!({ "id": "book_bkkqa2", "revision": 1 })).await;
        assert_eq!(errors, violation("TAKEN", "input.revision"));
        assert_eq!(
            message,
            "revision cannot be restored: isbn13 \"9780134190440\" is the ISBN of another book, \"another\""
        );
        run(&app, "courseUpdate", json!({ "id": "course_crsse2", "prerequisiteIds": [] })).await;
        run(&app, "courseUpdate", json!({ "id": "course_crsfs2", "prerequisiteIds": ["course_crsse2"] })).await;
        let (errors, _) = rejected(&app, json!({ "id": "course_crsse2", "revision": 1 })).await;
        assert_eq!(errors, violation("CYCLE", "input.revision"));
    });
}

#[test]
fn invalid_restores_are_rejected() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (id, revision, code, path) in [
            ("?", 1, "INVALID", "input.id"),
            ("reading_list_entry_entry2", 1, "WRONG_TYPE", "input.id"),
            ("book_222222", 1, "NOT_FOUND", "input.id"),
            ("book_bkkqa2", 2, "NOT_FOUND", "input.revision"),
            ("book_bkkqa2", -1, "NOT_FOUND", "input.revision"),
        ] {
            let (errors, _) = rejected(&app, json!({ "id": id, "revision": revision })).await;
            assert_eq!(errors, violation(code, path), "{id} {revision}");
        }
        let stale = json!({ "id": "book_bkkqa2", "revision": 1, "expectedRevision": 7 });
        assert_eq!(rejected(&app, stale).await.0, violation("STALE_REVISION", "input.expectedRevision"));
        store_old_format(&app, "prsad2").await;
        let (errors, message) = rejected(&app, json!({ "id": "person_prsad2", "revision": 1 })).await;
        assert_eq!(errors, violation("INVALID", "input.revision"));
        assert_eq!(
            message,
            "revision \"1\" is stored in an old format and cannot be restored: enter its values manually"
        );
    });
}

#[test]
fn statement_counts_are_fixed() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "title": "Other", "topicIds": [] })).await;
        run(&app, "careerDelete", json!({ "id": "career_cardw2" })).await;
        let mut counted = Vec::new();
        for id in ["book_bkkqa2", "career_cardw2"] {
            let answer = send(&app, RESTORE, json!({ "id": id, "revision": 1 }), "userErrors { code }").await;
            accepted(&answer, RESTORE);
            counted.push(answer.statements);
        }
        eprintln!("{store}: {counted:?}");
        assert!(counted[0] <= 38 && counted[1] <= 46, "{counted:?}");
    });
}

#[test]
fn renamed_fields_of_old_states_are_restored() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let state = r#"{"format":3,"kind":"book","slug":"sql-in-a-week","code":"bkkqa2","status":"PUBLISHED","title":"SQL in a Week","coverUrl":"https://old.example/c.png"}"#;
        let sql = format!("UPDATE revision SET state = '{state}' WHERE code = 'bkkqa2'");
        app.database.writer().execute_unprepared(&sql).await.expect("it can be written");
        restore(&app, "book_bkkqa2", 1).await;
        let book = app.ask("{ book(by: { code: \"bkkqa2\" }) { imageUrl } }").await.data();
        assert_eq!(book["book"]["imageUrl"], "https://old.example/c.png");
    });
}

#[test]
fn remaining_entries_keep_their_added_at() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let query = "{ node(id: \"reading_list_rdste2\") { ... on ReadingList { entries { nodes { id addedAt } } } } }";
        let before = app.ask(query).await.data();
        let sql = "UPDATE revision SET state = REPLACE(state, 'addedAt', 'forgotten') WHERE code = 'rdste2'";
        app.database.writer().execute_unprepared(sql).await.expect("it can be written");
        restore(&app.still_at("2030-01-01T00:00:00Z"), "reading_list_rdste2", 1).await;
        assert_eq!(app.ask(query).await.data(), before);
    });
}
