//! A SQLite server whose disk is full: each write is stored or rejected, and the next one after that succeeds.
//!
//! A limit on the size of files simulates the full disk. It needs no privileges, and can be raised while the server
//! runs.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::command::{run, syllabus};
use crate::crash::server::{SERVE, Server};

/// Space for some mutations, in blocks of 512 bytes, and the same in bytes.
const BLOCKS: u32 = 1_800;
/// The number of writes while the disk is full. Two failures used to make the server lose all later writes.
const REFUSED: usize = 4;
/// The maximum number of writes that fit on the disk.
const FIT: usize = 100;

/// The outcome of a mutation.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Acknowledged,
    Failed,
}

struct Disk {
    directory: tempfile::TempDir,
    server: Server,
}

impl Disk {
    /// A server on a new catalog with the book `b`, on a disk that is nearly full.
    fn nearly_full() -> Self {
        let directory = tempfile::tempdir().expect("the disk has space");
        let url = format!("sqlite:{}", directory.path().join("catalog.db").display());
        let book = directory.path().join("book.jsonl");
        std::fs::write(&book, r#"{"kind":"book","slug":"b","title":"Before"}"#).expect("the disk has space");
        run(&url, &["import", &book.display().to_string()]);
        let token = run(&url, &["token", "create", "--name", "disk", "--role", "admin"]);
        let serve = syllabus(&url, &SERVE);
        let mut limited = Command::new("sh");
        // Ignores the signal of the limit, which would end the process; a full disk sends none.
        limited.args(["-c", &format!("trap '' XFSZ; ulimit -S -f {BLOCKS}; exec \"$@\""), "sh"]);
        limited.arg(serve.get_program()).args(serve.get_args());
        for (name, value) in serve.get_envs() {
            match value {
                Some(value) => limited.env(name, value),
                None => limited.env_remove(name),
            };
        }
        Self { server: Server::started_by(&mut limited, token.trim()), directory }
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.directory.path().join("catalog.db").display())
    }

    fn free_space(&self) {
        let raised =
            Command::new("prlimit").args(["--fsize=unlimited", "--pid", &self.server.id().to_string()]).status();
        assert!(raised.expect("util-linux is installed").success());
    }

    /// Writes a topic of this name.
    async fn create(&self, title: &str) -> Outcome {
        let input = json!({ "title": title, "summary": "y".repeat(900) });
        let query = "mutation($input: TopicCreateInput!) { topicCreate(input: $input) { topic { id } userErrors { message } } }";
        self.outcome(query, json!({ "input": input }), |data| data["topicCreate"]["topic"]["id"].is_string()).await
    }

    /// A response has either the written object or an error.
    async fn outcome(&self, query: &str, variables: Value, has_written: impl Fn(&Value) -> bool) -> Outcome {
        let answer = self.server.answer(query, variables).await.expect("the server is there");
        let (has_written, has_failed) = (has_written(&answer["data"]), answer["errors"][0].is_object());
        assert!(has_written != has_failed, "{query}: {answer:#}");
        if has_written { Outcome::Acknowledged } else { Outcome::Failed }
    }

    /// Writes until writes have failed for some time. Returns the acknowledged titles and the rejected ones.
    async fn fill(&self) -> (Vec<String>, Vec<String>) {
        let (mut acknowledged, mut failed) = (Vec::new(), Vec::new());
        for number in 0..FIT {
            let title = format!("Topic {number}");
            match self.create(&title).await {
                Outcome::Acknowledged => acknowledged.push(title),
                Outcome::Failed => failed.push(title),
            }
            if failed.len() == REFUSED {
                return (acknowledged, failed);
            }
        }
        panic!("the disk is not full: {failed:?}");
    }

    /// The records in the file, as another process reads them.
    fn export(&self) -> Vec<Value> {
        let lines = run(&self.url(), &["export"]);
        lines.lines().map(|line| serde_json::from_str(line).expect("it is a record")).collect()
    }

    fn topics(&self) -> Vec<String> {
        let records = self.export().into_iter().filter(|record| record["kind"] == "topic");
        records.map(|record| record["title"].as_str().expect("a topic has a title").to_owned()).collect()
    }
}

