//! Checks later whether a write took place.

use serde_json::{Value, json};

use crate::fault::place::Place;
use crate::fault::server::Server;
use crate::fault::writes::{Answer, BATCH, Write, token};

/// Checks that every acknowledged write is stored and that no rejected one is, unless a later one completed it.
///
/// # Panics
/// If one of these does not hold.
pub async fn expect(place: &Place, answers: &[(Write, u64, Answer)]) {
    let mut states: Vec<(Write, State)> = Vec::new();
    for (write, number, answer) in answers {
        if !states.iter().any(|(known, _)| known == write) {
            states.push((*write, State::read(place, *write).await));
        }
        let state = states.iter().find(|(known, _)| known == write).map(|(_, state)| state);
        let is_there = *answer == Answer::Acknowledged || write.is_idempotent();
        let found = state.is_some_and(|state| state.has(*write, *number, place));
        assert_eq!(found, is_there, "{}: whether {write} {number} is there, {answer:?}", place.engine);
    }
}

/// The visible results of a kind of write in a catalog whose server has stopped.
pub struct State {
    export: Vec<Value>,
    tokens: String,
    /// The paths that the feed reports as published.
    published: Vec<String>,
}

impl State {
    /// Reads the results of a kind of write.
    pub async fn read(place: &Place, write: Write) -> Self {
        let mut state = Self { export: Vec::new(), tokens: String::new(), published: Vec::new() };
        match write {
            Write::TokenMutation | Write::Token => state.tokens = place.run(&["token", "list"]).0,
            Write::Publication => {
                let server = place.serve();
                state.published = read_published(&server).await;
                server.stop();
            }
            _ => state.export = place.export(),
        }
        state
    }

    /// Returns whether the write with this number is stored.
    ///
    /// # Panics
    /// If it is stored partially, or more than once.
    pub fn has(&self, write: Write, number: u64, place: &Place) -> bool {
        let (found, all) = match write {
            Write::Mutation => (self.books(&format!("Single {number}")), 1),
            Write::ImportMutation | Write::Import => (self.books(&format!("Batch {number}")), BATCH),
            Write::TokenMutation | Write::Token => {
                let name = format!(" {}", token(number));
                (self.tokens.lines().filter(|line| line.ends_with(&name)).count(), 1)
            }
            Write::Publication => {
                let slug = format!("/due-{number}");
                (self.published.iter().filter(|path| path.ends_with(&slug)).count(), 1)
            }
            Write::Migration => {
                assert_eq!(self.export, place.base(), "the schema's last steps lose nothing");
                (1, 1)
            }
            Write::Creation => (usize::from(self.export.is_empty()), 1),
            Write::Purge => (self.books("New"), self.books("New")),
        };
        assert!(found == 0 || found == all, "{write} {number}: {found} of {all}");
        found > 0
    }

    /// Returns the number of books with this title, all of them complete.
    fn books(&self, title: &str) -> usize {
        let titled = self.export.iter().filter(|record| record["kind"] == "book" && record["title"] == title);
        let whole = |record: &&Value| record["authors"] == json!(["ada"]) && record["topics"] == json!(["robustness"]);
        let found: Vec<&Value> = titled.collect();
        assert!(found.iter().all(whole), "{found:#?}");
        found.len()
    }
}

async fn read_published(server: &Server) -> Vec<String> {
    let query = "query ($after: String) { changes(first: 100, after: $after) { nodes { action path } pageInfo { endCursor hasNextPage } } }";
    let (mut published, mut after) = (Vec::new(), Value::Null);
    loop {
        let response = server.send(query, json!({ "after": after })).await;
        let page = &response["data"]["changes"];
        let nodes = page["nodes"].as_array().unwrap_or_else(|| panic!("the feed can be read: {response:#}"));
        let rows = nodes.iter().filter(|node| node["action"] == "PUBLISHED");
        published.extend(rows.map(|node| node["path"].as_str().expect("a book has a path").to_owned()));
        if page["pageInfo"]["hasNextPage"] != true {
            return published;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}
