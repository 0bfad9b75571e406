//! The order of titles, without leading articles and with numbers by their value.

use serde_json::{Value, json};
use syllabus::service::check::check;
use syllabus::service::sort_keys::keep_current;

use crate::common::{Lines, NOW, Store, TestApp, moment, on_each_engine};

/// Books with their languages in the expected order.
const BOOKS: [(&str, Option<&str>); 14] = [
    ("The Art of Computer Programming, Volume 2", Some("en")),
    ("Art of Computer Programming, Volume 10", Some("en-US")),
    ("C", Some("en")),
    ("The C Programming Language", Some("en")),
    ("C# in Depth", Some("en")),
    ("“C++ Primer”", Some("en")),
    ("Die Hard", Some("en")),
    ("Él", Some("es")),
    ("L’Étranger", Some("fr")),
    // "A" is an article in English, the language of the catalog.
    ("A Jednak", None),
    ("Łódź", Some("pl")),
    ("El niño", Some("es")),
    ("Ørsted", Some("da")),
    ("Die Verwandlung", Some("de")),
];

fn books() -> Lines {
    let record = |(number, (title, language)): (usize, &(&str, Option<&str>))| {
        let mut record = json!({ "kind": "book", "slug": format!("book-{number}"), "title": title });
        if let Some(language) = language {
            record["language"] = json!(language);
        }
        record
    };
    // In a different order.
    BOOKS.iter().enumerate().rev().map(record).collect()
}

/// Returns the titles of a list in the order TITLE, page by page.
async fn titles(app: &TestApp, list: &str, direction: &str) -> Vec<String> {
    let query = format!(
        "query ($after: String) {{ {list}(first: 3, after: $after, orderBy: [{{ field: TITLE, direction: {direction} }}]) \
         {{ nodes {{ title }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut titles, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = &app.ask_with(&query, json!({ "after": after })).await.data()[list];
        let nodes = data["nodes"].as_array().expect("a list").iter();
        titles.extend(nodes.map(|node| node["title"].as_str().expect("a title").to_owned()));
        if data["pageInfo"]["hasNextPage"] == false {
            return titles;
        }
        after = data["pageInfo"]["endCursor"].clone();
    }
}

#[test]
fn books_sort_without_the_articles_of_their_languages() {
    on_each_engine(async |store| {
        let mut expected = BOOKS.map(|(title, _)| title);
        let app = TestApp::with(store, books()).await;
        assert_eq!(titles(&app, "books", "ASC").await, expected);
        expected.reverse();
        assert_eq!(titles(&app, "books", "DESC").await, expected);
    });
}

fn topics() -> Lines {
    let names = ["Die Zukunft", "Baum", "Der Anfang", "The End", "Das C"];
    let topic =
        |(number, name): (usize, &str)| json!({ "kind": "topic", "slug": format!("topic-{number}"), "title": name });
    names.into_iter().enumerate().map(topic).collect()
}

const IN_GERMAN: [&str; 5] = ["Der Anfang", "Baum", "Das C", "The End", "Die Zukunft"];
const IN_ENGLISH: [&str; 5] = ["Baum", "Das C", "Der Anfang", "Die Zukunft", "The End"];

async fn speak(store: &Store, language: &str) -> Option<usize> {
    keep_current(&store.database, Some(language)).await.expect("the keys can be rebuilt")
}

#[test]
fn topics_sort_in_the_language_of_the_catalog() {
    on_each_engine(async |store| {
        assert_eq!(speak(store, "de").await, Some(0));
        let app = TestApp::with(store, topics()).await;
        assert_eq!(titles(&app, "topics", "ASC").await, IN_GERMAN);
    });
}

#[test]
fn another_language_rebuilds_the_sort_keys() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, topics()).await;
        assert_eq!(titles(&app, "topics", "ASC").await, IN_ENGLISH);
        // Four begin with an article in one of the two languages.
        assert_eq!(speak(store, "de").await, Some(4));
        assert_eq!(speak(store, "de").await, None);
        assert_eq!(keep_current(&store.database, None).await.expect("the state can be read"), None);
        assert_eq!(titles(&app.anonymous(), "topics", "ASC").await, IN_GERMAN);
        let mut findings = Vec::new();
        check(&store.database, moment(NOW), "de", |finding| findings.push(finding)).await.expect("it can be checked");
        assert_eq!(findings, []);
    });
}
