//! Search results reflect a write immediately: names, topics, notes, deletions, merges and restores.

use serde_json::json;

use crate::common::{TestApp, on_each_engine};
use crate::search::fixture::{assert_sound, books, change, found, library, people};

const NONE: [&str; 0] = [];

#[test]
fn book_fields_are_reindexed() {
    on_each_engine(async |store| {
        let app = library(store).await;
        change(&app, "bookUpdate", json!({ "id": "book_bkkej2", "title": "Expressive Scripting", "summary": null }))
            .await;
        assert_eq!(books(&app, "expressive").await, ["Expressive Scripting"]);
        assert_eq!(books(&app, "eloquent").await, NONE);
        assert_eq!(books(&app, "ground up").await, NONE);
        change(&app, "bookCreate", json!({ "title": "Haskell Diaries", "topicIds": ["topic_tpcpr2"] })).await;
        assert_eq!(books(&app, "haskell").await, NONE, "it is a draft");
        assert_sound(&app).await;
        assert_eq!(books(&app.previewing(), "haskell").await, ["Haskell Diaries"]);
    });
}

#[test]
fn names_of_people_and_organizations_are_reindexed() {
    on_each_engine(async |store| {
        let app = library(store).await;
        change(&app, "personUpdate", json!({ "id": "person_prsmh2", "name": "Marina Havel" })).await;
        assert_eq!(books(&app, "havel").await, ["Eloquent JavaScript"]);
        assert_eq!(books(&app, "haverbeke").await, NONE);
        assert_eq!(people(&app, "havel").await, ["Marina Havel"]);
        change(&app, "organizationUpdate", json!({ "id": "organization_rgnst2", "name": "Plenty of Flour" })).await;
        assert_eq!(books(&app, "flour").await, ["Eloquent JavaScript"]);
        assert_eq!(found(&app, "courses", "flour").await, ["JavaScript First Steps"]);
        assert_eq!(books(&app, "starch").await, NONE);
        assert_sound(&app).await;
    });
}

#[test]
fn topics_and_aliases_are_reindexed() {
    on_each_engine(async |store| {
        let app = library(store).await;
        change(&app, "topicUpdate", json!({ "id": "topic_tpccp2", "title": "Seaplusplus", "aliases": ["Ceeplus"] }))
            .await;
        assert_eq!(books(&app, "seaplusplus").await, ["A Tour of C++"]);
        assert_eq!(books(&app, "ceeplus").await, ["A Tour of C++"]);
        change(&app, "bookUpdate", json!({ "id": "book_bkktc2", "topicIds": [] })).await;
        assert_eq!(books(&app, "ceeplus").await, NONE);
        change(&app, "topicDelete", json!({ "id": "topic_tpcjs2", "force": true })).await;
        assert_eq!(books(&app, "ecmascript").await, NONE);
        assert_sound(&app).await;
    });
}

/// Returns the title of the first found book.
async fn first_of(app: &TestApp, query: &str) -> String {
    books(app, query).await.first().cloned().unwrap_or_default()
}

#[test]
fn notes_and_recommendations_are_reindexed() {
    on_each_engine(async |store| {
        let app = library(store).await;
        change(&app, "readingListEntryUpdate", json!({ "id": "reading_list_entry_entry2", "note": "With a crayon." }))
            .await;
        assert_eq!(books(&app, "crayon").await, ["Eloquent JavaScript"]);
        assert_eq!(books(&app, "pencil").await, NONE);
        change(
            &app,
            "readingListEntryRemove",
            json!({ "listId": "reading_list_rdste2", "entryIds": ["reading_list_entry_entry2"] }),
        )
        .await;
        assert_eq!(books(&app, "crayon").await, NONE);
        app.import([
            json!({ "kind": "book", "slug": "one", "code": "bkkga2", "title": "Gardening One" }),
            json!({ "kind": "book", "slug": "two", "code": "bkkgb2", "title": "Gardening Two" }),
        ])
        .await;
        for (id, title) in [("book_bkkga2", "Gardening One"), ("book_bkkgb2", "Gardening Two")] {
            let entries = json!([{ "resourceId": id, "note": "Compost." }]);
            change(&app, "readingListEntryAdd", json!({ "listId": "reading_list_rdste2", "entries": entries })).await;
            assert_eq!(first_of(&app, "gardening").await, title, "what is recommended breaks the tie");
            assert_eq!(books(&app, "compost").await, [title]);
            let query =
                "{ career(by: { code: \"carfe2\" }) { readingList { entries { nodes { id resource { id } } } } } }";
            let entries = app.data(query).await["career"]["readingList"]["entries"]["nodes"].clone();
            let entry = entries.as_array().into_iter().flatten().find(|entry| entry["resource"]["id"] == json!(id));
            let entry = entry.expect("it is on the list")["id"].clone();
            let removal = json!({ "listId": "reading_list_rdste2", "entryIds": [entry] });
            change(&app, "readingListEntryRemove", removal).await;
        }
        assert_sound(&app).await;
    });
}

#[test]
fn deletions_merges_and_restores_are_reindexed() {
    on_each_engine(async |store| {
        let app = library(store).await;
        change(&app, "bookDelete", json!({ "id": "book_bkkrb2" })).await;
        assert_eq!(books(&app, "the r book").await.iter().filter(|title| *title == "The R Book").count(), 0);
        change(&app, "revisionRestore", json!({ "id": "book_bkkrb2", "revision": 1 })).await;
        change(&app, "catalogItemPublish", json!({ "id": "book_bkkrb2" })).await;
        assert_eq!(first_of(&app, "the r book").await, "The R Book");
        change(&app, "bookMerge", json!({ "id": "book_bkknc2", "duplicateIds": ["book_bkkej2"] })).await;
        assert_eq!(books(&app, "eloquent").await, NONE);
        assert_eq!(books(&app, "pencil").await, ["Node.js Cookbook"], "the note moved to the survivor");
        change(&app, "careerDelete", json!({ "id": "career_carfe2" })).await;
        assert_eq!(books(&app, "pencil").await, NONE, "the list is gone");
        assert_sound(&app).await;
    });
}

#[test]
fn large_imports_are_reindexed() {
    on_each_engine(async |store| {
        let app = library(store).await;
        app.import(
            [
                json!({ "kind": "person", "slug": "marijn-haverbeke", "name": "Marina Havel" }),
                json!({ "kind": "topic", "slug": "javascript", "title": "Livescript" }),
                json!({ "kind": "book", "slug": "eloquent-javascript", "title": "Eloquent Livescript", "authors": ["marijn-haverbeke"], "topics": ["javascript"] }),
                json!({ "kind": "book", "slug": "brand-new", "title": "Brand New", "authors": ["marijn-haverbeke"] }),
            ],
        )
        .await;
        assert_eq!(books(&app, "havel livescript").await, ["Eloquent Livescript"]);
        assert_eq!(books(&app, "havel brand").await, ["Brand New"]);
        assert_eq!(found(&app, "courses", "livescript").await, ["JavaScript First Steps"]);
        assert_eq!(books(&app, "haverbeke").await, NONE);
        assert_sound(&app).await;
    });
}
