//! The query language.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::search::fixture::{books, found, library, people};

const NONE: [&str; 0] = [];

#[test]
fn spelling_variants_are_found() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for (query, title) in [
            ("eloquent javascript", "Eloquent JavaScript"),
            ("ELOQUENT JavaScript", "Eloquent JavaScript"),
            ("javascript eloquent", "Eloquent JavaScript"),
            ("eloq", "Eloquent JavaScript"),
            ("bien debuter", "Bien débuter en programmation"),
            ("débuter", "Bien débuter en programmation"),
            ("testing program", "Testing Programs"),
            ("tests of programs", "Testing Programs"),
            ("编程", "学习编程"),
            ("学习编程", "学习编程"),
            ("程", "学习编程"),
            ("node.js cookbook", "Node.js Cookbook"),
            ("nodejs cookbook", "Node.js Cookbook"),
            ("node js", "Node.js Cookbook"),
            ("haverbeke", "Eloquent JavaScript"),
            ("haverbeke eloquent", "Eloquent JavaScript"),
            ("no starch javascript", "Eloquent JavaScript"),
            ("o'reilly c#", "C# in Depth"),
            ("oreilly node", "Node.js Cookbook"),
            ("pencil", "Eloquent JavaScript"),
            ("modern introduction", "Eloquent JavaScript"),
            ("javascript book introduction", "Eloquent JavaScript"),
        ] {
            assert_eq!(books(&app, query).await.first().map(String::as_str), Some(title), "{query:?}");
        }
    });
}

#[test]
fn short_names_and_names_with_symbols_are_found() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for (query, titles) in [
            ("C++", &["A Tour of C++"][..]),
            ("c#", &["C# in Depth"]),
            (".net", &["C# in Depth"]),
            ("R", &["The R Book"]),
            ("the", &["The R Book", "Testing Programs", "A Tour of C++", "Eloquent JavaScript"]),
        ] {
            let mut found = books(&app, query).await;
            let first = found.first().cloned();
            assert_eq!(first.as_deref(), Some(titles[0]), "{query:?}");
            if query == "the" {
                continue;
            }
            found.sort();
            assert_eq!(found, titles, "{query:?}");
        }
        assert_eq!(found(&app, "topics", "C#").await, ["C#"]);
        assert_eq!(found(&app, "topics", "ecmascript").await, ["JavaScript"]);
        assert_eq!(found(&app, "courses", "closures").await, ["JavaScript First Steps"]);
        assert_eq!(found(&app, "careers", "frontend").await, ["Front-End Developer"]);
        assert_eq!(people(&app, "bjarne").await, ["Bjarne Stroustrup"]);
    });
}

#[test]
fn prefixes_match_all_words() {
    on_each_engine(async |store| {
        let all = ["quilt", "quill", "quilla", "quillb", "quillc", "quilld", "quillk", "quillm", "quillo", "quillp"];
        for count in [3, 9, 10] {
            let lines = all[..count].iter().zip('a'..).map(|(name, letter)| {
                json!({ "kind": "topic", "slug": name, "code": format!("tpc{letter}22"), "title": name }).to_string()
            });
            let app = TestApp::with(store, lines.collect::<Vec<_>>().join("\n").as_str()).await;
            let mut topics = found(&app, "topics", "quill").await;
            topics.sort();
            assert_eq!(topics, all[1..count]);
            assert_eq!(found(&app, "topics", "quill ").await, ["quill"], "what is whole begins nothing");
            assert_eq!(found(&app, "topics", "quilt").await, ["quilt"]);
        }
    });
}

#[test]
fn exact_identifiers_rank_first() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for query in
            ["978-1-59327-950-9", "9781593279509", "1593279507", "1-59327-950-7", "bkkej2", "eloquent javascript"]
        {
            let text = "query($query: String) { books(query: $query) { edges { score node { title } } } }";
            let data = app.ask_with(text, json!({ "query": query })).await.data();
            let best = &data["books"]["edges"][0];
            assert_eq!(best["node"]["title"], json!("Eloquent JavaScript"), "{query}");
            assert!(best["score"].as_f64().is_some_and(|score| score >= 100_000.0), "{query}: {best}");
        }
    });
}

