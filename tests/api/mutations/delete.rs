//! Deletions: a record with references is not deleted, or is detached everywhere with `force`.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send};

async fn users(app: &TestApp, mutation: &str, id: &str) -> (Value, Vec<String>) {
    let answer = send(app, mutation, json!({ "id": id }), "deletedId").await;
    let payload = answer.data()[mutation].clone();
    assert_eq!(payload["deletedId"], json!(null));
    let error = payload["userErrors"][0].clone();
    assert_eq!(error["code"], "IN_USE", "{payload:#}");
    let users = error["usedBy"].as_array().expect("a list").iter();
    let ids = users.map(|node| node["id"].as_str().unwrap_or_default().to_owned()).collect();
    (error["usedByCount"].clone(), ids)
}

#[test]
fn referenced_records_report_their_referrers() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (mutation, id, expected) in [
            ("bookDelete", "book_bkkqa2", vec!["reading_list_entry_entry2"]),
            ("courseDelete", "course_crsfs2", vec!["reading_list_entry_entry3", "course_crsse2"]),
            ("topicDelete", "topic_tpcdb2", vec!["career_cardw2", "topic_tpcsq2"]),
            ("topicDelete", "topic_tpcsq2", vec!["book_bkkqa2"]),
            ("personDelete", "person_prsad2", vec!["book_bkkqa2"]),
            ("organizationDelete", "organization_rgnst2", vec!["book_bkkqa2"]),
        ] {
            let (count, ids) = users(&app, mutation, id).await;
            assert_eq!(
                (count, ids),
                (json!(expected.len()), expected.iter().map(ToString::to_string).collect()),
                "{id}"
            );
        }
    });
}

#[test]
fn forced_deletion_detaches_references_with_revisions() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (mutation, id) in [
            ("courseDelete", "course_crsfs2"),
            ("topicDelete", "topic_tpcdb2"),
            ("personDelete", "person_prsad2"),
            ("organizationDelete", "organization_rgnst2"),
            ("bookDelete", "book_bkkqa2"),
            ("careerDelete", "career_cardw2"),
        ] {
            let answer = send(&app, mutation, json!({ "id": id, "force": true }), "deletedId").await;
            assert_eq!(accepted(&answer, mutation)["deletedId"], id);
            assert_eq!(app.data(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await["node"], json!(null));
        }
        let left = app
            .data(
                "{ second: node(id: \"course_crsse2\") { ... on Course { revision prerequisites { totalCount } } }
                   sql: node(id: \"topic_tpcsq2\") { ... on Topic { revision parent { id } } } }",
            )
            .await;
        assert_eq!(left["second"], json!({ "revision": 2, "prerequisites": { "totalCount": 0 } }));
        assert_eq!(left["sql"], json!({ "revision": 2, "parent": null }));
    });
}

#[test]
fn codes_are_not_reused_and_slugs_are() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let made = send(&app, "personCreate", json!({ "name": "Grace Hopper" }), "person { id code }").await;
        let person = accepted(&made, "personCreate")["person"].clone();
        let gone = send(&app, "personDelete", json!({ "id": person["id"] }), "deletedId").await;
        assert_eq!(accepted(&gone, "personDelete")["deletedId"], person["id"]);
        let again = send(&app, "personCreate", json!({ "name": "Grace Hopper" }), "person { slug code }").await;
        let again = accepted(&again, "personCreate")["person"].clone();
        assert_eq!(again["slug"], "grace-hopper");
        assert_ne!(again["code"], person["code"]);
    });
}
