//! The directory of the search index: reused, lost, damaged, of another state of the catalog, and in use.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::command::{run, syllabus};
use crate::common::on_each_engine;
use crate::crash::server::{SERVE, Server};
use crate::fault::tmpfs::Tmpfs;

/// How long a server may take to build an index of a few documents.
const PATIENCE: Duration = Duration::from_mins(1);

/// A catalog in a file, and a token of an editor.
struct Catalog {
    folder: TempDir,
    token: String,
}

impl Catalog {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("the disk has space");
        let catalog = Self { folder, token: String::new() };
        let file = catalog.folder.path().join("topics.jsonl");
        let topics = ["Databases", "Compilers"].map(|title| {
            json!({ "kind": "topic", "slug": title.to_lowercase(), "title": title, "status": "published" }).to_string()
        });
        fs::write(&file, topics.join("\n")).expect("the disk has space");
        run(&catalog.url(), &["import", &file.display().to_string()]);
        let token = run(&catalog.url(), &["token", "create", "--name", "search", "--role", "editor"]);
        Self { token: token.trim().to_owned(), ..catalog }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path("catalog.db").display())
    }

    fn serve(&self) -> Server {
        Server::start(&self.url(), &self.token)
    }
}

/// Returns the response to a search.
async fn search(server: &Server, query: &str) -> Value {
    let text = "query($query: String!) { search(query: $query) { nodes { title } } }";
    server.answer(text, json!({ "query": query })).await.expect("the server is there")
}

/// Returns the titles of the results of a search, as soon as the index is available.
async fn found(server: &Server, query: &str) -> Vec<String> {
    let begin = Instant::now();
    loop {
        let answer = search(server, query).await;
        if let Some(nodes) = answer["data"]["search"]["nodes"].as_array() {
            return nodes.iter().map(|node| node["title"].as_str().expect("a text").to_owned()).collect();
        }
        assert_eq!(answer["errors"][0]["extensions"]["code"], json!("SERVICE_UNAVAILABLE"), "{answer}");
        assert!(begin.elapsed() < PATIENCE, "{answer}");
    }
}

async fn create(server: &Server, title: &str) {
    let text =
        "mutation($title: String!) { topicCreate(input: { title: $title }) { topic { id } userErrors { message } } }";
    let data = server.ask(text, json!({ "title": title })).await.expect("the server is there");
    assert_eq!(data["topicCreate"]["userErrors"], json!([]), "{data}");
}

/// Returns how often a server has built its index.
async fn builds(server: &Server) -> u64 {
    let metrics = server.text("/metrics").await;
    let line = metrics.lines().find_map(|line| line.strip_prefix("syllabus_search_index_builds_total "));
    line.and_then(|count| count.parse().ok()).expect("it is counted")
}

fn largest_file(directory: &Path) -> PathBuf {
    let entries = fs::read_dir(directory).expect("it is there").map(|entry| entry.expect("it can be read").path());
    entries.max_by_key(|path| path.metadata().map_or(0, |metadata| metadata.len())).expect("it has files")
}

#[tokio::test]
async fn index_is_reopened_after_a_crash_with_earlier_writes() {
    let catalog = Catalog::new();
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 1);
    create(&server, "Networks").await;
    server.kill();
    drop(server);
    let server = catalog.serve();
    assert_eq!(found(&server, "networks").await, ["Networks"]);
    assert_eq!(found(&server, "compilers").await, ["Compilers"]);
    assert_eq!(builds(&server).await, 0, "it was stored");
}

#[tokio::test]
async fn damaged_and_missing_indexes_are_rebuilt() {
    let catalog = Catalog::new();
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    drop(server);
    let directory = catalog.path("catalog.db-search");
    let flip = |folder: &Path| {
        let path = largest_file(folder);
        let mut bytes = fs::read(&path).expect("it can be read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xFF;
        fs::write(&path, bytes).expect("it can be written");
    };
    let truncate = |folder: &Path| {
        let file = fs::File::options().write(true).open(largest_file(folder)).expect("it can be opened");
        file.set_len(10).expect("it can be cut");
    };
    let lose = |folder: &Path| fs::remove_file(folder.join("meta.json")).expect("it is there");
    for number in 1..=3 {
        let folder = directory.join(number.to_string());
        let name = match number {
            1 => {
                flip(&folder);
                "a byte that is another one"
            }
            2 => {
                truncate(&folder);
                "a file that was cut"
            }
            _ => {
                lose(&folder);
                "a file that is gone"
            }
        };
        let server = catalog.serve();
        assert_eq!(found(&server, "databases").await, ["Databases"], "{name}");
        assert_eq!(builds(&server).await, 1, "{name}");
    }
    fs::remove_dir_all(&directory).expect("it is there");
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 1, "the directory was deleted");
}

