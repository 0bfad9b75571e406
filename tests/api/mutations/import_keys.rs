//! Repeated imports with the same idempotency key.

use futures_util::future::join_all;
use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::on_each_engine;
use crate::editor::{accepted, editor_app, send, user_errors};
use crate::mutations::catalog_import::{IMPORT, import, records};

fn graphs() -> Value {
    json!({ "idempotencyKey": "monday", "records": [{ "kind": "topic", "slug": "graphs", "title": "Graphs" }] })
}

fn other() -> Value {
    json!({ "idempotencyKey": "monday", "records": [{ "kind": "topic", "slug": "nets", "title": "Nets" }] })
}

fn used() -> Vec<(String, String)> {
    vec![("INVALID".to_owned(), "input.idempotencyKey".to_owned())]
}

#[test]
fn repeated_calls_return_the_first_result() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let first = accepted(&import(&app, graphs()).await, IMPORT);
        assert_eq!(first["wasReplayed"], false);
        let id = first["records"][0]["id"].clone();
        let renamed = send(&app, "topicUpdate", json!({ "id": id, "title": "Networks" }), "topic { revision }").await;
        accepted(&renamed, "topicUpdate");

        let reordered = json!({ "idempotencyKey": "monday", "records": [{ "title": "Graphs", "slug": "graphs", "kind": "topic" }] });
        let mut second = accepted(&import(&app, reordered).await, IMPORT);
        assert_eq!(second["wasReplayed"], true);
        second["wasReplayed"] = json!(false);
        assert_eq!(second, first);
        let query = "{ topic(by: { slug: \"graphs\" }) { title } }";
        assert_eq!(app.ask(query).await.data()["topic"]["title"], "Networks", "what came later stays");
    });
}

#[test]
fn keys_belong_to_one_import() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        accepted(&import(&app, graphs()).await, IMPORT);
        assert_eq!(user_errors(&import(&app, other()).await, IMPORT), used());
        let mut skipping = graphs();
        skipping["mode"] = json!("SKIP_INVALID");
        assert_eq!(user_errors(&import(&app, skipping).await, IMPORT), used());
    });
}

#[test]
fn keys_belong_to_one_caller() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        accepted(&import(&app, graphs()).await, IMPORT);
        let grace = app.signed_in_as("grace", Role::Editor).await;
        assert_eq!(accepted(&import(&grace, other()).await, IMPORT)["wasReplayed"], false);
    });
}

#[test]
fn callers_with_the_same_name_have_separate_keys() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        accepted(&import(&app, graphs()).await, IMPORT);
        let namesake = app.signed_in_as("ada", Role::Editor).await;
        assert_eq!(accepted(&import(&namesake, other()).await, IMPORT)["wasReplayed"], false);
        assert_eq!(accepted(&import(&app, graphs()).await, IMPORT)["wasReplayed"], true);
    });
}

#[test]
fn keys_expire_after_a_day() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        accepted(&import(&app, graphs()).await, IMPORT);
        let just_before = app.still_at("2026-01-16T11:59:59Z");
        assert_eq!(user_errors(&import(&just_before, other()).await, IMPORT), used());
        let a_day_later = app.still_at("2026-01-16T12:00:00Z");
        assert_eq!(accepted(&import(&a_day_later, other()).await, IMPORT)["wasReplayed"], false);
    });
}

#[test]
fn failed_and_dry_run_imports_do_not_use_keys() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let refused = json!({ "idempotencyKey": "monday", "records": [{ "kind": "topic", "slug": "graphs" }] });
        assert_eq!(user_errors(&import(&app, refused).await, IMPORT).len(), 1);
        let mut dry = other();
        dry["dryRun"] = json!(true);
        accepted(&import(&app, dry.clone()).await, IMPORT);
        assert_eq!(accepted(&import(&app, graphs()).await, IMPORT)["wasReplayed"], false);
        assert_eq!(accepted(&import(&app, dry).await, IMPORT)["wasReplayed"], false, "a dry run takes no notice of it");
    });
}

#[test]
fn one_of_concurrent_equal_calls_imports() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let answers = join_all((0..8).map(|_| import(&app, graphs()))).await;
        let payloads: Vec<Value> = answers.iter().map(|answer| accepted(answer, IMPORT)).collect();
        assert_eq!(payloads.iter().filter(|payload| payload["wasReplayed"] == false).count(), 1);
        assert!(payloads.iter().all(|payload| records(payload) == records(&payloads[0])));
    });
}

#[test]
fn keys_are_limited_to_two_hundred_characters() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let with_key = |key: String| json!({ "idempotencyKey": key, "records": [] });
        accepted(&import(&app, with_key("é".repeat(200))).await, IMPORT);
        let longer = import(&app, with_key("é".repeat(201))).await;
        assert_eq!(user_errors(&longer, IMPORT), vec![("TOO_LONG".to_owned(), "input.idempotencyKey".to_owned())]);
    });
}
