//! Every kind of write.

use std::fmt;

use serde_json::{Value, json};

use crate::fault::place::Place;
use crate::fault::server::Server;

/// The number of books in one import.
pub const BATCH: usize = 3;
/// The number of latest migrations that lose no record of the catalog when they are reverted.
const STEPS: &str = "2";
const PURGE: [&str; 5] = ["purge", "--revisions-older-than", "52w", "--changes-older-than", "52w"];

/// A kind of write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// A book, by a mutation.
    Mutation,
    /// Some books, by a mutation.
    ImportMutation,
    /// A token, by a mutation.
    TokenMutation,
    /// A book that became due, by reading the feed.
    Publication,
    /// Some books, by a command.
    Import,
    /// A token, by a command.
    Token,
    /// Old revisions and changes, by a command.
    Purge,
    /// The last migrations, on a catalog.
    Migration,
    /// All migrations.
    Creation,
}

impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mutation => "mutation",
            Self::ImportMutation => "import by mutation",
            Self::TokenMutation => "token by mutation",
            Self::Publication => "publication of what became due",
            Self::Import => "import",
            Self::Token => "token",
            Self::Purge => "purge",
            Self::Migration => "migration",
            Self::Creation => "migration from nothing",
        })
    }
}

/// The outcome of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Acknowledged,
    Refused,
}

impl Answer {
    fn of(success: bool) -> Self {
        if success { Self::Acknowledged } else { Self::Refused }
    }
}

impl Write {
    /// Returns whether a server executes it.
    pub fn is_served(self) -> bool {
        matches!(self, Self::Mutation | Self::ImportMutation | Self::TokenMutation | Self::Publication)
    }

    /// Returns whether the next write completes this one.
    pub fn is_idempotent(self) -> bool {
        matches!(self, Self::Publication | Self::Purge | Self::Migration | Self::Creation)
    }

    /// Prepares the write with this number.
    pub async fn prepare(self, place: &Place, server: Option<&Server>, number: u64) {
        match self {
            Self::Publication => {
                let mut book = book(&format!("due-{number}"), "Due");
                book["publishedAt"] = place.hours_from_now(12).into();
                let imported = import(server.expect("a server publishes"), vec![book]).await;
                assert_eq!(imported, Answer::Acknowledged, "there is no fault yet");
                place.shim.move_clock(1);
            }
            Self::Purge => {
                for title in ["Old", "New"] {
                    assert!(place.import(&batch(number, title)), "there is no fault yet");
                }
                place.shim.move_clock(730);
            }
            Self::Migration => drop(place.run(&["migrate", "down", "--count", STEPS])),
            Self::Creation => place.empty(),
            Self::Mutation | Self::ImportMutation | Self::TokenMutation | Self::Import | Self::Token => {}
        }
    }

    /// Executes the write.
    pub async fn run(self, place: &Place, server: Option<&Server>, number: u64) -> Answer {
        let serving = || server.expect("a server does it");
        match self {
            Self::Mutation => {
                let input = json!({
                    "title": format!("Single {number}"),
                    "topicIds": ["topic_tpcrb2"],
                    "contributors": [{ "personId": "person_prsad2" }],
                });
                mutate(serving(), "bookCreate", input, "book { id title }").await
            }
            Self::ImportMutation => import(serving(), batch(number, &format!("Batch {number}"))).await,
            Self::TokenMutation => {
                let input = json!({ "name": token(number), "role": "READER" });
                mutate(serving(), "apiTokenCreate", input, "apiToken { id }").await
            }
            Self::Publication => {
                let response = serving().send("{ changes(first: 1) { nodes { path } } }", json!({})).await;
                Answer::of(response.get("errors").is_none())
            }
            Self::Import => Answer::of(place.import(&batch(number, &format!("Batch {number}")))),
            Self::Token => {
                Answer::of(place.attempt(&["token", "create", "--role", "reader", "--name", &token(number)]))
            }
            Self::Purge => Answer::of(place.attempt(&PURGE)),
            Self::Migration | Self::Creation => Answer::of(place.attempt(&["migrate", "up"])),
        }
    }

    /// The remaining work of the write; `None` for a write that can be checked later.
    pub fn left(self, place: &Place) -> Option<Vec<u64>> {
        let said = match self {
            Self::Purge => place.run(&[&PURGE[..], &["--dry-run"]].concat()).1,
            Self::Migration | Self::Creation => {
                let pending = place.run(&["migrate", "status"]).0.matches("pending").count();
                return Some(vec![pending as u64]);
            }
            _ => return None,
        };
        // "3 revisions and 7 changes would be deleted."
        let numbers: Vec<u64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert_eq!(numbers.len(), 2, "{said}");
        Some(numbers)
    }
}

/// The name of the token with this number.
pub fn token(number: u64) -> String {
    format!("token-{number}")
}

fn book(slug: &str, title: &str) -> Value {
    json!({ "kind": "book", "slug": slug, "title": title, "authors": ["ada"], "topics": ["robustness"] })
}

fn batch(number: u64, title: &str) -> Vec<Value> {
    (0..BATCH).map(|place| book(&format!("batch-{number}-{place}"), title)).collect()
}

async fn import(server: &Server, records: Vec<Value>) -> Answer {
    mutate(server, "catalogImport", json!({ "records": records }), "records { id }").await
}

/// Sends a mutation.
///
/// # Panics
/// If the response is neither an error nor the expected result.
async fn mutate(server: &Server, name: &str, input: Value, payload: &str) -> Answer {
    let mut type_name = name.to_owned();
    type_name[..1].make_ascii_uppercase();
    let query = format!(
        "mutation ($input: {type_name}Input!) {{ {name}(input: $input) {{ {payload} userErrors {{ message }} }} }}"
    );
    let response = server.send(&query, json!({ "input": input })).await;
    if response.get("errors").is_some() {
        return Answer::Refused;
    }
    let answered = &response["data"][name];
    let object = payload.split(' ').next().expect("it names a field");
    let is_there = !answered[object].is_null() && answered[object] != json!([]);
    assert!(is_there && answered["userErrors"] == json!([]), "{name} is acknowledged without a result: {response:#}");
    Answer::Acknowledged
}
