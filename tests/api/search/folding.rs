//! Letters that readers consider the same, in search, in suggestions and in filters.

use serde_json::{Value, json};

use crate::common::{Store, TestApp, on_each_engine};
use crate::search::fixture::{books, titles};

/// Titles, each with queries that must find it.
const TITLES: [(&str, &[&str]); 23] = [
    ("Le nœud de vipères", &["noeud", "NŒUD", "viperes"]),
    ("Œuvres complètes", &["oeuvres", "œuvres completes"]),
    ("Cæsar and Cleopatra", &["caesar", "CÆSAR"]),
    ("Ørsted og elektriciteten", &["orsted", "ørsted"]),
    ("Łódź nocą", &["lodz", "łódź noca"]),
    ("Đorđe i zmaj", &["dorde", "ĐORĐE"]),
    ("Die Straße", &["strasse", "STRASSE", "straße"]),
    ("Þorlákur Ðe", &["thorlakur", "þorlákur"]),
    ("Aşk ve ışık", &["ask ve isik", "IŞIK"]),
    ("Don’t Panic", &["don't", "dont", "don´t", "don`t panic", "donʼt"]),
    ("L'art du code", &["l’art", "lart"]),
    ("Комп’ютер удома", &["комп'ютер", "компютер", "КОМПʼЮТЕР"]),
    ("Ёлка", &["елка", "ЁЛКА"]),
    ("Donau\u{ad}dampf\u{ad}schifffahrt", &["donaudampfschifffahrt", "donau\u{200b}dampfschifffahrt"]),
    ("Word\u{200b}break Guide", &["wordbreak", "word\u{2060}break"]),
    ("مـــرحبا", &["مرحبا", "مرحبـا"]),
    ("الكتاب", &["كتاب", "الكتاب", "اَلْكِتَاب"]),
    ("مدرسة القراءة", &["مدرسه", "قراءة", "القراءه"]),
    ("معجم فارسى ٢٠", &["معجم فارسی", "فارسي 20"]),
    ("ＲＵＳＴ　１２", &["rust 12", "Ｒust"]),
    ("ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ入門", &["プログラミング入門", "ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ"]),
    ("हिन्दी पढ़ना", &["हिन्दी पढना", "पढ़ना"]),
    ("שָׁלוֹם", &["שלום"]),
];

async fn library(store: &Store) -> TestApp {
    let lines: Vec<String> = (TITLES.iter().enumerate())
        .map(|(number, (title, _))| {
            json!({ "kind": "book", "slug": format!("book-{number}"), "title": title }).to_string()
        })
        .collect();
    TestApp::with(store, lines.join("\n").as_str()).await
}

#[test]
fn search_suggestions_and_filters_fold_equally() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for (title, typed) in TITLES {
            for typed in typed {
                assert_eq!(books(&app, typed).await, [title], "query {typed:?}");
                let text = "query($text: String!) { suggest(prefix: $text) { text } books(where: { title: { contains: $text } }) { nodes { title } } }";
                let data = app.ask_with(text, json!({ "text": typed })).await.data();
                let suggested = data["suggest"].as_array().expect("a list");
                let is_suggested = |text: &str| suggested.iter().any(|one| one["text"] == text);
                // Words from the middle of a title are suggested too, except parts of compounds.
                assert!(is_suggested(title), "suggest {typed:?}: {suggested:?}");
                assert_eq!(titles(&data["books"]), [title], "contains {typed:?}");
            }
        }
    });
}

#[test]
fn emoji_are_words() {
    on_each_engine(async |store| {
        let lines = ["Learn to ❤️ Rust", "Learn to 👍🏽 Rust", "Learn to Rust", "🇫🇷 pour tous"].map(|title| {
            let slug = format!("book-{}", title.len());
            json!({ "kind": "book", "slug": slug, "title": title }).to_string()
        });
        let app = TestApp::with(store, lines.join("\n").as_str()).await;
        for (query, title) in [
            ("❤", "Learn to ❤️ Rust"),
            ("rust ❤️", "Learn to ❤️ Rust"),
            ("👍", "Learn to 👍🏽 Rust"),
            ("👍🏿 rust", "Learn to 👍🏽 Rust"),
            ("🇫🇷", "🇫🇷 pour tous"),
            ("learn to rust", "Learn to Rust"),
        ] {
            assert_eq!(books(&app, query).await.first().map(String::as_str), Some(title), "{query:?}");
        }
        assert_eq!(books(&app, "🇫🇮").await, [""; 0]);
    });
}

#[test]
fn queries_without_spaces_are_one_word() {
    on_each_engine(async |store| {
        let long = [
            "Javaプログラミング学習支援システムのソフトウェアアーキテクチャと2種類の新問題形式の提案",
            "深入浅出面向对象分析与设计以及现代操作系统原理实践指南第三版完整修订本上册",
            "การเขียนโปรแกรมคอมพิวเตอร์เบื้องต้นสำหรับนักเรียนมัธยมศึกษาตอนปลาย",
        ];
        let lines = (0..).zip(long).map(|(number, title)| {
            json!({ "kind": "book", "slug": format!("book-{number}"), "title": title }).to_string()
        });
        let app = TestApp::with(store, lines.collect::<Vec<_>>().join("\n").as_str()).await;
        for title in long {
            assert_eq!(books(&app, title).await, [title]);
        }
        assert_eq!(books(&app, "โปรแกรม").await, [long[2]]);
        for query in [
            "学".repeat(500),
            "学习 ".repeat(32),
            "深入 浅出 面向 对象 分析 与 设计 ".repeat(4),
            "あいうえおかきくけこ".repeat(50),
        ] {
            let text = "query($query: String) { books(query: $query) { totalCount facets { levels { count } } } }";
            let body = app.ask_with(text, json!({ "query": query })).await.body;
            assert_eq!(body["errors"], Value::Null, "{query}: {body}");
        }
    });
}