#[tokio::test]
async fn full_disks_lose_no_acknowledged_write() {
    let disk = Disk::nearly_full();
    let (mut acknowledged, failed) = disk.fill().await;
    assert!(!acknowledged.is_empty());
    disk.free_space();
    assert_eq!(disk.create("After").await, Outcome::Acknowledged, "the disk has space again");
    acknowledged.push("After".to_owned());
    // Another process reads what was committed, and nothing else.
    let topics = disk.topics();
    let lost: Vec<_> = acknowledged.iter().filter(|title| !topics.contains(title)).collect();
    assert!(lost.is_empty(), "{lost:?} were acknowledged");
    let stored: Vec<_> = failed.iter().filter(|title| topics.contains(title)).collect();
    assert!(stored.is_empty(), "{stored:?} were refused");
    // Another process can write as well.
    run(&disk.url(), &["token", "create", "--name", "other", "--role", "reader"]);
}

/// Also if a load balancer sends no more writes.
#[tokio::test]
async fn write_readiness_reflects_disk_space() {
    let disk = Disk::nearly_full();
    let ok = (200, json!({ "status": "ok" }));
    let begin = Instant::now();
    // Once the search index is built.
    while disk.server.get("/readyz").await != ok {
        assert!(begin.elapsed() < Duration::from_mins(1), "the server does not become ready");
    }
    assert_eq!(disk.server.get("/readyz/writes").await, ok);
    disk.fill().await;
    let begin = Instant::now();
    // Longer than the interval between probe writes.
    while begin.elapsed() < Duration::from_millis(2_500) {
        assert_eq!(disk.server.get("/readyz").await, (200, json!({ "status": "ok", "writes": "failing" })));
        let (status, body) = disk.server.get("/readyz/writes").await;
        assert_eq!((status, &body["status"]), (503, &json!("unavailable")), "{body}");
    }
    assert_eq!(disk.server.logged("writes are failing"), 1, "it is logged once");
    assert!(disk.server.text("/metrics").await.contains("\nsyllabus_writes_failing 1\n"));
    disk.free_space();
    let begin = Instant::now();
    while disk.server.get("/readyz/writes").await != ok {
        assert!(begin.elapsed() < Duration::from_secs(10), "the disk has space again");
    }
    assert_eq!(disk.server.get("/readyz").await, ok);
    assert_eq!(disk.server.logged("writes succeed again"), 1);
    assert!(disk.server.text("/metrics").await.contains("\nsyllabus_writes_failing 0\n"));
}

#[tokio::test]
async fn no_write_is_acknowledged_and_lost_on_a_full_disk() {
    let disk = Disk::nearly_full();
    disk.fill().await;
    let book = disk.server.ask("{ book(by: { slug: \"b\" }) { id } }", json!({})).await.expect("reads go on");
    let id = book["book"]["id"].as_str().expect("it is an id").to_owned();
    let records = json!([{ "kind": "book", "slug": "imported", "title": "Imported" }]);
    let import = disk
        .outcome(
            "mutation($records: [JSON!]!) { catalogImport(input: { records: $records }) { records { id } userErrors { message } } }",
            json!({ "records": records }),
            |data| data["catalogImport"]["records"][0]["id"].is_string(),
        )
        .await;
    let token = disk
        .outcome(
            "mutation { apiTokenCreate(input: { name: \"made\", role: READER }) { apiToken { id } userErrors { message } } }",
            json!({}),
            |data| data["apiTokenCreate"]["apiToken"]["id"].is_string(),
        )
        .await;
    let unpublish = disk
        .outcome(
            &format!("mutation {{ catalogItemUnpublish(input: {{ id: \"{id}\" }}) {{ item {{ status }} userErrors {{ message }} }} }}"),
            json!({}),
            |data| data["catalogItemUnpublish"]["item"]["status"].is_string(),
        )
        .await;
    let delete = disk
        .outcome(
            &format!("mutation {{ bookDelete(input: {{ id: \"{id}\" }}) {{ deletedId userErrors {{ message }} }} }}"),
            json!({}),
            |data| data["bookDelete"]["deletedId"].is_string(),
        )
        .await;
    disk.server.kill();
    let records = disk.export();
    let find = |slug: &str| records.iter().find(|record| record["kind"] == "book" && record["slug"] == slug);
    assert_eq!(find("imported").is_some(), import == Outcome::Acknowledged, "the import");
    let tokens = run(&disk.url(), &["token", "list"]);
    assert_eq!(tokens.contains("made"), token == Outcome::Acknowledged, "the token: {tokens}");
    assert_eq!(find("b").is_none(), delete == Outcome::Acknowledged, "the deletion");
    let is_draft = find("b").is_none_or(|book| book["status"] == "draft");
    assert_eq!(is_draft, unpublish == Outcome::Acknowledged || delete == Outcome::Acknowledged, "the withdrawal");
}
