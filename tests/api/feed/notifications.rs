//! The changes that each mutation of each kind and the import report.

use std::collections::BTreeSet;

use apollo_compiler::Schema;
use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::graphql;

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send};
use crate::feed::reading::{end, walk};

/// Returns the changes after a cursor for readers who can see drafts: kind and action, in order.
async fn changes_after(app: &TestApp, after: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let (changes, _) = walk(app, after, Value::Null).await;
    changes.iter().map(|change| (text(&change["kind"]), text(&change["action"]))).collect()
}

fn rows(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, action)| ((*kind).to_owned(), (*action).to_owned())).collect()
}

/// Sends a mutation and asserts the changes that it adds to the feed. Returns its payload.
async fn expect_changes(
    app: &TestApp,
    mutation: &str,
    input: Value,
    selection: &str,
    expected: &[(&str, &str)],
) -> Value {
    let before = end(app).await;
    let payload = accepted(&send(app, mutation, input, selection).await, mutation);
    assert_eq!(changes_after(app, &before).await, rows(expected), "{mutation}");
    payload
}

/// Mutations under test, with the names of the sent ones.
struct ChangeTest {
    app: TestApp,
    sent: BTreeSet<String>,
}

impl ChangeTest {
    async fn expect_changes(
        &mut self,
        mutation: &str,
        input: Value,
        selection: &str,
        expected: &[(&str, &str)],
    ) -> Value {
        self.sent.insert(mutation.to_owned());
        expect_changes(&self.app, mutation, input, selection, expected).await
    }
}

#[test]
fn every_mutation_adds_a_change() {
    let schema = Schema::parse_and_validate(graphql::sdl(), "schema.graphql").expect("the schema is valid");
    let mutations = schema.get_object("Mutation").expect("there are mutations");
    // Tokens are not part of the catalog.
    let of_the_catalog = mutations.fields.keys().map(ToString::to_string).filter(|name| !name.starts_with("apiToken"));
    let of_the_catalog: BTreeSet<String> = of_the_catalog.collect();
    on_each_engine(async |store| {
        let app = editor_app(store).await.previewing();
        let mut test = ChangeTest { app, sent: BTreeSet::new() };
        each_kind(&mut test).await;
        reading_lists(&mut test).await;
        whole_records(&mut test).await;
        assert_eq!(test.sent, of_the_catalog, "each mutation of the schema is held to what it tells");
    });
}

async fn each_kind(test: &mut ChangeTest) {
    for (noun, kind, called, has_list) in [
        ("career", "CAREER", "title", true),
        ("course", "COURSE", "title", true),
        ("book", "BOOK", "title", false),
        ("topic", "TOPIC", "title", true),
        ("video", "VIDEO", "title", false),
        ("podcast", "PODCAST", "title", false),
        ("tutorial", "TUTORIAL", "title", false),
        ("person", "PERSON", "name", false),
        ("organization", "ORGANIZATION", "name", false),
    ] {
        let with_list = |action| {
            let list = if has_list { vec![("READING_LIST", action)] } else { Vec::new() };
            let own = vec![(kind, action)];
            if action == "CREATED" { [own, list].concat() } else { [list, own].concat() }
        };
        let selection = format!("{noun} {{ id }}");
        let create = format!("{noun}Create");
        let created = test.expect_changes(&create, json!({ called: "New" }), &selection, &with_list("CREATED")).await;
        let id = &created[noun]["id"];
        let update = format!("{noun}Update");
        test.expect_changes(&update, json!({ "id": id, called: "Renewed" }), &selection, &[(kind, "UPDATED")]).await;
        test.expect_changes(&update, json!({ "id": id, called: "Renewed" }), &selection, &[]).await;
        if !["person", "organization"].contains(&noun) {
            for (mutation, action) in [
                ("catalogItemPublish", "PUBLISHED"),
                ("catalogItemUnpublish", "UNPUBLISHED"),
                ("catalogItemArchive", "ARCHIVED"),
            ] {
                test.expect_changes(mutation, json!({ "id": id }), "item { id }", &[(kind, action)]).await;
            }
        }
        let delete = format!("{noun}Delete");
        test.expect_changes(&delete, json!({ "id": id }), "deletedId", &with_list("DELETED")).await;
    }
}

