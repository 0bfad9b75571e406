//! Completions of a prefix.

use serde_json::{Value, json};

use crate::common::{Lines, TestApp, on_each_engine};
use crate::search::fixture::library;

async fn suggest(app: &TestApp, prefix: &str, more: &str) -> Vec<(String, bool)> {
    let query = format!("query($prefix: String!) {{ suggest(prefix: $prefix{more}) {{ text target {{ path }} }} }}");
    let data = app.ask_with(&query, json!({ "prefix": prefix })).await.data();
    (data["suggest"].as_array().into_iter().flatten())
        .map(|one| (one["text"].as_str().unwrap_or_default().to_owned(), one["target"] != Value::Null))
        .collect()
}

#[test]
fn titles_are_completed_from_any_word() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        for (prefix, text) in [
            ("eloq", "Eloquent JavaScript"),
            ("ÉLOQ", "Eloquent JavaScript"),
            ("tour of c", "A Tour of C++"),
            ("c++", "A Tour of C++"),
            ("nodejs co", "Node.js Cookbook"),
            ("front-end d", "Front-End Developer"),
            ("学习", "学习编程"),
            ("ecma", "JavaScript"),
            ("elqo", "Eloquent JavaScript"),
            ("elqouent jav", "Eloquent JavaScript"),
        ] {
            let found = suggest(&app, prefix, "").await;
            assert!(found.contains(&(text.to_owned(), true)), "{prefix:?}: {found:?}");
        }
        assert_eq!(suggest(&app, "elo qq", "").await, []);
        assert_eq!(suggest(&app, "xlo", "").await, [], "three letters are taken as they are");
    });
}

#[test]
fn titles_are_completed_from_one_chinese_character() {
    on_each_engine(async |store| {
        let titles = ["用Python写网络爬虫", "学Java", "学"];
        let books =
            (0..).zip(titles).map(|(n, title)| json!({ "kind": "book", "slug": format!("b{n}"), "title": title }));
        let app = TestApp::with(store, books.collect::<Lines>()).await;
        for (prefix, found) in [
            ("用", &["用Python写网络爬虫"][..]),
            ("用Py", &["用Python写网络爬虫"]),
            ("学", &["学", "学Java"]),
            ("学Java", &["学Java"]),
            ("Python写", &["用Python写网络爬虫"]),
        ] {
            let texts: Vec<String> = suggest(&app, prefix, "").await.into_iter().map(|(text, _)| text).collect();
            assert_eq!(texts, found, "{prefix:?}");
        }
    });
}

#[test]
fn recommended_suggestions_rank_first() {
    on_each_engine(async |store| {
        let app = library(store).await;
        app.import(
            (0..3)
                .map(|n| json!({ "kind": "book", "slug": format!("v{n}"), "title": format!("Javelin Practice {n}") }))
                .collect::<Lines>(),
        )
        .await;
        let found = suggest(&app, "jav", ", first: 9").await;
        let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
        let (mut recommended, rest) = (texts[..2].to_vec(), &texts[2..]);
        recommended.sort_unstable();
        assert_eq!(recommended, ["Eloquent JavaScript", "JavaScript First Steps"]);
        assert_eq!(rest.last(), Some(&"javelin"), "{texts:?}");
        assert_eq!(found.last().map(|(_, is_item)| *is_item), Some(false));
    });
}

#[test]
fn suggestions_are_limited_and_filtered_by_kind() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        assert_eq!(suggest(&app, "javascript", ", kinds: [TOPIC]").await, [("JavaScript".to_owned(), true)]);
        assert_eq!(suggest(&app, "javascript", ", kinds: []").await, []);
        assert_eq!(suggest(&app, "java", ", first: 1").await.len(), 1);
        assert_eq!(suggest(&app, "java", ", first: 0").await, []);
        for (arguments, argument) in [
            ("prefix: \"x\", first: 51".to_owned(), "first"),
            ("prefix: \"x\", first: -1".to_owned(), "first"),
            (format!("prefix: \"{}\"", "x".repeat(101)), "prefix"),
        ] {
            let answer = app.ask(&format!("{{ suggest({arguments}) {{ text }} }}")).await;
            assert_eq!(answer.body["errors"][0]["extensions"]["argument"], json!(argument), "{arguments}");
        }
        for prefix in ["", " ", "\"", "%", "*", "🎉", "\u{0}"] {
            assert_eq!(suggest(&app, prefix, "").await, [], "{prefix:?}");
        }
    });
}
