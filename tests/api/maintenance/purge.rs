//! What a purge deletes, and what remains.

use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::db::{Database, Sql};
use syllabus::service::check::check;
use syllabus::service::purge::{Purge, Purged, purge};

use crate::common::{Lines, Store, TestApp, moment, on_each_engine};

const FEBRUARY: &str = "2026-02-01T00:00:00Z";
const MARCH: &str = "2026-03-01T00:00:00Z";
const SOME_TIME: &str = "2026-04-01T00:00:00Z";

fn topic(title: &str) -> Lines {
    [json!({ "kind": "topic", "slug": "graphs", "code": "tpcgr2", "title": title })].into()
}

/// A topic and its list, created in January, renamed in February and in March.
async fn history(store: &Store) -> TestApp {
    let app = TestApp::with(store, topic("Graphs")).await;
    app.at(FEBRUARY).import(topic("Graph Theory")).await;
    app.at(MARCH).import(topic("Networks")).await;
    app
}

async fn count(database: &Database, table: &str) -> i64 {
    let rows = database.rows(Sql::new(database.engine(), &format!("SELECT COUNT(*) FROM {table}"))).await;
    rows.expect("it can be asked")[0].columns().read_next().expect("it is a number")
}

async fn sound(database: &Database) {
    let mut findings = Vec::new();
    check(database, moment(SOME_TIME), "en", |finding| findings.push(finding)).await.expect("it can be checked");
    assert_eq!(findings, []);
}

#[test]
fn old_revisions_are_purged_except_the_newest() {
    on_each_engine(async |store| {
        let app = history(store).await;
        let before = |time: &str| Purge { revisions_before: Some(moment(time)), ..Purge::default() };
        assert_eq!(count(&app.database, "revision").await, 4);
        let january = purge(&app.database, before(FEBRUARY)).await.expect("it can be purged");
        assert_eq!(january, Purged { revisions: 1, changes: 0 }, "the list's only one stays");
        let all = purge(&app.database, before(SOME_TIME)).await.expect("it can be purged");
        assert_eq!(all, Purged { revisions: 1, changes: 0 });
        assert_eq!(count(&app.database, "revision").await, 2);
        assert_eq!(count(&app.database, "change_event").await, 4, "the feed is left alone");
        sound(&app.database).await;
    });
}

#[test]
fn old_changes_are_purged_except_the_newest() {
    on_each_engine(async |store| {
        let app = history(store).await;
        let end = async || app.data("{ catalog { changesCursor lastChangedAt } }").await;
        let (before_it, first) = (end().await, "{ changes(first: 1) { nodes { cursor } } }");
        let oldest = app.data(first).await["changes"]["nodes"][0]["cursor"].clone();
        let before = |time: &str| Purge { changes_before: Some(moment(time)), ..Purge::default() };
        let february = purge(&app.database, before(MARCH)).await.expect("it can be purged");
        assert_eq!(february, Purged { revisions: 0, changes: 3 });
        let after = "query ($after: String) { changes(after: $after) { totalCount } }";
        let error = app.ask_with(after, json!({ "after": oldest })).await.error();
        assert_eq!(error["extensions"]["code"], "CURSOR_EXPIRED");
        let all = purge(&app.database, before(SOME_TIME)).await.expect("it can be purged");
        assert_eq!(all, Purged::default(), "the newest is old, and stays");
        assert_eq!(end().await, before_it, "the feed ends where it ended");
        assert_eq!(count(&app.database, "revision").await, 4, "revisions are left alone");
        sound(&app.database).await;
    });
}

#[test]
fn dry_runs_count_and_delete_nothing() {
    on_each_engine(async |store| {
        let app = history(store).await;
        let all =
            Purge { revisions_before: Some(moment(SOME_TIME)), changes_before: Some(moment(SOME_TIME)), dry_run: true };
        for _ in 0..2 {
            let purged = purge(&app.database, all).await.expect("it can be tried");
            assert_eq!(purged, Purged { revisions: 2, changes: 3 });
        }
        assert_eq!((count(&app.database, "revision").await, count(&app.database, "change_event").await), (4, 4));
    });
}

#[test]
fn purges_span_several_batches() {
    on_each_engine(async |store| {
        let app = history(store).await;
        let many = "INSERT INTO change_event (occurred_at, kind, code, action, revision, was_visible) \
             WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 25000) \
             SELECT 0, 'topic', 'tpcgr2', 'UPDATED', 1, TRUE FROM numbers";
        app.database.writer().execute_unprepared(many).await.expect("it can be written");
        let all = Purge { changes_before: Some(moment(SOME_TIME)), ..Purge::default() };
        let purged = purge(&app.database, all).await.expect("it can be purged");
        assert_eq!(purged, Purged { revisions: 0, changes: 25_003 });
        assert_eq!(count(&app.database, "change_event").await, 1, "the newest stays");
    });
}

#[test]
fn codes_of_deleted_records_stay_reserved() {
    on_each_engine(async |store| {
        let app = history(store).await;
        let editor = app.at(MARCH).signed_in(syllabus::auth::Role::Editor).await;
        editor.data(r#"mutation { topicDelete(input: { id: "topic_tpcgr2" }) { deletedId } }"#).await;
        let all = Purge { revisions_before: Some(moment(SOME_TIME)), ..Purge::default() };
        purge(&app.database, all).await.expect("it can be purged");
        assert_eq!(count(&app.database, "revision").await, 2, "the end of the topic and of its list");
        // It is restored with its code, and its revision numbers continue.
        app.at(SOME_TIME).import(topic("Graphs")).await;
        let revision = app.at(SOME_TIME).data(r#"{ topic(by: { code: "tpcgr2" }) { revision } }"#).await;
        assert_eq!(revision["topic"]["revision"], 5);
    });
}

#[test]
fn an_empty_catalog_has_nothing_to_purge() {
    on_each_engine(async |store| {
        let all = Purge { revisions_before: Some(moment(MARCH)), changes_before: Some(moment(MARCH)), dry_run: false };
        assert_eq!(purge(&store.database, all).await.expect("it can be purged"), Purged::default());
        sound(&store.database).await;
    });
}
