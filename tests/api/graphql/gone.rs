//! `isGone`: distinguishes paths of objects that were public from paths at which nothing ever was.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send};

/// Books that nobody has seen yet, and a duplicate of the editor's book.
const FURTHER: &str = r#"{"kind":"book","slug":"secret","code":"bkkse2","title":"Secret","status":"draft"}
{"kind":"book","slug":"later","code":"bkkyy2","title":"Later","publishedAt":"2026-02-01T00:00:00Z"}
{"kind":"book","slug":"sql-in-7-days","code":"bkkqb2","title":"SQL in 7 Days"}
"#;

/// Returns whether an anonymous reader finds that the object at a path is gone.
async fn is_gone(app: &TestApp, path: &str) -> bool {
    let query = "query ($path: String!) { isGone(path: $path) }";
    let answer = app.anonymous().ask_with(query, json!({ "path": path })).await;
    answer.data()["isGone"].as_bool().expect("it is a truth value")
}

async fn done(app: &TestApp, mutation: &str, input: Value) {
    accepted(&send(app, mutation, input, "userErrors { code }").await, mutation);
}

#[test]
fn public_unknown_and_never_public_objects_are_not_gone() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        app.import(FURTHER).await;
        for path in [
            "/book/bkkqa2/sql-in-a-week",
            "/book/bkkqa2",
            "/book/sql-in-a-week",
            "/person/prsad2/ada-lovelace",
            "/book/zzzzzz/nothing",
            "/book/nothing",
            "/course/bkkqa2",
            "/book/bkkse2/secret",
            "/book/bkkyy2/later",
            "/reading_list/rdste2",
            "/",
            "",
        ] {
            assert!(!is_gone(&app, path).await, "{path:?}");
        }
        done(&app, "bookDelete", json!({ "id": "book_bkkse2" })).await;
        assert!(!is_gone(&app, "/book/bkkse2/secret").await, "nobody has seen it before its deletion");
    });
}

#[test]
fn deleted_objects_are_gone() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (mutation, kind, code, slug) in [
            ("bookDelete", "book", "bkkqa2", "sql-in-a-week"),
            ("courseDelete", "course", "crsfs2", "first-steps"),
            ("careerDelete", "career", "cardw2", "data-engineer"),
            ("topicDelete", "topic", "tpcsq2", "sql"),
            ("personDelete", "person", "prsad2", "ada-lovelace"),
            ("organizationDelete", "organization", "rgnst2", "no-starch"),
        ] {
            done(&app, mutation, json!({ "id": format!("{kind}_{code}"), "force": true })).await;
            for path in [format!("/{kind}/{code}/{slug}"), format!("/{kind}/{code}"), format!("/{kind}/{code}/any/x?y")]
            {
                assert!(is_gone(&app, &path).await, "{path}");
            }
            // Another object can get the slug.
            assert!(!is_gone(&app, &format!("/{kind}/{slug}")).await, "{slug}");
            assert!(!is_gone(&app, &format!("/video/{code}")).await, "{code} is not a video");
        }
    });
}

#[test]
fn withdrawn_items_are_gone_until_they_are_public_again() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        app.import(FURTHER).await;
        let (id, path) = (json!({ "id": "book_bkkqa2" }), "/book/bkkqa2/sql-in-a-week");
        for withdraw in ["catalogItemUnpublish", "catalogItemArchive"] {
            done(&app, withdraw, id.clone()).await;
            assert!(is_gone(&app, path).await, "{withdraw}");
            done(&app, "catalogItemPublish", id.clone()).await;
            assert!(!is_gone(&app, path).await, "{withdraw}");
        }
        // A publication that became due, and whose item was withdrawn later.
        let due = app.still_at("2026-02-01T00:00:00Z");
        assert!(!is_gone(&due, "/book/bkkyy2/later").await);
        done(&due, "catalogItemUnpublish", json!({ "id": "book_bkkyy2" })).await;
        assert!(is_gone(&due, "/book/bkkyy2/later").await);
    });
}

#[test]
fn merged_books_are_not_gone_while_their_survivor_is_public() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        app.import(FURTHER).await;
        done(&app, "bookMerge", json!({ "id": "book_bkkqa2", "duplicateIds": ["book_bkkqb2"] })).await;
        let path = "/book/bkkqb2/sql-in-7-days";
        assert!(!is_gone(&app, path).await);
        done(&app, "catalogItemUnpublish", json!({ "id": "book_bkkqa2" })).await;
        assert!(is_gone(&app, path).await);
    });
}

#[test]
fn paths_are_checked_in_one_batch() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        app.import(FURTHER).await;
        for id in ["book_bkkqa2", "book_bkkqb2"] {
            done(&app, "bookDelete", json!({ "id": id, "force": true })).await;
        }
        let aliases = |paths: &[&str]| {
            let fields = paths.iter().enumerate().map(|(n, path)| format!("a{n}: isGone(path: \"{path}\") "));
            format!("{{ {} }}", fields.collect::<String>())
        };
        let anonymous = app.anonymous();
        let one = anonymous.ask(&aliases(&["/book/bkkqa2"])).await;
        assert_eq!(one.data(), json!({ "a0": true }));
        let all = anonymous.ask(&aliases(&["/book/bkkqa2", "/book/bkkqb2", "/book/bkkse2"])).await;
        assert_eq!(all.data(), json!({ "a0": true, "a1": true, "a2": false }));
        assert_eq!(all.statements, one.statements);
    });
}
