//! The writes of which some are in flight when the processes are killed, and how to check whether they are stored.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Process, Server};
use crate::command::syllabus;

/// The number of books in one import.
const BATCH: usize = 10;
/// The interval between checks whether a process has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Returns the initial catalog, with a book to be listed for each write.
pub fn catalog(writes: usize) -> String {
    let mut lines = String::from(
        "{\"kind\":\"topic\",\"slug\":\"robustness\",\"code\":\"tpcrb2\",\"title\":\"Robustness\"}\n\
         {\"kind\":\"person\",\"slug\":\"ada\",\"code\":\"prsad2\",\"name\":\"Ada\"}\n\
         {\"kind\":\"career\",\"slug\":\"tester\",\"code\":\"cartst\",\"title\":\"Tester\"}\n\
         {\"kind\":\"readingList\",\"owner\":{\"kind\":\"career\",\"slug\":\"tester\"},\"code\":\"rdsts2\",\"entries\":[]}\n",
    );
    for number in 0..writes {
        lines += &format!("{}\n", json!({ "kind": "book", "slug": format!("seed-{number}"), "title": "Seed" }));
    }
    lines
}

/// One write. The written records contain its number.
#[derive(Clone, Copy, Debug)]
pub enum Write {
    /// A book, by a mutation.
    Create(usize),
    /// Several books, by one mutation.
    Import(usize),
    /// Several books, by a separate process.
    Process(usize),
    /// An entry of the shared list, by a mutation.
    Entry(usize),
}

impl Write {
    pub fn number(number: usize) -> Self {
        match number % 4 {
            0 => Self::Create(number),
            1 => Self::Import(number),
            2 => Self::Process(number),
            _ => Self::Entry(number),
        }
    }

    /// Executes the write. Returns whether it was acknowledged. A killed process acknowledges nothing.
    pub async fn run(self, server: &Server, url: &str, processes: &std::sync::Mutex<Vec<Arc<Process>>>) -> bool {
        let (mutation, input) = match self {
            Self::Create(number) => {
                let people = json!([{ "personId": "person_prsad2" }]);
                let title = format!("Single {number}");
                ("bookCreate", json!({ "title": title, "topicIds": ["topic_tpcrb2"], "contributors": people }))
            }
            Self::Import(number) => ("catalogImport", json!({ "records": records(number).collect::<Vec<_>>() })),
            Self::Process(number) => {
                let lines = records(number).map(|record| format!("{record}\n")).collect::<String>();
                let process = Arc::new(Process::fed(syllabus(url, &["import", "-"]), &lines));
                processes.lock().expect("nobody panics with it").push(process.clone());
                return ended(&process).await;
            }
            Self::Entry(number) => {
                let query = format!("{{ book(by: {{ slug: \"seed-{number}\" }}) {{ id }} }}");
                let Some(seed) = server.ask(&query, json!({})).await else { return false };
                let entries = json!([{ "resourceId": seed["book"]["id"], "note": format!("Note {number}") }]);
                let place = json!({ "end": "FIRST" });
                let input = json!({ "listId": "reading_list_rdsts2", "entries": entries, "placement": place });
                ("readingListEntryAdd", input)
            }
        };
        let ty = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let query =
            format!("mutation($input: {ty}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code message }} }} }}");
        let Some(data) = server.ask(&query, json!({ "input": input })).await else { return false };
        assert_eq!(data[mutation]["userErrors"], json!([]), "{self:?}");
        true
    }

    /// Returns the number of complete records of the write in the catalog, and the expected number.
    pub async fn found(self, server: &Server) -> (usize, usize) {
        let (title, all) = match self {
            Self::Create(number) => (format!("Single {number}"), 1),
            Self::Import(number) | Self::Process(number) => (format!("Batch {number}"), BATCH),
            Self::Entry(number) => {
                let query = "{ nodes { note list { id } } }";
                let query = format!("{{ book(by: {{ slug: \"seed-{number}\" }}) {{ listedIn {query} }} }}");
                let data = server.ask(&query, json!({})).await.expect("the server is there");
                let whole = json!([{ "note": format!("Note {number}"), "list": { "id": "reading_list_rdsts2" } }]);
                return (usize::from(data["book"]["listedIn"]["nodes"] == whole), 1);
            }
        };
        let query = "{ nodes { authors { name } topics { nodes { title } } } }";
        let query = format!("{{ books(where: {{ title: {{ eq: \"{title}\" }} }}) {query} }}");
        let data = server.ask(&query, json!({})).await.expect("the server is there");
        let whole = json!({ "authors": [{ "name": "Ada" }], "topics": { "nodes": [{ "title": "Robustness" }] } });
        let nodes = data["books"]["nodes"].as_array().expect("it is a list");
        assert!(nodes.iter().all(|node| *node == whole), "{self:?}: {nodes:?}");
        (nodes.len(), all)
    }
}

fn records(number: usize) -> impl Iterator<Item = Value> {
    (0..BATCH).map(move |book| {
        let (slug, title) = (format!("batch-{number}-{book}"), format!("Batch {number}"));
        json!({ "kind": "book", "slug": slug, "title": title, "authors": ["ada"], "topics": ["robustness"] })
    })
}

async fn ended(process: &Process) -> bool {
    loop {
        if let Some(well) = process.ended() {
            return well;
        }
        tokio::time::sleep(LOOK).await;
    }
}
