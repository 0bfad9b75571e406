//! Clients that read known data, and write and remember the responses.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// The responses that a client received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    Right,
    Unavailable,
}

/// The message of an error for a write with an unknown outcome.
pub const UNKNOWN_OUTCOME: &str =
    "The write failed, but it may have been committed: check its effect before you send it again.";
/// The maximum time of any operation.
const PATIENCE: Duration = Duration::from_mins(1);
/// The number of queries with known responses.
const QUESTIONS: usize = 20;

/// The common state of the clients.
struct Shared {
    client: Client,
    graphql: String,
    token: String,
    /// Queries with their responses; no write changes them.
    known: Vec<(Value, Value)>,
    right: AtomicUsize,
    unavailable: AtomicUsize,
    refused_writes: AtomicUsize,
    /// The titles of the topics.
    acknowledged: Mutex<Vec<String>>,
    wrong: Mutex<Vec<String>>,
    /// Notified at each response.
    responded: Notify,
    is_over: AtomicBool,
}

/// Clients at work.
pub struct Load {
    shared: Arc<Shared>,
    clients: JoinSet<()>,
}

/// The result.
#[derive(Debug)]
pub struct Ended {
    pub read: usize,
    pub unavailable: usize,
    pub acknowledged: usize,
    /// Writes that were refused, or whose outcome is not known.
    pub refused_writes: usize,
    pub wrong: Vec<String>,
    pub lost: Vec<String>,
}

impl Load {
    pub async fn begin(graphql: &str, token: &str, readers: usize, writers: usize) -> Self {
        let mut shared = Shared {
            client: Client::new(),
            graphql: graphql.to_owned(),
            token: token.to_owned(),
            known: Vec::new(),
            right: AtomicUsize::new(0),
            unavailable: AtomicUsize::new(0),
            refused_writes: AtomicUsize::new(0),
            acknowledged: Mutex::default(),
            wrong: Mutex::default(),
            responded: Notify::new(),
            is_over: AtomicBool::new(false),
        };
        for number in 0..QUESTIONS {
            let question = question(number);
            let (status, answer) = shared.ask(&question, true).await.expect("all is well yet");
            assert_eq!(status, 200, "{answer}");
            assert!(answer.get("errors").is_none(), "{answer}");
            shared.known.push((question, answer));
        }
        let shared = Arc::new(shared);
        let mut clients = JoinSet::new();
        for reader in 0..readers {
            clients.spawn(shared.clone().reads(reader));
        }
        for writer in 0..writers {
            clients.spawn(shared.clone().writes(writer));
        }
        Self { shared, clients }
    }

    /// Waits until clients had this outcome `times` more times.
    pub async fn until(&self, outcome: ReadOutcome, times: usize) {
        let count = || self.shared.count(outcome).load(Ordering::Relaxed);
        let enough = count() + times;
        let waited = tokio::time::timeout(PATIENCE, async {
            while count() < enough {
                self.shared.responded.notified().await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("no client had {outcome:?} {times} times"));
    }

    /// Repeats a query until it succeeds.
    pub async fn until_read_again(&self) {
        let (question, _) = &self.shared.known[0];
        let waited = tokio::time::timeout(PATIENCE, async {
            while self.shared.ask(question, true).await.is_none_or(|(status, _)| status != 200) {}
        });
        waited.await.expect("reads come back");
    }

    /// Waits until the clients have finished, and checks that their acknowledged writes are stored.
    pub async fn end(mut self) -> Ended {
        self.shared.is_over.store(true, Ordering::Relaxed);
        while let Some(client) = self.clients.join_next().await {
            client.expect("clients do not panic");
        }
        let acknowledged = std::mem::take(&mut *self.shared.acknowledged.lock().expect("nobody panics with it"));
        let mut lost = Vec::new();
        for title in &acknowledged {
            let query = "query ($title: String!) { topics(where: { title: { eq: $title } }) { totalCount } }";
            let answer = self.shared.ask(&json!({ "query": query, "variables": { "title": title } }), true).await;
            if answer.as_ref().is_none_or(|(_, answer)| answer["data"]["topics"]["totalCount"] != 1) {
                lost.push(format!("{title}: {answer:?}"));
            }
        }
        Ended {
            read: self.shared.right.load(Ordering::Relaxed),
            unavailable: self.shared.unavailable.load(Ordering::Relaxed),
            acknowledged: acknowledged.len(),
            refused_writes: self.shared.refused_writes.load(Ordering::Relaxed),
            wrong: std::mem::take(&mut *self.shared.wrong.lock().expect("nobody panics with it")),
            lost,
        }
    }
}

fn question(number: usize) -> Value {
    let query = "query ($title: String!) { books(first: 7, where: { title: { startsWith: $title } }) { totalCount nodes { title path } } }";
    json!({ "query": query, "variables": { "title": format!("Book {number}") } })
}

impl Shared {
    fn count(&self, outcome: ReadOutcome) -> &AtomicUsize {
        match outcome {
            ReadOutcome::Right => &self.right,
            ReadOutcome::Unavailable => &self.unavailable,
        }
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Returns the status and the body of the response, as an editor or anonymously. `None` if there is no response.
    async fn ask(&self, question: &Value, as_editor: bool) -> Option<(u16, Value)> {
        let mut request = self.client.post(&self.graphql);
        if as_editor {
            request = request.bearer_auth(&self.token).header("catalog-preview", "drafts");
        }
        let answer = request.json(question).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    async fn reads(self: Arc<Self>, reader: usize) {
        let mut number = reader;
        while !self.is_over() {
            number += 1;
            let (question, known) = &self.known[number % QUESTIONS];
            // Every other reader is anonymous, so its responses can come from the cache.
            match self.ask(question, reader.is_multiple_of(2)).await {
                Some((200, answer)) if answer == *known => {
                    self.right.fetch_add(1, Ordering::Relaxed);
                }
                Some((503, answer)) if is_unavailable(&answer) => {
                    self.unavailable.fetch_add(1, Ordering::Relaxed);
                }
                other => self.wrong.lock().expect("nobody panics with it").push(format!("{question}: {other:?}")),
            }
            self.responded.notify_waiters();
        }
    }

    async fn writes(self: Arc<Self>, writer: usize) {
        let query = "mutation ($title: String!) { topicCreate(input: { title: $title }) { topic { id title } userErrors { message } } }";
        for number in 0.. {
            if self.is_over() {
                return;
            }
            let title = format!("Topic {writer}-{number}");
            match self.ask(&json!({ "query": query, "variables": { "title": title } }), true).await {
                Some((200, answer))
                    if answer["data"]["topicCreate"]["topic"]["title"] == *title || was_executed(&answer) =>
                {
                    self.acknowledged.lock().expect("nobody panics with it").push(title);
                }
                // The outcome is unknown if the connection broke at the commit, and the error says so.
                Some((status, answer)) if status == 503 || is_unknown(&answer) => {
                    self.refused_writes.fetch_add(1, Ordering::Relaxed);
                }
                other => self.wrong.lock().expect("nobody panics with it").push(format!("{title}: {other:?}")),
            }
        }
    }
}

fn is_unavailable(answer: &Value) -> bool {
    answer.get("data").is_none() && answer["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
}

/// Returns whether an answer is that to a mutation that was executed, and whose payload could not be read.
pub fn was_executed(answer: &Value) -> bool {
    answer["errors"][0]["extensions"]["executed"] == true
}

fn is_unknown(answer: &Value) -> bool {
    answer["data"].is_null() && answer["errors"][0]["message"] == UNKNOWN_OUTCOME
}
