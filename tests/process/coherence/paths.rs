//! One book, read on every path that leads to it, by clients that cache what they have read.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::coherence::catalog::question;
use crate::coherence::server::Server;

/// The ways to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// By POST, from a server that caches responses and rows.
    Post,
    /// By GET, with the ETag of the response that the client has.
    Get,
    /// From a server that caches rows, but no responses.
    Rows,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Post, Self::Get, Self::Rows];
}

/// The indexes of two queries in [`Paths::questions`].
pub const BY_CODE: usize = 1;
pub const IN_LIST: usize = 5;

/// A book whose title is a number that only grows, and the queries that lead to it.
#[derive(Clone, Debug)]
pub struct Paths {
    pub book: String,
    pub questions: Vec<Value>,
}

impl Paths {
    /// Selects a book, and recommends it on a list.
    pub async fn to_a_book(server: &Server, token: &str) -> Self {
        let book = server.things("books").await.remove(0);
        let career = server.things("careers").await.remove(0);
        let owner = "query ($id: ID!) { node(id: $id) { ... on Career { readingList { id } } } }";
        let list = server.ask_as(token, &question(owner, Some(&career))).await["node"]["readingList"]["id"].take();
        let entry = json!({ "listId": list, "entries": [{ "resourceId": book }], "placement": { "end": "FIRST" } });
        // It can already be on the list.
        let _ = server.write(token, "readingListEntryAdd", entry).await;
        let names = "query ($id: ID!) { book(by: { id: $id }) { code slug topics(first: 1) { nodes { id } } } }";
        let names = server.ask(&question(names, Some(&book)), "no-cache").await["data"]["book"].take();
        let topic = names["topics"]["nodes"][0]["id"].clone();
        let of = |query: &str, id: &Value| json!({ "query": query, "variables": { "id": id } });
        let (id, code) = (json!(book), &names["code"]);
        let questions = vec![
            of("query ($id: ID!) { book(by: { id: $id }) { id title } }", &id),
            of("query ($id: String!) { book(by: { code: $id }) { id title } }", code),
            of("query ($id: ID!) { node(id: $id) { id ... on Book { title } } }", &id),
            of("query ($id: ID!) { book(by: { id: $id }) { authors { name } id title publisher { name } } }", &id),
            of("query ($id: ID!) { book(by: { id: $id }) { id listedIn(first: 5) { nodes { note } } title } }", &id),
            of("{ books(first: 100) { nodes { id title } } }", &Value::Null),
            of("{ books(first: 100, orderBy: { field: CREATED_AT }) { totalCount nodes { id title } } }", &Value::Null),
            of(
                "query ($id: ID!) { career(by: { id: $id }) { readingList { entries(first: 100) { nodes { resource { id title } } } } } }",
                &json!(career),
            ),
            of(
                "query ($id: ID!) { career(by: { id: $id }) { recommendedBooks(first: 100) { nodes { id title } } } }",
                &json!(career),
            ),
            of("query ($id: ID!) { topic(by: { id: $id }) { books(first: 100) { nodes { id title } } } }", &topic),
        ];
        let questions = questions.into_iter().filter(|question| {
            question["variables"]["id"] != Value::Null
                || question["query"].as_str().is_some_and(|query| query.starts_with('{'))
        });
        let paths = Self { book, questions: questions.collect() };
        paths.write(server, token, 0).await;
        paths
    }

    /// Sets the title of the book to a number.
    pub async fn write(&self, server: &Server, token: &str, number: u64) {
        server.write(token, "bookUpdate", self.title(number)).await.expect("it is taken");
    }

    pub fn title(&self, number: u64) -> Value {
        json!({ "id": self.book, "title": number.to_string() })
    }

    /// Returns the number in a response.
    pub fn number(&self, answer: &Value) -> u64 {
        let book = self.find(answer).unwrap_or_else(|| panic!("the book is not in {answer}"));
        book["title"].as_str().and_then(|title| title.parse().ok()).unwrap_or_else(|| panic!("no number: {book}"))
    }

    fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match value {
            Value::Object(fields) if fields.get("id").is_some_and(|id| *id == json!(self.book)) => Some(value),
            Value::Object(fields) => fields.values().find_map(|value| self.find(value)),
            Value::Array(values) => values.iter().find_map(|value| self.find(value)),
            _ => None,
        }
    }

    /// Reads the number from the database, bypassing the caches.
    pub async fn read(&self, server: &Server, path: usize) -> u64 {
        self.number(&server.ask(&self.questions[path], "no-cache").await)
    }
}

/// A client that reads repeatedly, with the `ETag` values that it has received.
pub struct Client {
    paths: Paths,
    /// Its cached responses, by path: an ETag and a number.
    held: HashMap<usize, (String, u64)>,
}

impl Client {
    pub fn new(paths: &Paths) -> Self {
        Self { paths: paths.clone(), held: HashMap::new() }
    }

    /// Reads the book on a path.
    pub async fn ask(&mut self, server: &Server, path: usize, way: Way) -> u64 {
        let question = &self.paths.questions[path];
        match way {
            Way::Post => self.paths.number(&server.ask(question, "").await),
            Way::Rows => self.paths.number(&server.ask_for_rows(question).await),
            Way::Get => {
                let held = self.held.get(&path);
                let (tag, answer) = server.get(question, held.map(|(tag, _)| tag.as_str())).await;
                let number = match (answer, held) {
                    (Some(answer), _) => self.paths.number(&answer),
                    (None, Some((_, number))) => *number,
                    (None, None) => panic!("{question}: nothing was held"),
                };
                self.held.insert(path, (tag, number));
                number
            }
        }
    }

    /// Reads on every path in every way, and compares each response with a number.
    pub async fn expect_everywhere(&mut self, server: &Server, number: u64, when: &str) {
        for path in 0..self.paths.questions.len() {
            for way in Way::ALL {
                let read = self.ask(server, path, way).await;
                assert_eq!(read, number, "{when}, {way:?}: {}", self.paths.questions[path]);
            }
        }
    }
}