#[test]
fn typos_are_corrected_without_exact_matches() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for (query, title, matching) in [
            ("javascrpit eloquent", Some("Eloquent JavaScript"), "CORRECTED"),
            ("elqouent", Some("Eloquent JavaScript"), "CORRECTED"),
            ("havrebeke", Some("Eloquent JavaScript"), "CORRECTED"),
            ("strostrup", Some("A Tour of C++"), "CORRECTED"),
            ("testng", Some("Testing Programs"), "CORRECTED"),
            ("eloquent zzyzx", Some("Eloquent JavaScript"), "MOST_WORDS"),
            ("eloquent javascript", Some("Eloquent JavaScript"), "ALL_WORDS"),
            // Three letters must match exactly, and five letters allow one edit.
            ("toor", Some("A Tour of C++"), "CORRECTED"),
            ("tuo", None, "ALL_WORDS"),
            ("noed.jss", None, "ALL_WORDS"),
        ] {
            let text = "query($query: String) { books(query: $query) { match nodes { title } } }";
            let data = app.ask_with(text, json!({ "query": query })).await.data();
            let books = &data["books"];
            assert_eq!((books["nodes"][0]["title"].as_str(), &books["match"]), (title, &json!(matching)), "{query}");
        }
    });
}

#[test]
fn phrases_and_exclusions_are_supported() {
    on_each_engine(async |store| {
        let app = library(store).await;
        assert_eq!(books(&app, "\"tour of c++\"").await, ["A Tour of C++"]);
        assert_eq!(books(&app, "\"of tour\"").await, NONE);
        assert_eq!(books(&app, "\"whole language\"").await, ["A Tour of C++"]);
        assert_eq!(
            books(&app, "\"JavaScript Programs\"").await,
            NONE,
            "a phrase does not reach over into another field"
        );
        assert_eq!(books(&app, "javascript -eloquent -\"whole language\"").await, ["Node.js Cookbook"]);
        let rest = books(&app, "-javascript").await;
        assert!(!rest.is_empty() && !rest.iter().any(|title| title.contains("JavaScript")), "{rest:?}");
        assert_eq!(books(&app, "\"tour of").await, ["A Tour of C++"], "a quote without its end reaches to the end");
    });
}

#[test]
fn fields_are_weighted() {
    on_each_engine(async |store| {
        let app = library(store).await;
        // In the title; among the topics; in the description.
        let found = books(&app, "javascript").await;
        assert_eq!(found, ["Eloquent JavaScript", "Node.js Cookbook", "A Tour of C++"]);
    });
}

async fn asked(app: &TestApp, query: &str) -> Value {
    let text = "query($query: String!) { books(query: $query) { totalCount nodes { title } facets { levels { count } } } \
                search(query: $query) { totalCount nodes { title } facets { kinds { count } } } }";
    app.ask_with(text, json!({ "query": query })).await.body
}

#[test]
fn only_long_queries_are_rejected() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for query in [
            "\"",
            "\"\"",
            "-",
            "--",
            "- -",
            "*",
            "%",
            "_",
            "NEAR(",
            "NEAR(a b)",
            "a AND",
            "OR",
            "NOT",
            "(",
            ")",
            "a^2",
            "a:b",
            "title:javascript",
            "'",
            "\\",
            "\\'",
            "''",
            "'; DROP TABLE book; --",
            "🎉",
            "👩‍💻 javascript",
            "\u{0}",
            "a\u{0}b",
            "\u{feff}",
            "\u{202e}",
            "&",
            "|",
            "!",
            "<->",
            ":*",
            "a:*",
            "a & | b",
            "{title}: a",
            "+",
            "++",
            "#",
            ".",
            "..",
            "...net",
            "\"-\"",
            "-\"",
            "-\"a",
            "- \"a\"",
            "ﷺ",
            "½",
            "e\u{301}\u{301}\u{301}",
            "\u{301}",
            "𝕁𝕊",
            "İ",
            "ß",
        ] {
            let body = asked(&app, query).await;
            assert_eq!(body["errors"], Value::Null, "{query:?}: {body}");
        }
        for (query, message) in [
            ("x".repeat(10_000), "query must have at most 500 characters, not 10000"),
            ("x ".repeat(100), "query must have at most 32 words, not 100"),
        ] {
            let body = asked(&app, &query).await;
            let error = &body["errors"][0];
            assert_eq!(error["message"], json!(message));
            assert_eq!(error["extensions"]["code"], json!("BAD_USER_INPUT"));
            assert_eq!(error["extensions"]["argument"], json!("query"));
        }
    });
}

#[test]
fn arbitrary_queries_are_accepted() {
    on_each_engine(async |store| {
        let app = library(store).await;
        let mut runner = TestRunner::new_with_rng(
            Config::default(),
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let any = prop_oneof!["\\PC{0,40}", "[-\"'a-c +#.*()&|!:<>\\\\]{0,40}", "([a-d\"-]{1,3} ){1,32}"];
        for _ in 0..40 {
            let query = any.new_tree(&mut runner).expect("a text").current();
            let body = asked(&app, &query).await;
            assert_eq!(body["errors"], Value::Null, "{query:?}: {body}");
        }
    });
}
