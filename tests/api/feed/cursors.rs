//! Cursors of the change feed: which are accepted, which are rejected, and which changes they skip.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send};
use crate::feed::reading::{end, walk};

const AFTER: &str =
    "query ($after: String) { changes(after: $after) { nodes { nodeId } pageInfo { endCursor hasNextPage } } }";

#[test]
fn empty_page_returns_its_cursor() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let anonymous = app.anonymous();
        let start = end(&anonymous).await;
        let (none, place) = walk(&anonymous, &start, Value::Null).await;
        assert_eq!((none.len(), &place), (0, &start));
        let answer =
            send(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "subtitle": "Really" }), "book { id }").await;
        accepted(&answer, "bookUpdate");
        let (one, place) = walk(&anonymous, &place, Value::Null).await;
        assert_eq!(one.len(), 1);
        assert_eq!(json!(place), one[0]["cursor"]);
        assert_eq!(place, end(&anonymous).await);
    });
}

#[test]
fn kinds_filter_changes() {
    on_each_engine(async |store| {
        let app = editor_app(store).await.anonymous();
        let of = async |kinds: Value| {
            let (changes, _) = walk(&app, "WyJmZWVkIixbXSwwXQ", kinds).await;
            changes.iter().map(|change| change["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of(json!(["COURSE", "CAREER", "COURSE"])).await, ["COURSE", "COURSE", "CAREER"]);
        assert_eq!(of(json!([])).await, Vec::<String>::new());
        // Each career, course and topic has a reading list.
        assert_eq!(of(json!(["READING_LIST"])).await.len(), 5);
        assert_eq!(of(Value::Null).await.len(), 13);
    });
}

#[test]
fn invalid_feed_cursors_are_rejected() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let other =
            app.data("{ books(first: 1) { pageInfo { endCursor } } }").await["books"]["pageInfo"]["endCursor"].clone();
        for wrong in [json!("x"), json!(""), json!("WyJmZWVkIixbXV0"), other] {
            let error = app.ask_with(AFTER, json!({ "after": wrong })).await.error();
            assert_eq!(error["extensions"], json!({ "code": "BAD_USER_INPUT", "argument": "after" }), "{wrong}");
        }
        for backwards in ["last: 1", "before: \"x\""] {
            let error = app.ask(&format!("{{ changes({backwards}) {{ totalCount }} }}")).await.error();
            assert_eq!(error["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
        }
    });
}

#[test]
fn cursors_before_purged_changes_are_expired() {
    on_each_engine(async |store| {
        let app = editor_app(store).await.anonymous();
        let (all, last) = walk(&app, "WyJmZWVkIixbXSwwXQ", Value::Null).await;
        let (third, fourth) = (&all[2]["cursor"], &all[3]["cursor"]);
        purge(&app, 4).await;
        for gone in [&json!("WyJmZWVkIixbXSwwXQ"), third] {
            let error = app.ask_with(AFTER, json!({ "after": gone })).await.error();
            assert_eq!(error["extensions"], json!({ "code": "CURSOR_EXPIRED" }));
            assert_eq!(error["path"], json!(["changes"]));
        }
        let (rest, _) = walk(&app, fourth.as_str().expect("a cursor"), Value::Null).await;
        assert_eq!(rest, all[4..], "the cursor of the last purged change is still valid");
        let beginning = app.ask_with(AFTER, json!({ "after": null })).await.data();
        assert_eq!(beginning["changes"]["nodes"].as_array().map(Vec::len), Some(all.len() - 4));

        // Even if no change is left, the end of the feed is a valid cursor.
        purge(&app, i64::try_from(all.len()).expect("they are few")).await;
        assert_eq!(end(&app).await, last);
        let (none, place) = walk(&app, &last, Value::Null).await;
        assert_eq!((none.len(), place), (0, last));
    });
}

#[test]
fn cursors_beyond_the_feed_are_expired() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let place = end(&app).await;
        let answer = send(&app, "bookUpdate", json!({ "id": "book_bkkqa2", "subtitle": "Lost" }), "book { id }").await;
        accepted(&answer, "bookUpdate");
        let ahead = end(&app).await;
        // As after restoring a backup from before the change.
        let back = "DELETE FROM change_event WHERE id = (SELECT MAX(id) FROM change_event)";
        app.database.writer().execute_unprepared(back).await.expect("it can be taken out");
        let error = app.ask_with(AFTER, json!({ "after": ahead })).await.error();
        assert_eq!(error["extensions"], json!({ "code": "CURSOR_EXPIRED" }));
        assert_eq!(walk(&app, &place, Value::Null).await.0, [] as [Value; 0]);
    });
}

async fn purge(app: &TestApp, up_to: i64) {
    let sql = format!(
        "DELETE FROM change_event WHERE id <= {up_to}; UPDATE change_feed_watermark SET last_purged_id = {up_to}"
    );
    app.database.writer().execute_unprepared(&sql).await.expect("it can be purged");
}

#[test]
fn previews_include_changes_of_drafts() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let start = end(&app).await;
        let answer = send(&app, "bookCreate", json!({ "title": "Secret" }), "book { id path }").await;
        let book = accepted(&answer, "bookCreate")["book"].clone();
        let input = json!({ "id": book["id"], "slug": "more-secret" });
        accepted(&send(&app, "bookUpdate", input, "book { id }").await, "bookUpdate");
        let (anonymous, _) = walk(&app.anonymous(), &start, Value::Null).await;
        assert_eq!(anonymous, [] as [Value; 0]);
        let (plain, _) = walk(&app, &start, Value::Null).await;
        assert_eq!(plain, [] as [Value; 0], "an editor who does not ask for drafts");
        let preview = app.previewing();
        let (changes, _) = walk(&preview, &start, Value::Null).await;
        let actions: Vec<&Value> = changes.iter().map(|change| &change["action"]).collect();
        assert_eq!(actions, ["CREATED", "UPDATED"]);
        assert!(changes.iter().all(|change| change["node"]["id"] == book["id"]));

        accepted(
            &send(&preview, "catalogItemPublish", json!({ "id": book["id"] }), "item { id }").await,
            "catalogItemPublish",
        );
        let (seen, _) = walk(&preview.anonymous(), &start, Value::Null).await;
        assert_eq!(seen.len(), 1);
        assert_eq!((&seen[0]["action"], &seen[0]["node"]["id"]), (&json!("PUBLISHED"), &book["id"]));
        assert!(!format!("{seen:?}").contains("/secret"), "its first address was never public: {seen:?}");
    });
}
