//! A client of server-sent events.

use reqwest::Response;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::subscriptions::site::{PATIENCE, Site};

/// An open stream.
pub struct Events {
    response: Response,
    /// Received and unread data.
    text: String,
}

impl Events {
    /// Subscribes. Returns when the subscription has started.
    pub async fn open(site: &Site, headers: &[(&str, &str)], query: &str) -> Self {
        let headers = [headers, &[("accept", "text/event-stream")]].concat();
        let response = site.post(&headers, &json!({ "query": query })).await;
        assert_eq!(response.status(), 200, "{:?}", response.text().await);
        Self { response, text: String::new() }
    }

    /// Returns the next response.
    pub async fn next(&mut self) -> Value {
        let (event, data) = self.event().await.expect("the stream goes on");
        assert_eq!(event, "next");
        serde_json::from_str(&data).expect("it is JSON")
    }

    /// Asserts that the operation and the stream end.
    pub async fn complete(&mut self) {
        assert_eq!(self.event().await, Some(("complete".to_owned(), String::new())));
        assert_eq!(self.event().await, None);
    }

    /// Returns the next event with its data; `None` at the end. Skips comments.
    pub async fn event(&mut self) -> Option<(String, String)> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let found =
                    field("event: ").map(|kind| (kind.to_owned(), field("data:").unwrap_or("none").trim().to_owned()));
                if found.is_some() {
                    return found;
                }
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("something comes");
            let chunk = chunk.expect("the stream is whole")?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("it is UTF-8"));
        }
    }
}
