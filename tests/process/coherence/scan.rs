//! A reference search: reads all texts of all items through lists and scans them word by word.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::coherence::server::Server;

/// Each list with its texts, and the texts of related records.
const LISTS: [(&str, &str); 7] = [
    ("careers", "article { html } aliases topics(first: 100) { nodes { title aliases status } }"),
    (
        "courses",
        "description syllabus { title summary } provider { name } institution { name } instructors { name } topics(first: 100) { nodes { title aliases status } }
         listedIn(first: 100) { ...notes }",
    ),
    (
        "books",
        "description subtitle originalTitle contributors { person { name } } publisher { name }
         topics(first: 100) { nodes { title aliases status } }
         listedIn(first: 100) { ...notes }",
    ),
    (
        "videos",
        "description contributors { person { name } } publisher { name } topics(first: 100) { nodes { title aliases status } }
         listedIn(first: 100) { ...notes }",
    ),
    (
        "podcasts",
        "description contributors { person { name } } publisher { name } topics(first: 100) { nodes { title aliases status } }
         listedIn(first: 100) { ...notes }",
    ),
    (
        "tutorials",
        "description contributors { person { name } } publisher { name } topics(first: 100) { nodes { title aliases status } }
         listedIn(first: 100) { ...notes }",
    ),
    ("topics", "aliases"),
];

/// The notes on a page of an item's listings.
const NOTES: &str = "fragment notes on ReadingListEntryConnection { pageInfo { hasNextPage endCursor } \
                     nodes { note list { owner { ... on CatalogItem { status } } } } }";

/// Returns the words of each item, by its id.
pub struct Scan(BTreeMap<String, BTreeSet<String>>);

impl Scan {
    /// Reads everything that is public, or with a token everything that an editor can preview.
    pub async fn of(server: &Server, token: Option<&str>) -> Self {
        let mut items = BTreeMap::new();
        for (list, texts) in LISTS {
            let fragment = if texts.contains("...notes") { NOTES } else { "" };
            let mut after = Value::Null;
            loop {
                let query = format!(
                    "query ($after: String) {{ {list}(first: 50, after: $after) {{ pageInfo {{ hasNextPage endCursor }} \
                     nodes {{ id title summary {texts} }} }} }} {fragment}"
                );
                let data = ask(server, token, &query, &json!({ "after": after })).await;
                for item in data[list]["nodes"].as_array().expect("it is a list") {
                    let mut words = BTreeSet::new();
                    add_words(item, &mut words);
                    add_further_notes(server, token, item, &mut words).await;
                    items.insert(item["id"].as_str().expect("it is an id").to_owned(), words);
                }
                if data[list]["pageInfo"]["hasNextPage"] != json!(true) {
                    break;
                }
                after = data[list]["pageInfo"]["endCursor"].clone();
            }
        }
        Self(items)
    }

    /// Returns the ids of the items that contain all words.
    pub fn having(&self, words: &[&str]) -> BTreeSet<String> {
        let having = self.0.iter().filter(|(_, own)| words.iter().all(|word| own.contains(*word)));
        having.map(|(id, _)| id.clone()).collect()
    }
}

/// Adds the words of notes that are not on the first page of an item's listings.
async fn add_further_notes(server: &Server, token: Option<&str>, item: &Value, words: &mut BTreeSet<String>) {
    let query = format!(
        "query ($id: ID!, $after: String) {{ node(id: $id) {{ ... on LearningResource {{ \
         listedIn(first: 100, after: $after) {{ ...notes }} }} }} }} {NOTES}"
    );
    let mut page = item["listedIn"]["pageInfo"].clone();
    while page["hasNextPage"] == json!(true) {
        let mut data = ask(server, token, &query, &json!({ "id": item["id"], "after": page["endCursor"] })).await;
        add_words(&data["node"], words);
        page = data["node"]["listedIn"]["pageInfo"].take();
    }
}

async fn ask(server: &Server, token: Option<&str>, query: &str, variables: &Value) -> Value {
    let question = json!({ "query": query, "variables": variables });
    match token {
        Some(token) => server.ask_as(token, &question).await,
        None => server.ask(&question, "no-cache").await["data"].take(),
    }
}

/// Adds the words of all texts in a response, except the texts of hidden topics and lists: an item has the same words for
/// everybody who can see it.
fn add_words(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let text = text.split('<').map(|part| part.rsplit('>').next().unwrap_or_default());
            for part in text {
                words.extend(part.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase));
            }
        }
        Value::Array(values) => values.iter().for_each(|value| add_words(value, words)),
        Value::Object(fields) => {
            let status = fields.get("status").or_else(|| value.pointer("/list/owner/status"));
            if status.is_none_or(|status| status == "PUBLISHED") {
                fields
                    .iter()
                    .filter(|(name, _)| !["id", "pageInfo"].contains(&name.as_str()))
                    .for_each(|(_, value)| add_words(value, words));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
