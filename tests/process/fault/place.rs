//! A small catalog of either engine, and the processes that work on it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chrono::{Duration, SecondsFormat};
use serde_json::{Value, json};
use syllabus::clock::Clock;
use tempfile::TempDir;

use crate::command::{succeed, syllabus};
use crate::fault::server::Server;
use crate::fault::shim::Shim;

/// A page of SQLite's log, with its header.
const FRAME: u64 = 4096 + 24;
/// The length of the log at a checkpoint: <https://sqlite.org/wal.html#automatic_checkpoint>.
const CHECKPOINT: u64 = 1000;
/// At most the size that a mutation adds, and at least the size that a token adds.
const MARGIN: u64 = 15;
const SAVED: [&str; 2] = ["catalog.db", "catalog.db-wal"];

/// A catalog that a test writes to. All its processes load the shim.
pub struct Place {
    pub engine: &'static str,
    pub shim: Shim,
    url: String,
    token: String,
    /// The database file, on SQLite.
    file: Option<PathBuf>,
    /// The export of the prepared catalog.
    base: Vec<Value>,
    /// Copies of the database files, restored before each round of faults.
    saved: Option<TempDir>,
}

impl Place {
    /// A catalog in a directory, on SQLite.
    pub fn sqlite(directory: &Path) -> Self {
        let file = directory.join("catalog.db");
        Self::prepare("SQLite", format!("sqlite:{}", file.display()), Some(file))
    }

    /// A catalog in an empty database of PostgreSQL.
    pub fn postgres(url: String) -> Self {
        Self::prepare("PostgreSQL", url, None)
    }

    fn prepare(engine: &'static str, url: String, file: Option<PathBuf>) -> Self {
        let shim = Shim::new(file.as_deref());
        let mut place = Self { engine, shim, url, token: String::new(), file, base: Vec::new(), saved: None };
        place.run(&["migrate", "up"]);
        let records = [
            json!({ "kind": "topic", "slug": "robustness", "code": "tpcrb2", "title": "Robustness" }),
            json!({ "kind": "person", "slug": "ada", "code": "prsad2", "name": "Ada" }),
            json!({ "kind": "book", "slug": "known", "title": "Known", "authors": ["ada"], "topics": ["robustness"] }),
        ];
        assert!(place.import(&records), "the catalog takes its first records");
        let token = place.run(&["token", "create", "--name", "fault", "--role", "admin"]).0;
        token.trim().clone_into(&mut place.token);
        place.base = place.export();
        place
    }

    /// The binary, on this catalog.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = syllabus(&self.url, arguments);
        self.shim.load_into(&mut command);
        command
    }

    /// Starts a server.
    pub fn serve(&self) -> Server {
        Server::start(&mut self.command(&["serve", "--listen", "127.0.0.1:0"]), &self.token)
    }

    /// Runs a command that must succeed. Returns its standard output and its standard error.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> (String, String) {
        succeed(&mut self.command(arguments))
    }

    /// Returns whether a command succeeds. A failing one must print an error.
    #[track_caller]
    pub fn attempt(&self, arguments: &[&str]) -> bool {
        concluded(&self.command(arguments).output().expect("the binary runs"))
    }

    /// Returns the error of a command; `None` if it succeeds.
    #[track_caller]
    pub fn error(&self, arguments: &[&str]) -> Option<String> {
        let output = self.command(arguments).output().expect("the binary runs");
        (!concluded(&output)).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Whether an import succeeds.
    #[track_caller]
    pub fn import(&self, records: &[Value]) -> bool {
        let mut command = self.command(&["import", "-"]);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary runs");
        let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
        // The command can fail before it has read all of its input.
        let _ = child.stdin.take().expect("it is piped").write_all(lines.as_bytes());
        concluded(&child.wait_with_output().expect("it ends"))
    }

    pub fn export(&self) -> Vec<Value> {
        let lines = self.run(&["export"]).0;
        lines.lines().map(|line| serde_json::from_str(line).expect("a record is JSON")).collect()
    }

    /// The export before anything was written to the prepared catalog.
    pub fn base(&self) -> &[Value] {
        &self.base
    }

    /// Returns the time on the clock of its processes, plus some hours.
    pub fn hours_from_now(&self, hours: i64) -> String {
        let now = chrono::DateTime::from_timestamp_micros(Clock::system().now().0).expect("it is a time");
        let days = i64::try_from(self.shim.days_ahead()).expect("the clock is not that far ahead");
        (now + Duration::days(days) + Duration::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Saves SQLite's files while the log is so long that the next mutation causes a checkpoint.
    pub async fn save_with_long_log(&mut self) {
        let file = self.file.as_ref().expect("only SQLite has such a log");
        let log = format!("{}-wal", file.display());
        let server = self.serve();
        for number in 0.. {
            let frames = std::fs::metadata(&log).map_or(0, |log| log.len() / FRAME);
            assert!(frames < CHECKPOINT, "the log is still to be moved");
            if frames >= CHECKPOINT - MARGIN {
                break;
            }
            let name = json!({ "name": format!("frames-{number}"), "role": "READER" });
            let query = "mutation ($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) { apiToken { id } } }";
            server.send(query, json!({ "input": name })).await;
        }
        // Killed, since a server that stops runs a checkpoint.
        drop(server);
        let saved = tempfile::tempdir().expect("the disk has space");
        for name in SAVED {
            std::fs::copy(file.with_file_name(name), saved.path().join(name)).expect("it can be copied");
        }
        self.saved = Some(saved);
    }

    pub fn is_saved(&self) -> bool {
        self.saved.is_some()
    }

    /// Restores the saved files, if any.
    pub fn restore(&self) {
        if let (Some(saved), Some(file)) = (&self.saved, &self.file) {
            self.empty();
            for name in SAVED {
                std::fs::copy(saved.path().join(name), file.with_file_name(name)).expect("it can be copied");
            }
        }
    }

    /// Removes the SQLite file, or reverts all migrations on PostgreSQL.
    pub fn empty(&self) {
        let Some(file) = &self.file else {
            self.run(&["migrate", "down", "--count", "1000"]);
            return;
        };
        for suffix in ["", "-wal", "-shm"] {
            let file = format!("{}{suffix}", file.display());
            assert!(std::fs::remove_file(&file).is_ok() || !Path::new(&file).exists(), "{file} can be removed");
        }
    }
}

/// Whether a command succeeded.
///
/// # Panics
/// If it ended by a signal or a panic, or failed without an error message.
#[track_caller]
fn concluded(Output { status, stderr, .. }: &Output) -> bool {
    let said = String::from_utf8_lossy(stderr);
    assert!(status.success() || status.code() == Some(1) && said.contains("error: "), "{status}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    // Shown if the test fails.
    eprint!("{said}");
    status.success()
}