/// Every mutation of entries is one change of their list, regardless of their number.
async fn reading_lists(test: &mut ChangeTest) {
    const UPDATED: &[(&str, &str)] = &[("READING_LIST", "UPDATED")];
    let list = "reading_list_rdste2";
    let texts = json!({ "id": list, "title": "First" });
    test.expect_changes("readingListUpdate", texts.clone(), "readingList { id }", UPDATED).await;
    test.expect_changes("readingListUpdate", texts, "readingList { id }", &[]).await;
    let entries = json!({ "listId": list, "entries": [{ "resourceId": "course_crsse2" }] });
    let added = test.expect_changes("readingListEntryAdd", entries, "entryEdges { node { id } }", UPDATED).await;
    let new = added["entryEdges"][0]["node"]["id"].clone();
    let note = json!({ "id": new, "note": "Then this." });
    test.expect_changes("readingListEntryUpdate", note, "readingList { id }", UPDATED).await;
    let first =
        json!({ "listId": list, "entryIds": [new, "reading_list_entry_entry3"], "placement": { "end": "FIRST" } });
    test.expect_changes("readingListEntryMove", first.clone(), "readingList { id }", UPDATED).await;
    test.expect_changes("readingListEntryMove", first, "readingList { id }", &[]).await;
    let gone = json!({ "listId": list, "entryIds": [new, "reading_list_entry_entry3"] });
    test.expect_changes("readingListEntryRemove", gone, "readingList { id }", UPDATED).await;
}

async fn whole_records(test: &mut ChangeTest) {
    let records = json!([
        { "kind": "book", "slug": "sql-in-7-days", "code": "bkkqb2", "title": "SQL in 7 Days" },
        { "kind": "readingList", "owner": { "kind": "course", "slug": "first-steps" }, "entries": [{ "kind": "book", "slug": "sql-in-7-days" }] },
        { "kind": "topic", "slug": "sql", "title": "SQL" },
    ]);
    let dry = json!({ "records": records, "dryRun": true });
    test.expect_changes("catalogImport", dry, "userErrorCount", &[]).await;
    let imported = [("BOOK", "CREATED"), ("READING_LIST", "UPDATED")];
    test.expect_changes("catalogImport", json!({ "records": records }), "userErrorCount", &imported).await;
    let merge = json!({ "id": "book_bkkqa2", "duplicateIds": ["book_bkkqb2"] });
    let merged = [("READING_LIST", "UPDATED"), ("BOOK", "MERGED"), ("BOOK", "UPDATED")];
    test.expect_changes("bookMerge", merge, "book { id }", &merged).await;
    let old = json!({ "id": "reading_list_rdste2", "revision": 1 });
    test.expect_changes("revisionRestore", old, "node { id }", &[("READING_LIST", "UPDATED")]).await;
    let gone = json!({ "id": "career_cardw2" });
    test.expect_changes("careerDelete", gone, "deletedId", &[("READING_LIST", "DELETED"), ("CAREER", "DELETED")]).await;
    let back = json!({ "id": "career_cardw2", "revision": 1 });
    test.expect_changes("revisionRestore", back, "node { id }", &[("CAREER", "CREATED"), ("READING_LIST", "CREATED")])
        .await;
}

#[test]
fn forced_deletions_add_changes_of_detached_records() {
    on_each_engine(async |store| {
        let app = editor_app(store).await.previewing();
        let input = json!({ "id": "book_bkkqa2", "force": true });
        expect_changes(&app, "bookDelete", input, "deletedId", &[("READING_LIST", "UPDATED"), ("BOOK", "DELETED")])
            .await;
        let input = json!({ "id": "topic_tpcdb2", "force": true });
        let cut = [("CAREER", "UPDATED"), ("TOPIC", "UPDATED"), ("READING_LIST", "DELETED"), ("TOPIC", "DELETED")];
        expect_changes(&app, "topicDelete", input, "deletedId", &cut).await;
    });
}

