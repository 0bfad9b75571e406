//! A scheduled publication gets its change once, when it is due.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send};
use crate::feed::reading::{changes_after, end};

const DUE: &str = "2026-02-01T00:00:00Z";
const BEFORE: &str = "2026-01-31T23:59:59.999999Z";
const LATER: &str = "2026-03-01T00:00:00Z";
const ITEM: &str = "item { id }";

fn published(path: &str, at: &str) -> (String, String, String) {
    ("PUBLISHED".to_owned(), path.to_owned(), at.to_owned())
}

/// Creates a scheduled topic. Returns its id and path.
async fn scheduled(app: &TestApp, title: &str, at: &str) -> (Value, String) {
    let answer = send(app, "topicCreate", json!({ "title": title }), "topic { id path }").await;
    let topic = accepted(&answer, "topicCreate")["topic"].clone();
    schedule(app, &topic["id"], at).await;
    (topic["id"].clone(), topic["path"].as_str().expect("it has one").to_owned())
}

async fn schedule(app: &TestApp, id: &Value, at: &str) {
    let answer = send(app, "catalogItemPublish", json!({ "id": id, "publishAt": at }), ITEM).await;
    accepted(&answer, "catalogItemPublish");
}

#[test]
fn due_publications_appear_before_later_reads() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app.anonymous()).await;
        let (_, path) = scheduled(&app, "Graphs", DUE).await;
        assert_eq!(changes_after(&app.anonymous(), &start).await, [], "a draft and a plan are nobody's business");
        assert_eq!(changes_after(&app.at(BEFORE), &start).await, []);
        assert_eq!(changes_after(&app.at(DUE), &start).await, [published(&path, DUE)]);
        assert_eq!(changes_after(&app.at(LATER), &start).await, [published(&path, DUE)], "and once only");
    });
}

#[test]
fn concurrent_readers_publish_due_items_once_in_order() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app.anonymous()).await;
        let (_, second) = scheduled(&app, "Second", "2026-02-02T00:00:00Z").await;
        let (_, first) = scheduled(&app, "First", DUE).await;
        let replicas: Vec<TestApp> = (0..12).map(|_| app.at(LATER)).collect();
        let expected = [published(&first, DUE), published(&second, "2026-02-02T00:00:00Z")];
        for seen in join_all(replicas.iter().map(|replica| changes_after(replica, &start))).await {
            assert_eq!(seen, expected);
        }
    });
}

#[test]
fn later_writes_follow_the_publication() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app.anonymous()).await;
        let (id, path) = scheduled(&app, "Graphs", DUE).await;
        let later = app.at(LATER).signed_in(syllabus::auth::Role::Editor).await;
        let answer = send(&later, "topicUpdate", json!({ "id": id, "summary": "Dots." }), "topic { id }").await;
        accepted(&answer, "topicUpdate");
        let updated = ("UPDATED".to_owned(), path.clone(), LATER.to_owned());
        assert_eq!(changes_after(&later.anonymous(), &start).await, [published(&path, DUE), updated]);
    });
}

#[test]
fn publications_use_the_latest_revision() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app.anonymous()).await;
        let (id, _) = scheduled(&app, "Graphs", DUE).await;
        let input = json!({ "id": id, "slug": "networks" });
        let answer = send(&app, "topicUpdate", input, "topic { path revision }").await;
        let topic = accepted(&answer, "topicUpdate")["topic"].clone();
        let due = app.at(DUE);
        assert_eq!(changes_after(&due, &start).await, [published(topic["path"].as_str().expect("a path"), DUE)]);
        let revisions = due
            .ask_with(
                "query ($after: String) { changes(after: $after) { nodes { revision } } }",
                json!({ "after": start }),
            )
            .await;
        assert_eq!(revisions.data()["changes"]["nodes"], json!([{ "revision": topic["revision"] }]));
    });
}

#[test]
fn rescheduled_withdrawn_and_deleted_items_are_not_published() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app.anonymous()).await;
        let (put_off, path) = scheduled(&app, "Put off", DUE).await;
        schedule(&app, &put_off, LATER).await;
        let (withdrawn, _) = scheduled(&app, "Withdrawn", DUE).await;
        let answer = send(&app, "catalogItemUnpublish", json!({ "id": withdrawn }), ITEM).await;
        accepted(&answer, "catalogItemUnpublish");
        let (deleted, _) = scheduled(&app, "Deleted", DUE).await;
        accepted(&send(&app, "topicDelete", json!({ "id": deleted }), "deletedId").await, "topicDelete");
        assert_eq!(changes_after(&app.at(DUE), &start).await, []);
        assert_eq!(changes_after(&app.at(LATER), &start).await, [published(&path, LATER)]);
    });
}

#[test]
fn delayed_writes_do_not_publish_twice() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app.anonymous()).await;
        let (id, path) = scheduled(&app, "Graphs", DUE).await;
        assert_eq!(changes_after(&app.at(DUE), &start).await.len(), 1);
        // It read the clock before the due time, and ran after it.
        let late = app.at(BEFORE).signed_in(syllabus::auth::Role::Editor).await;
        let answer = send(&late, "topicUpdate", json!({ "id": id, "summary": "Dots." }), "topic { id }").await;
        accepted(&answer, "topicUpdate");
        assert_eq!(changes_after(&app.at(LATER), &start).await, [published(&path, DUE)]);
    });
}

#[test]
fn imports_schedule_publications() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, [json!({ "kind": "topic", "slug": "seen", "title": "Seen" })]).await;
        let start = end(&app).await;
        let planned: Vec<Value> = (0..5)
            .map(|number| json!({ "kind": "topic", "slug": format!("t{number}"), "code": format!("tpcx2{number}").replace(['0', '1'], "z"), "title": "T", "publishedAt": DUE }))
            .skip(2)
            .collect();
        app.import(planned.iter().cloned().collect::<crate::common::Lines>()).await;
        assert_eq!(changes_after(&app, &start).await, []);
        let paths: Vec<String> =
            changes_after(&app.at(DUE), &start).await.into_iter().map(|(_, path, _)| path).collect();
        assert_eq!(paths, ["/topic/tpcx22/t2", "/topic/tpcx23/t3", "/topic/tpcx24/t4"]);
    });
}
