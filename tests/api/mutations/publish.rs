//! Publishing, unpublishing and archiving.

use serde_json::json;

use crate::common::on_each_engine;
use crate::editor::{accepted, editor_app, send, user_errors};

const ITEM: &str = "item { status publishedAt revision }";

#[test]
fn items_are_scheduled_published_archived_and_unpublished() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let answer = send(&app, "topicCreate", json!({ "title": "Graphs" }), "topic { id }").await;
        let id = accepted(&answer, "topicCreate")["topic"]["id"].clone();
        for (mutation, at, status, published_at) in [
            ("catalogItemPublish", Some("2026-02-01T00:00:00Z"), "SCHEDULED", Some("2026-02-01T00:00:00Z")),
            ("catalogItemPublish", None, "PUBLISHED", Some("2026-01-15T12:00:00Z")),
            ("catalogItemPublish", Some("2020-01-01T00:00:00Z"), "PUBLISHED", Some("2020-01-01T00:00:00Z")),
            ("catalogItemArchive", None, "ARCHIVED", Some("2020-01-01T00:00:00Z")),
            ("catalogItemUnpublish", None, "DRAFT", None),
        ] {
            let mut input = json!({ "id": id });
            if let Some(at) = at {
                input["publishAt"] = json!(at);
            }
            let answer = send(&app, mutation, input, ITEM).await;
            let item = accepted(&answer, mutation)["item"].clone();
            assert_eq!((&item["status"], &item["publishedAt"]), (&json!(status), &json!(published_at)), "{mutation}");
        }
    });
}

#[test]
fn invalid_transitions_are_rejected() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (mutation, input) in [
            ("catalogItemPublish", json!({ "id": "book_bkkqa2" })),
            ("catalogItemPublish", json!({ "id": "book_bkkqa2", "publishAt": "2030-01-01T00:00:00Z" })),
        ] {
            let answer = send(&app, mutation, input, ITEM).await;
            let expected = vec![("INVALID_TRANSITION".to_owned(), "input.id".to_owned())];
            assert_eq!(user_errors(&answer, mutation), expected);
        }
        let person = send(&app, "catalogItemArchive", json!({ "id": "person_prsad2" }), ITEM).await;
        assert_eq!(user_errors(&person, "catalogItemArchive"), vec![("WRONG_TYPE".to_owned(), "input.id".to_owned())]);
    });
}

#[test]
fn scheduled_items_become_visible_when_due() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let answer = send(&app, "topicCreate", json!({ "title": "Graphs" }), "topic { id }").await;
        let id = accepted(&answer, "topicCreate")["topic"]["id"].clone();
        let input = json!({ "id": id, "publishAt": "2026-02-01T00:00:00Z" });
        accepted(&send(&app, "catalogItemPublish", input, ITEM).await, "catalogItemPublish");
        let query = "{ topic(by: { slug: \"graphs\" }) { status } }";
        assert_eq!(app.at("2026-01-31T23:59:59Z").data(query).await["topic"], json!(null));
        assert_eq!(app.at("2026-02-01T00:00:00Z").data(query).await["topic"]["status"], "PUBLISHED");
    });
}
