//! Titles and names with symbols, numbers and codes, and exact titles.

use serde_json::json;

use crate::common::{Store, TestApp, on_each_engine};
use crate::search::fixture::books;

const NONE: [&str; 0] = [];

/// Returns a catalog of books with these titles, each with an ISBN.
async fn titled(store: &Store, titles: &[&str]) -> TestApp {
    let lines: Vec<String> = (titles.iter().enumerate())
        .map(|(number, title)| {
            let digits = format!("978000000{number:03}");
            let sum: u32 =
                digits.chars().zip([1, 3].into_iter().cycle()).map(|(d, w)| d.to_digit(10).unwrap_or(0) * w).sum();
            let isbn = format!("{digits}{}", (10 - sum % 10) % 10);
            json!({ "kind": "book", "slug": format!("book-{number}"), "title": title, "isbn13": isbn }).to_string()
        })
        .collect();
    TestApp::with(store, lines.join("\n").as_str()).await
}

async fn sorted(app: &TestApp, query: &str) -> Vec<String> {
    let mut found = books(app, query).await;
    found.sort();
    found
}

#[test]
fn programming_languages_are_found_with_versions() {
    on_each_engine(async |store| {
        let all = ["A Tour of C++", "C++11/14 for Programmers", "C++17 - The Complete Guide", "C++20 STL Cookbook"];
        let others = [
            "C# 12 in a Nutshell",
            "Learn C#8",
            "C Programming",
            ".NET 8 Internals",
            "F# in Action",
            "Notepad++ Tricks",
        ];
        let gtk = ["The Python GTK+ 3 Tutorial", "GTK+3 by Example", "B+Trees and 1+1"];
        let app = titled(store, &[&all[..], &others, &gtk].concat()).await;
        for query in ["C++", "c++ ", "Ｃ＋＋"] {
            assert_eq!(sorted(&app, query).await, all, "{query:?}");
        }
        for (query, titles) in [
            ("C++ guide", &["C++17 - The Complete Guide"][..]),
            ("c++ 17", &["C++17 - The Complete Guide"]),
            ("C++17", &["C++17 - The Complete Guide"]),
            ("c++14 ", &["C++11/14 for Programmers"]),
            ("c++11 programmers", &["C++11/14 for Programmers"]),
            ("C#", &["C# 12 in a Nutshell", "Learn C#8"]),
            ("C♯ ", &["C# 12 in a Nutshell", "Learn C#8"]),
            ("C# 12", &["C# 12 in a Nutshell"]),
            ("c#8", &["Learn C#8"]),
            ("c# 8 ", &["Learn C#8"]),
            ("C ", &["C Programming"]),
            (".NET 8", &[".NET 8 Internals"]),
            ("net 8 ", &[".NET 8 Internals"]),
            ("F#", &["F# in Action"]),
            ("Notepad++", &["Notepad++ Tricks"]),
            ("notepad ", &["Notepad++ Tricks"]),
            ("gtk ", &["GTK+3 by Example", "The Python GTK+ 3 Tutorial"]),
            ("gtk tutorial", &["The Python GTK+ 3 Tutorial"]),
            ("gtk+ 3 ", &["GTK+3 by Example", "The Python GTK+ 3 Tutorial"]),
            ("b trees", &["B+Trees and 1+1"]),
        ] {
            assert_eq!(sorted(&app, query).await, titles, "{query:?}");
        }
        let text = "{ suggest(prefix: \"c++\") { text } }";
        let suggested = app.ask(text).await.data()["suggest"].as_array().map_or(0, Vec::len);
        assert!(suggested >= all.len(), "{suggested} suggestions");
    });
}

#[test]
fn prefixes_match_words_only() {
    on_each_engine(async |store| {
        let app = titled(store, &["Java 9 in Practice", "Java 90 in Practice", "Java 11 in Practice"]).await;
        let text = "query($query: String) { books(query: $query) { totalCount match nodes { title code isbn13 } } }";
        let ask = async |query: &str| app.ask_with(text, json!({ "query": query })).await.data()["books"].clone();
        let java9 = ask("java 9").await;
        assert_eq!((&java9["totalCount"], &java9["match"]), (&json!(1), &json!("ALL_WORDS")), "{java9}");
        let java97 = ask("java 97").await;
        assert_eq!(java97["match"], json!("MOST_WORDS"), "{java97}");
        assert_eq!(ask("97800").await["totalCount"], json!(0));
        assert_eq!(ask("java prac").await["totalCount"], json!(3));
        let (code, isbn) = (&java9["nodes"][0]["code"], &java9["nodes"][0]["isbn13"]);
        let (code, isbn) = (code.as_str().expect("a code"), isbn.as_str().expect("an ISBN"));
        for outright in [code, isbn, &format!("java {code}"), &format!("{isbn} practice")] {
            assert_eq!(ask(outright).await["nodes"][0]["title"], json!("Java 9 in Practice"), "{outright}");
        }
        assert_eq!(books(&app, &code[..5]).await, NONE);
    });
}

#[test]
fn exact_titles_rank_first() {
    on_each_engine(async |store| {
        let titles =
            ["Confess", "The Jungle Book", "Algorithm", "Release It!", "C", "Don't Panic", "Œuvre", "用Python写"];
        let namesakes = [
            "Confessions",
            "The Jungle Books",
            "Algorithms",
            "Releases It",
            "C++",
            "Do Not Panic: Don't",
            "Œuvres",
            "用Python写的",
        ];
        let app = titled(store, &[titles, namesakes].concat()).await;
        for title in titles.iter().chain(&namesakes) {
            for query in [(*title).to_owned(), format!("{title} "), title.to_lowercase(), format!("\"{title}\"")] {
                assert_eq!(books(&app, &query).await.first().map(String::as_str), Some(*title), "{query:?}");
            }
        }
    });
}