#[tokio::test]
async fn deleted_index_directories_are_recreated() {
    let catalog = Catalog::new();
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    fs::remove_dir_all(catalog.path("catalog.db-search")).expect("it is there");
    create(&server, "Networks").await;
    assert_eq!(found(&server, "networks").await, ["Networks"]);
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    create(&server, "Graphics").await;
    assert_eq!(found(&server, "graphics").await, ["Graphics"]);
}

#[tokio::test]
async fn incomplete_builds_do_not_replace_a_complete_index() {
    let catalog = Catalog::new();
    run(&catalog.url(), &["search", "rebuild"]);
    let directory = catalog.path("catalog.db-search");
    for (name, file) in [("2", "meta.json"), ("3", "incomplete")] {
        fs::create_dir(directory.join(name)).expect("it is new");
        fs::write(directory.join(name).join(file), "{").expect("the disk has space");
    }
    assert!(run(&catalog.url(), &["search", "status"]).contains("up to date with change 3"));
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 0);
}

#[tokio::test]
async fn indexes_of_other_catalog_states_are_rebuilt() {
    let catalog = Catalog::new();
    fs::copy(catalog.path("catalog.db"), catalog.path("backup.db")).expect("it can be copied");
    let server = catalog.serve();
    create(&server, "Networks").await;
    assert_eq!(found(&server, "networks").await, ["Networks"]);
    drop(server);
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(catalog.path(&format!("catalog.db{suffix}")));
    }
    fs::rename(catalog.path("backup.db"), catalog.path("catalog.db")).expect("it can be moved");
    let server = catalog.serve();
    assert_eq!(found(&server, "networks").await, [""; 0]);
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 1);
}

#[tokio::test]
async fn servers_of_one_file_see_writes_and_one_owns_the_directory() {
    let catalog = Catalog::new();
    let [first, second] = [catalog.serve(), catalog.serve()];
    create(&first, "Networks").await;
    assert_eq!(found(&second, "networks").await, ["Networks"]);
    create(&second, "Graphics").await;
    assert_eq!(found(&first, "graphics").await, ["Graphics"]);
    let directory = catalog.path("catalog.db-search").display().to_string();
    let named = [&SERVE[..], &["--search-directory", &directory]].concat();
    let output = syllabus(&catalog.url(), &named).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).expect("output is UTF-8");
    let expected = format!("the search index directory {directory} is in use by another process");
    assert!(said.contains(&expected), "{said}");
}

#[tokio::test]
async fn commands_report_and_rebuild_the_index() {
    let catalog = Catalog::new();
    let url = catalog.url();
    assert!(run(&url, &["search", "status"]).contains("no complete index"));
    run(&url, &["search", "rebuild"]);
    assert!(run(&url, &["search", "status"]).contains("up to date with change 3"));
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 0);
    run(&url, &["search", "rebuild"]);
    let begin = Instant::now();
    while builds(&server).await == 0 {
        assert!(begin.elapsed() < PATIENCE, "the server does not build it");
    }
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    let (_, ready): (u16, Value) = server.get("/readyz").await;
    assert_eq!(ready, json!({ "status": "ok" }));
}

/// Imports topics with the titles `Topic 0`, `Topic 1` and so on.
fn import_topics(catalog: &Catalog, count: usize) {
    let file = catalog.path("many.jsonl");
    let topic = |number: usize| {
        let record = json!({ "kind": "topic", "slug": format!("topic-{number}"), "title": format!("Topic {number}"), "status": "published" });
        record.to_string()
    };
    fs::write(&file, (0..count).map(topic).collect::<Vec<_>>().join("\n")).expect("the disk has space");
    run(&catalog.url(), &["import", &file.display().to_string()]);
}

#[tokio::test]
async fn large_imports_survive_a_kill_during_the_build() {
    let catalog = Catalog::new();
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    // More documents than are recorded one by one.
    import_topics(&catalog, 10_050);
    assert_eq!(found(&server, "\"topic 10049\"").await, ["Topic 10049"]);
    assert_eq!(builds(&server).await, 2);
    drop(server);
    fs::remove_dir_all(catalog.path("catalog.db-search")).expect("it is there");
    for round in 0..4 {
        let server = catalog.serve();
        create(&server, &format!("Round {round}")).await;
        // It builds an index, at least partially.
        search(&server, "round").await;
        server.kill();
    }
    let server = catalog.serve();
    let mut rounds = found(&server, "round").await;
    rounds.sort_unstable();
    assert_eq!(rounds, ["Round 0", "Round 1", "Round 2", "Round 3"]);
    assert_eq!(found(&server, "\"topic 7\"").await, ["Topic 7"]);
    let (_, ready): (u16, Value) = server.get("/readyz").await;
    assert_eq!(ready, json!({ "status": "ok" }));
}