#[test]
fn visibility_changes_are_published_or_unpublished() {
    on_each_engine(async |store| {
        let app = editor_app(store).await.previewing();
        let selection = "item { id }";
        let created =
            accepted(&send(&app, "topicCreate", json!({ "title": "New" }), "topic { id }").await, "topicCreate");
        let id = created["topic"]["id"].clone();
        let plan = json!({ "id": id, "publishAt": "2026-02-01T00:00:00Z" });
        expect_changes(&app, "catalogItemPublish", plan, selection, &[("TOPIC", "UPDATED")]).await;
        expect_changes(&app, "catalogItemPublish", json!({ "id": id }), selection, &[("TOPIC", "PUBLISHED")]).await;
        assert_eq!(
            changes_after(&app.at("2026-03-01T00:00:00Z"), &end(&app).await).await,
            [],
            "it is not published again"
        );
        // Only an import can reschedule a published item.
        let place = end(&app).await;
        app.import([json!({ "kind": "topic", "slug": "new", "publishedAt": "2026-02-01T00:00:00Z" })]).await;
        assert_eq!(changes_after(&app, &place).await, rows(&[("TOPIC", "UNPUBLISHED")]));
        assert_eq!(
            changes_after(&app.at("2026-03-01T00:00:00Z"), &place).await,
            rows(&[("TOPIC", "UNPUBLISHED"), ("TOPIC", "PUBLISHED")])
        );
    });
}

#[test]
fn hidden_and_renamed_items_keep_their_public_path() {
    on_each_engine(async |store| {
        let app =
            TestApp::with(store, [json!({ "kind": "topic", "slug": "known", "code": "tpckn2", "title": "Known" })])
                .await;
        let place = end(&app).await;
        app.import([json!({ "kind": "topic", "code": "tpckn2", "slug": "secret", "status": "draft" })]).await;
        let (changes, _) = walk(&app, &place, Value::Null).await;
        assert_eq!(changes.len(), 1);
        assert_eq!(
            (&changes[0]["action"], &changes[0]["path"]),
            (&json!("UNPUBLISHED"), &json!("/topic/tpckn2/known"))
        );
        assert_eq!(changes[0]["node"], Value::Null);
    });
}

#[test]
fn people_and_organizations_need_a_visible_item() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let anonymous = app.anonymous();
        let place = end(&anonymous).await;
        let created = send(&app, "personCreate", json!({ "name": "Unknown" }), "person { id }").await;
        let id = accepted(&created, "personCreate")["person"]["id"].clone();
        accepted(&send(&app, "personDelete", json!({ "id": id }), "deletedId").await, "personDelete");
        assert_eq!(changes_after(&anonymous, &place).await, []);

        let renamed = json!({ "id": "person_prsad2", "name": "Ada King" });
        accepted(&send(&app, "personUpdate", renamed, "person { id }").await, "personUpdate");
        let deleted = json!({ "id": "person_prsad2", "force": true });
        accepted(&send(&app, "personDelete", deleted, "deletedId").await, "personDelete");
        let expected = rows(&[("PERSON", "UPDATED"), ("BOOK", "UPDATED"), ("PERSON", "DELETED")]);
        assert_eq!(changes_after(&anonymous, &place).await, expected, "who keeps a copy learns that she is gone");
    });
}

#[test]
fn imports_add_a_change_per_record() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, crate::common::demo()).await;
        let reader = app.signed_in(Role::Reader).await.previewing();
        let (all, _) = walk(&reader, "WyJmZWVkIixbXSwwXQ", Value::Null).await;
        let sql = syllabus::db::Sql::new(app.database.engine(), "SELECT COUNT(*) FROM revision");
        let rows = app.database.rows(sql).await.expect("it can be asked");
        let revisions: i64 = rows[0].columns().read_next().expect("a number");
        assert_eq!(i64::try_from(all.len()), Ok(revisions));
        app.import(crate::common::demo()).await;
        let (again, _) = walk(&reader, "WyJmZWVkIixbXSwwXQ", Value::Null).await;
        assert_eq!(again, all, "an import without changes adds nothing to the feed");
    });
}
