//! A server process, with requests of an administrator.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use chrono::DateTime;
use reqwest::Client;
use serde_json::{Value, json};
use syllabus::clock::Clock;

use crate::serving::serving;

/// The maximum time for a response, or for the end of a process.
const PATIENCE: Duration = Duration::from_mins(1);

/// The maximum age of a note that is not replaced soon, in microseconds.
const NOTED: i64 = 50 * 1_000_000;

/// A serving process. It is killed when it is dropped without having been stopped.
pub struct Server {
    process: Process,
    graphql: String,
    token: String,
    client: Client,
}

impl Server {
    pub fn start(command: &mut Command, token: &str) -> Self {
        let (child, address) = serving(command);
        let client = Client::builder().timeout(PATIENCE).build().expect("there is a client");
        Self { process: Process(child), graphql: format!("http://{address}/graphql"), token: token.to_owned(), client }
    }

    /// Sends an operation and returns the whole response.
    ///
    /// # Panics
    /// If there is none.
    pub async fn send(&self, query: &str, variables: Value) -> Value {
        let request = self.client.post(&self.graphql).bearer_auth(&self.token).header("catalog-preview", "drafts");
        let response = request.json(&json!({ "query": query, "variables": variables })).send().await;
        response.expect("the server responds").json().await.expect("the response is JSON")
    }

    /// Waits until the server has noted the use of its token, which it does once a minute and without being waited for.
    /// For some seconds, it then writes nothing of its own accord.
    ///
    /// # Panics
    /// If it does not record it.
    pub async fn until_use_is_noted(&self) {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            // The oldest token is its own.
            let response = self.send("{ apiTokens(last: 1) { nodes { lastUsedAt } } }", json!({})).await;
            let noted = response["data"]["apiTokens"]["nodes"][0]["lastUsedAt"].as_str();
            let noted = noted.map(|time| DateTime::parse_from_rfc3339(time).expect("it is a time").timestamp_micros());
            if noted.is_some_and(|noted| Clock::system().now().0 - noted < NOTED) {
                return;
            }
        }
        panic!("the server does not note the use of its token");
    }

    /// Stops it as an operator does.
    ///
    /// # Panics
    /// If it fails, or does not end in time.
    pub fn stop(mut self) {
        let child = &mut self.process.0;
        let asked = Command::new("kill").arg(child.id().to_string()).status().expect("there is a kill");
        assert!(asked.success(), "the server is still there");
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("it is ours") {
                break status;
            }
            assert!(begin.elapsed() < PATIENCE, "the server does not stop");
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success(), "the server stops with {status}");
    }
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It can have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