#[tokio::test]
async fn search_is_unavailable_on_a_full_disk_until_space_is_free() {
    let Some(disk) = Tmpfs::mount(4) else { return };
    let catalog = Catalog::new();
    let directory = disk.path().join("index").display().to_string();
    let options = [&SERVE[..], &["--search-directory", &directory, "--search-wait", "100ms"]].concat();
    let server = Server::started_by(&mut syllabus(&catalog.url(), &options), &catalog.token);
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    let filling = disk.fill();
    create(&server, "Networks").await;
    assert_eq!(search(&server, "networks").await["errors"][0]["extensions"]["code"], json!("SERVICE_UNAVAILABLE"));
    let topics = server.ask("{ topics(orderBy: { field: TITLE }) { nodes { title } } }", json!({})).await;
    let expected = ["Compilers", "Databases", "Networks"].map(|title| json!({ "title": title }));
    assert_eq!(topics.expect("the server is there")["topics"]["nodes"], json!(expected), "only searches use the index");
    drop(filling);
    assert_eq!(found(&server, "networks").await, ["Networks"]);
    assert_eq!(found(&server, "databases").await, ["Databases"]);
}

#[tokio::test]
async fn indexes_that_missed_purged_changes_are_rebuilt() {
    let catalog = Catalog::new();
    run(&catalog.url(), &["search", "rebuild"]);
    import_topics(&catalog, 10);
    import_topics(&catalog, 20);
    run(&catalog.url(), &["purge", "--changes-older-than", "1ms"]);
    let server = catalog.serve();
    assert_eq!(found(&server, "\"topic 3\"").await, ["Topic 3"]);
    assert_eq!(found(&server, "\"topic 13\"").await, ["Topic 13"]);
    assert_eq!(builds(&server).await, 1);
}

#[tokio::test]
async fn indexes_of_other_versions_are_rebuilt() {
    let catalog = Catalog::new();
    run(&catalog.url(), &["search", "rebuild"]);
    let meta = catalog.path("catalog.db-search").join("1").join("meta.json");
    let text = fs::read_to_string(&meta).expect("it can be read");
    let other = text.replacen("version\\\":", "version\\\":9", 1);
    assert_ne!(text, other);
    fs::write(&meta, other).expect("it can be written");
    let server = catalog.serve();
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 1);
}

#[test]
fn an_index_in_a_directory_survives_a_restart_on_each_engine() {
    on_each_engine(async |store| {
        let folder = tempfile::tempdir().expect("the disk has space");
        let directory = folder.path().join("index").display().to_string();
        let token = run(&store.url(), &["token", "create", "--name", "search", "--role", "editor"]);
        let options = [&SERVE[..], &["--search-directory", &directory]].concat();
        let serve = || Server::started_by(&mut syllabus(&store.url(), &options), token.trim());
        let server = serve();
        create(&server, "Networks").await;
        assert_eq!(found(&server, "networks").await, ["Networks"]);
        drop(server);
        let server = serve();
        assert_eq!(found(&server, "networks").await, ["Networks"]);
        assert_eq!(builds(&server).await, 0);
    });
}

#[tokio::test]
async fn indexes_of_other_catalogs_are_rebuilt() {
    let empty = Catalog { folder: tempfile::tempdir().expect("the disk has space"), token: String::new() };
    run(&empty.url(), &["migrate", "up"]);
    run(&empty.url(), &["search", "rebuild"]);
    // As after an upgrade: the catalog has items, and no change is recorded.
    let other = Catalog::new();
    run(&other.url(), &["migrate", "down", "--count", "2"]);
    run(&other.url(), &["migrate", "up"]);
    let token = run(&other.url(), &["token", "create", "--name", "search", "--role", "editor"]);
    fs::rename(other.path("catalog.db"), empty.path("catalog.db")).expect("it can be moved");
    let server = Server::start(&empty.url(), token.trim());
    assert_eq!(found(&server, "databases").await, ["Databases"]);
    assert_eq!(builds(&server).await, 1);
}

#[tokio::test]
async fn title_order_in_search_follows_the_catalog_language() {
    let catalog = Catalog::new();
    let in_language = |language: &str| {
        let options = [&SERVE[..], &["--catalog-language", language]].concat();
        Server::started_by(&mut syllabus(&catalog.url(), &options), &catalog.token)
    };
    let server = in_language("en");
    for title in ["The Apple test", "Mango test", "Zebra test"] {
        create(&server, title).await;
    }
    let query = "{ topics(query: \"test\", orderBy: { field: TITLE }) { nodes { title } } }";
    let titles = async |server: &Server| {
        found(server, "test").await;
        let data = server.ask(query, json!({})).await.expect("the server is there");
        let nodes = data["topics"]["nodes"].as_array().expect("a list").clone();
        nodes.into_iter().map(|node| node["title"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&server).await, ["The Apple test", "Mango test", "Zebra test"]);
    drop(server);
    // "The" is no article in German.
    assert_eq!(titles(&in_language("de")).await, ["Mango test", "The Apple test", "Zebra test"]);
}
