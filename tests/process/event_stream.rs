//! A subscription of an anonymous client.

use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::json;
use tokio::time::timeout;

use crate::crash::server::Server;

/// How long a test waits for an expected event.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open event stream, which delivers all changes with the titles of topics.
pub struct EventStream {
    response: Response,
    text: String,
}

impl EventStream {
    pub async fn open(server: &Server) -> Self {
        let query = json!({ "query": "subscription { catalogChanged { nodeId node { ... on Topic { title } } } }" });
        let request = Client::new().post(format!("http://{}/graphql", server.address())).json(&query);
        let response = request.header("accept", "text/event-stream").send().await.expect("the server is there");
        assert_eq!(response.status(), 200);
        Self { response, text: String::new() }
    }

    /// Waits for an event with this text.
    pub async fn wait_for(&mut self, expected: &str) {
        while !self.text.contains(expected) {
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("something comes");
            let chunk = chunk.expect("the stream is whole").expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&chunk).expect("it is UTF-8"));
        }
    }
}
