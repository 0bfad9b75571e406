//! Known-item searches in a generated catalog: by the title, by some of its words, with a typo, by a prefix, with the
//! author.

use std::collections::BTreeMap;

use serde_json::Value;
use syllabus_generate::{Scale, generate};

use crate::relevance::measure::RatedQuery;

/// The size of the catalog: a thousand books, five hundred courses.
const SCALE: f64 = 0.01;
/// The interval between the books that are searched for.
const EVERY: usize = 50;

/// Returns the catalog and the queries.
pub fn catalog() -> (String, Vec<RatedQuery>) {
    let mut bytes = Vec::new();
    generate(Scale::new(SCALE).expect("it is a scale"), &mut bytes).expect("the disk has space");
    let text = String::from_utf8(bytes).expect("it is UTF-8");
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let books: Vec<&Value> = records.iter().filter(|record| record["kind"] == "book").collect();
    let names: BTreeMap<&str, &str> = (records.iter().filter(|record| record["kind"] == "person"))
        .filter_map(|person| Some((person["slug"].as_str()?, person["name"].as_str()?)))
        .collect();
    let queries = books.iter().step_by(EVERY).flat_map(|book| ask_for(book, &books, &names)).collect();
    (text, queries)
}

fn title(book: &Value) -> &str {
    book["title"].as_str().unwrap_or_default()
}

fn authors<'a>(book: &'a Value, names: &BTreeMap<&str, &'a str>) -> Vec<&'a str> {
    let slugs = book["authors"].as_array().into_iter().flatten();
    slugs.filter_map(|slug| names.get(slug.as_str()?).copied()).collect()
}

/// Returns the last word of a name.
fn surname(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

fn ask_for<'a>(book: &'a Value, books: &[&'a Value], names: &BTreeMap<&str, &'a str>) -> Vec<RatedQuery> {
    // Titles are not unique here: each book with the title is a correct result.
    let same = |other: &&&Value| title(other) == title(book);
    let meant = |books: &mut dyn Iterator<Item = &&Value>| -> BTreeMap<String, u32> {
        books.map(|book| (format!("book/{}", book["slug"].as_str().unwrap_or_default()), 3)).collect()
    };
    let namesakes = meant(&mut books.iter().filter(same));
    let rated = |class: &str, query: String, grades: &BTreeMap<String, u32>| RatedQuery {
        class: class.to_owned(),
        query,
        list: "books".to_owned(),
        grades: grades.clone(),
    };
    let words: Vec<&str> = title(book).split(' ').collect();
    let turned = words.iter().rev().copied().collect::<Vec<_>>().join(" ");
    let mut all = vec![
        rated("exact", title(book).to_owned(), &namesakes),
        rated("words", turned, &namesakes),
        rated("typo", with_typo(&words), &namesakes),
        rated("prefix", half_typed(title(book)), &namesakes),
    ];
    if let Some(author) = authors(book, names).first() {
        let theirs =
            meant(&mut books.iter().filter(|other| {
                same(other) && authors(other, names).iter().any(|name| surname(name) == surname(author))
            }));
        all.push(rated("author + title", format!("{} {}", surname(author), title(book)), &theirs));
    }
    if let Some(isbn) = book["isbn13"].as_str() {
        let only = meant(&mut std::iter::once(&book));
        all.push(rated("ISBN", isbn.to_owned(), &only));
    }
    all
}

/// Returns the title with two letters of its longest word swapped.
fn with_typo(words: &[&str]) -> String {
    let longest = words.iter().max_by_key(|word| word.chars().count()).copied().unwrap_or_default();
    let mut letters: Vec<char> = longest.chars().collect();
    if letters.len() >= 4 {
        letters.swap(2, 3);
    }
    let typed: String = letters.into_iter().collect();
    words.iter().map(|word| if *word == longest { typed.as_str() } else { word }).collect::<Vec<_>>().join(" ")
}

/// Returns the title without the end of its last word.
fn half_typed(title: &str) -> String {
    let keep = title.chars().count().saturating_sub(2);
    title.chars().take(keep).collect()
}
