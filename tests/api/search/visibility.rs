//! Unpublished items are not found, and do not contribute to the documents of others or to suggestions.

use serde_json::json;
use syllabus::auth::Role;

use crate::common::{TestApp, on_each_engine};
use crate::search::fixture::{assert_sound, books, change, found, library, people};

const NONE: [&str; 0] = [];

const HIDDEN: &str = r#"{"kind":"topic","slug":"secret","code":"tpcsc2","title":"Zymurgy","status":"draft","topics":[]}
{"kind":"person","slug":"ghost","code":"prsgh2","name":"Quentin Ghostwriter"}
{"kind":"book","slug":"draft","code":"bkkdr2","title":"Unfinished Symphonies","status":"draft","authors":["ghost"]}
{"kind":"book","slug":"seen","code":"bkksn2","title":"Brewing","topics":["secret"]}
{"kind":"career","slug":"hidden","code":"carhd2","title":"Brewmaster","status":"draft"}
{"kind":"readingList","owner":{"kind":"career","slug":"hidden"},"code":"rdstf2","entries":[{"kind":"book","slug":"seen","code":"entry4","note":"Mind the krausening."}]}
"#;

#[test]
fn drafts_are_not_found() {
    on_each_engine(async |store| {
        let editor = library(store).await;
        editor.import(HIDDEN.replace(",\"topics\":[]", "").as_str()).await;
        let app = editor.anonymous();
        for query in ["unfinished", "symphonies", "symphonis", "zymurgy", "krausening", "bkkdr2"] {
            assert_eq!(books(&app, query).await, NONE, "{query}");
        }
        assert_eq!(people(&app, "ghostwriter").await, NONE);
        assert_eq!(found(&app, "topics", "zymurgy").await, NONE);
        let data = app.data("{ suggest(prefix: \"unfin\") { text } search(query: \"symphonies\") { totalCount facets { kinds { count } } } }").await;
        assert_eq!(data, json!({ "suggest": [], "search": { "totalCount": 0, "facets": { "kinds": [] } } }));
        assert_eq!(books(&app, "brewing").await, ["Brewing"]);
        assert_sound(&editor).await;
    });
}

#[test]
fn previews_find_drafts() {
    on_each_engine(async |store| {
        let editor = library(store).await;
        editor.import(HIDDEN.replace(",\"topics\":[]", "").as_str()).await;
        let reader: TestApp = editor.signed_in_as("rita", Role::Reader).await.previewing();
        assert_eq!(books(&reader, "unfinished symphonies").await, ["Unfinished Symphonies"]);
        assert_eq!(found(&reader, "topics", "zymurgy").await, ["Zymurgy"]);
        assert_eq!(people(&reader, "ghostwriter").await, ["Quentin Ghostwriter"]);
        let suggested = reader.data("{ suggest(prefix: \"unfin\") { text } }").await;
        assert_eq!(suggested["suggest"][0]["text"], json!("Unfinished Symphonies"));
        assert_sound(&editor).await;
    });
}

#[test]
fn published_items_are_found_with_related_names() {
    on_each_engine(async |store| {
        let editor = library(store).await;
        editor.import(HIDDEN.replace(",\"topics\":[]", "").as_str()).await;
        let app = editor.anonymous();
        for id in ["topic_tpcsc2", "book_bkkdr2", "career_carhd2"] {
            change(&editor, "catalogItemPublish", json!({ "id": id })).await;
        }
        assert_eq!(books(&app, "unfinished").await, ["Unfinished Symphonies"]);
        assert_eq!(books(&app, "zymurgy").await, ["Brewing"]);
        assert_eq!(books(&app, "krausening").await, ["Brewing"]);
        assert_eq!(people(&app, "ghostwriter").await, ["Quentin Ghostwriter"]);
        for id in ["topic_tpcsc2", "book_bkkdr2", "career_carhd2"] {
            change(&editor, "catalogItemUnpublish", json!({ "id": id })).await;
        }
        for query in ["unfinished", "zymurgy", "krausening"] {
            assert_eq!(books(&app, query).await, NONE, "{query}");
        }
        assert_eq!(people(&app, "ghostwriter").await, NONE);
        assert_sound(&editor).await;
    });
}

#[test]
fn due_items_are_found_immediately() {
    on_each_engine(async |store| {
        let editor = library(store).await;
        editor.import(HIDDEN.replace(",\"topics\":[]", "").as_str()).await;
        for id in ["topic_tpcsc2", "book_bkkdr2", "career_carhd2"] {
            change(&editor, "catalogItemPublish", json!({ "id": id, "publishAt": "2026-02-01T00:00:00Z" })).await;
        }
        let before = editor.anonymous();
        for query in ["unfinished", "zymurgy", "krausening"] {
            assert_eq!(books(&before, query).await, NONE, "{query}");
        }
        let after = editor.at("2026-02-01T00:00:00Z");
        assert_eq!(books(&after, "krausening").await, ["Brewing"]);
        assert_eq!(books(&after, "zymurgy").await, ["Brewing"]);
        assert_eq!(books(&after, "unfinished").await, ["Unfinished Symphonies"]);
        assert_eq!(people(&after, "ghostwriter").await, ["Quentin Ghostwriter"]);
    });
}

#[test]
fn embeds_are_not_part_of_article_text() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        assert_eq!(found(&app, "careers", "browsers").await, ["Front-End Developer"]);
        assert_eq!(found(&app, "careers", "kangaroo").await, NONE);
    });
}
