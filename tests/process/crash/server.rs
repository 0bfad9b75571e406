//! The built binary as processes that can be killed.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use reqwest::Client;
use serde_json::{Value, json};

use crate::command::syllabus;
use crate::serving::serving_and_logging;

/// The options of a server.
pub const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// A server process. It is killed on drop.
pub struct Server {
    process: Process,
    address: String,
    token: String,
    client: Client,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(url: &str, token: &str) -> Self {
        Self::started_by(&mut syllabus(url, &SERVE), token)
    }

    /// Starts a server.
    pub fn started_by(command: &mut Command, token: &str) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = log.clone();
        let log_line = move |line| lines.lock().expect("nobody panics with it").push(line);
        let (child, address) = serving_and_logging(command, log_line);
        Self { process: Process(Mutex::new(child)), address, token: token.to_owned(), client: Client::new(), log }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.process.0.lock().expect("nobody panics with it").id()
    }

    /// The address on which it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn kill(&self) {
        self.process.kill();
    }

    /// Stops it as a service manager does.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }

    /// Returns whether the process has ended.
    pub fn has_ended(&self) -> bool {
        self.process.ended().is_some()
    }

    /// Returns the number of log lines that contain a text.
    pub fn logged(&self, text: &str) -> usize {
        self.log.lock().expect("nobody panics with it").iter().filter(|line| line.contains(text)).count()
    }

    /// Fetches a path other than the API. Returns the status and the JSON.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let answer =
            self.client.get(format!("http://{}{path}", self.address)).send().await.expect("the server is there");
        (answer.status().as_u16(), answer.json().await.expect("it is JSON"))
    }

    /// Fetches a path, and returns a header of the response.
    pub async fn header(&self, path: &str, name: &str) -> String {
        let answer = self.client.get(format!("http://{}{path}", self.address)).send().await;
        let answer = answer.expect("the server is there");
        answer.headers()[name].to_str().expect("it is ASCII").to_owned()
    }

    /// Fetches a path as text.
    pub async fn text(&self, path: &str) -> String {
        let answer = self.client.get(format!("http://{}{path}", self.address)).send().await;
        answer.expect("the server is there").text().await.expect("it is a text")
    }

    /// Sends a query as an editor who previews drafts. Returns `None` if the server is gone.
    pub async fn ask(&self, query: &str, variables: Value) -> Option<Value> {
        let answer = self.answer(query, variables).await?;
        assert!(answer.get("errors").is_none(), "{query}: {answer:#}");
        Some(answer["data"].clone())
    }

    /// Sends a query, and returns the whole response.
    pub async fn answer(&self, query: &str, variables: Value) -> Option<Value> {
        let graphql = format!("http://{}/graphql", self.address);
        let request = self.client.post(graphql).bearer_auth(&self.token).header("catalog-preview", "drafts");
        let answer = request.json(&json!({ "query": query, "variables": variables })).send().await.ok()?;
        answer.json().await.ok()
    }
}

/// A process that can be killed while another task waits for it.
pub struct Process(Mutex<Child>);

impl Process {
    /// Starts a command and writes its whole input.
    pub fn fed(mut command: Command, input: &str) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        // It can be killed before it has read all of it.
        let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        Self(Mutex::new(child))
    }

    /// Sends `SIGKILL`, which gives it no chance to clean up.
    pub fn kill(&self) {
        let mut child = self.0.lock().expect("nobody panics with it");
        // It can have ended by itself.
        let _ = child.kill();
    }

    /// Returns whether it succeeded; `None` while it runs.
    pub fn ended(&self) -> Option<bool> {
        let mut child = self.0.lock().expect("nobody panics with it");
        child.try_wait().expect("it is ours").map(|status| status.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let _ = self.0.get_mut().expect("nobody panics with it").wait();
    }
}
