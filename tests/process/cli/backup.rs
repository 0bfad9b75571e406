//! `backup` and `restore` of a SQLite catalog.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::Client;
use reqwest::header::HeaderValue;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::fault::postgres::{administrator, cluster, create_database};

use super::{Serving, assert_code, folder, run, stderr, stdout, syllabus};

/// The documentation of what is tested here.
const PAGE: &str = include_str!("../../../docs/operations/backup.md");
const URL: [&str; 2] = ["--database-url", "sqlite:catalog.db"];

/// Creates a catalog, and returns the token of an editor.
fn catalog(folder: &Path) -> String {
    assert_code(&run(folder, &[&["migrate", "up"], &URL[..]].concat()), 0);
    let created = run(folder, &[&["token", "create", "--name", "ada", "--role", "editor"], &URL[..]].concat());
    assert_code(&created, 0);
    stdout(&created).trim().to_owned()
}

fn serving(folder: &Path, url: &str) -> Serving {
    Serving::start(syllabus(folder, &["serve", "--listen", "127.0.0.1:0", "--database-url", url]))
}

async fn execute(client: &Client, address: &str, token: &str, query: &str) -> Value {
    let body = json!({ "query": query });
    let request =
        client.post(format!("http://{address}/graphql")).bearer_auth(token).header("catalog-preview", "drafts");
    let response = request.json(&body).send().await.expect("the server responds");
    let response: Value = response.json().await.expect("it is JSON");
    assert_eq!(response.get("errors"), None, "{response}");
    response["data"].clone()
}

async fn create_topic(client: &Client, address: &str, token: &str, title: &str) {
    let query = format!("mutation {{ topicCreate(input: {{ title: {title:?} }}) {{ userErrors {{ message }} }} }}");
    let data = execute(client, address, token, &query).await;
    assert_eq!(data["topicCreate"]["userErrors"], json!([]), "{title}");
}

/// Returns a version of the catalog that contains a new topic.
pub(super) async fn version(client: &Client, address: &str, token: &str) -> HeaderValue {
    let body = json!({ "query": "mutation { topicCreate(input: { title: \"Versioned\" }) { topic { id } } }" });
    let request = client.post(format!("http://{address}/graphql")).bearer_auth(token);
    let response = request.json(&body).send().await.expect("the server responds");
    response.headers().get("catalog-version").expect("a mutation returns its version").clone()
}

/// Returns the status of a query that requires a version.
pub(super) async fn status_with(client: &Client, address: &str, version: &HeaderValue) -> u16 {
    let request = client.post(format!("http://{address}/graphql")).header("catalog-version-at-least", version);
    let response = request.json(&json!({ "query": "{ catalog { topicCount } }" })).send().await;
    response.expect("the server responds").status().as_u16()
}

/// Returns the titles of all topics with the numbers of their revisions.
pub(super) async fn topics(client: &Client, address: &str, token: &str) -> Vec<(String, i64)> {
    let mut topics = Vec::new();
    let mut after = "null".to_owned();
    loop {
        let query = format!(
            "{{ topics(first: 100, after: {after}) {{ nodes {{ title revisions {{ totalCount }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let data = execute(client, address, token, &query).await;
        for node in data["topics"]["nodes"].as_array().expect("it is a list") {
            let title = node["title"].as_str().expect("topics have titles").to_owned();
            topics.push((title, node["revisions"]["totalCount"].as_i64().expect("editors see revisions")));
        }
        if data["topics"]["pageInfo"]["hasNextPage"] == false {
            return topics;
        }
        after = data["topics"]["pageInfo"]["endCursor"].to_string();
    }
}

/// Creates topics until it is stopped. Returns how many were acknowledged, the switch that stops it, and the task.
fn write_topics(address: &str, token: &str) -> (Arc<AtomicUsize>, Arc<AtomicBool>, JoinHandle<()>) {
    let (acknowledged, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let writer = tokio::spawn({
        let (acknowledged, stopped) = (acknowledged.clone(), stopped.clone());
        let (address, token) = (address.to_owned(), token.to_owned());
        async move {
            let client = Client::new();
            let mut number = 0;
            while !stopped.load(Ordering::Relaxed) {
                create_topic(&client, &address, &token, &format!("Topic {number}")).await;
                number += 1;
                acknowledged.store(number, Ordering::SeqCst);
            }
        }
    });
    (acknowledged, stopped, writer)
}

#[tokio::test]
async fn backups_under_load_contain_every_acknowledged_write_with_its_history() {
    let folder = folder();
    let token = catalog(folder.path());
    let server = serving(folder.path(), "sqlite:catalog.db");
    let (acknowledged, stopped, writer) = write_topics(&server.address, &token);
    while acknowledged.load(Ordering::SeqCst) < 5 {
        tokio::task::yield_now().await;
    }
    let before = acknowledged.load(Ordering::SeqCst);
    let path = folder.path().to_owned();
    let backup = tokio::task::spawn_blocking(move || run(&path, &[&["backup", "backup.db"], &URL[..]].concat()));
    let backup = backup.await.expect("it ends");
    assert_code(&backup, 0);
    assert_eq!(stderr(&backup), "Backed up sqlite:catalog.db to backup.db.\n");
    // The server still writes.
    let during = acknowledged.load(Ordering::SeqCst);
    while acknowledged.load(Ordering::SeqCst) <= during {
        tokio::task::yield_now().await;
    }
    stopped.store(true, Ordering::Relaxed);
    writer.await.expect("every write is acknowledged");
    server.terminate();
    assert_eq!(server.end().0, Some(0));

    let restored = run(folder.path(), &["restore", "backup.db", "--database-url", "sqlite:restored.db"]);
    assert_code(&restored, 0);
    assert_eq!(stderr(&restored), "Restored sqlite:restored.db from backup.db.\n");
    assert_code(&run(folder.path(), &["check", "--database-url", "sqlite:restored.db"]), 0);
    assert_same_history(&folder.path().join("restored.db"), &folder.path().join("catalog.db")).await;
    let server = serving(folder.path(), "sqlite:restored.db");
    let client = Client::new();
    let topics = topics(&client, &server.address, &token).await;
    for number in 0..before {
        assert!(topics.contains(&(format!("Topic {number}"), 1)), "{number} was acknowledged before the backup");
    }
    let limit = acknowledged.load(Ordering::SeqCst);
    assert!(topics.len() <= limit, "{} topics, {limit} acknowledged", topics.len());
    create_topic(&client, &server.address, &token, "After the restoration").await;
}

/// Checks that a restored catalog has the revisions and events of the original, up to its last one.
async fn assert_same_history(restored: &Path, original: &Path) {
    let url = format!("sqlite:{}?mode=ro", restored.display());
    let database = sea_orm::Database::connect(ConnectOptions::new(url).max_connections(1).to_owned()).await;
    let database = database.expect("it is there");
    let attach = format!("ATTACH '{}' AS original", original.display());
    database.execute_unprepared(&attach).await.expect("it is there");
    for table in ["revision", "change_event"] {
        let up_to_end = format!("SELECT * FROM original.{table} WHERE id <= (SELECT max(id) FROM main.{table})");
        let [restored, common, original] = [
            format!("SELECT * FROM main.{table}"),
            format!("SELECT * FROM main.{table} INTERSECT {up_to_end}"),
            up_to_end.clone(),
        ]
        .map(|rows| format!("SELECT CAST(count(*) AS text) FROM ({rows})"));
        let expected = text_of(&database, &restored).await;
        assert_ne!(expected, "0", "{table}");
        assert_eq!(text_of(&database, &common).await, expected, "{table}");
        assert_eq!(text_of(&database, &original).await, expected, "{table}");
    }
    database.close().await.expect("it is idle");
}

#[tokio::test]
async fn dumps_of_postgres_under_load_contain_every_acknowledged_write_with_its_history() {
    let Some(cluster) = cluster() else { return };
    let folder = folder();
    let (from, to) = (create_database(cluster, "").await, create_database(cluster, "").await);
    let (url, restored) = (cluster.url(&from), cluster.url(&to));
    assert_code(&run(folder.path(), &["migrate", "up", "--database-url", &url]), 0);
    let created = ["token", "create", "--name", "ada", "--role", "editor", "--database-url", &url];
    let token = stdout(&run(folder.path(), &created)).trim().to_owned();
    let server = serving(folder.path(), &url);
    let (acknowledged, stopped, writer) = write_topics(&server.address, &token);
    while acknowledged.load(Ordering::SeqCst) < 5 {
        tokio::task::yield_now().await;
    }
    let before = acknowledged.load(Ordering::SeqCst);
    let dump = folder.path().join("catalog.dump").display().to_string();
    let mut backup = cluster.program("pg_dump");
    assert!(PAGE.contains("\npg_dump --format=custom --file="));
    backup.args(["--format=custom", &format!("--file={dump}"), &format!("--dbname={url}")]);
    let backup = tokio::task::spawn_blocking(move || backup.status()).await.expect("it ends");
    assert!(backup.expect("it is installed").success());
    stopped.store(true, Ordering::Relaxed);
    writer.await.expect("every write is acknowledged");
    let lost = version(&Client::new(), &server.address, &token).await;
    server.terminate();
    assert_eq!(server.end().0, Some(0));

    assert!(PAGE.contains("\npg_restore --exit-on-error --dbname="));
    let restore =
        cluster.program("pg_restore").args(["--exit-on-error", &format!("--dbname={restored}"), &dump]).status();
    assert!(restore.expect("it is installed").success());
    let epoch = "UPDATE change_feed_watermark SET epoch = floor(random() * 4611686018427387904)";
    assert!(PAGE.contains(epoch));
    administrator(cluster, &to).await.execute_unprepared(epoch).await.expect("it can be done");
    assert_code(&run(folder.path(), &["check", "--database-url", &restored]), 0);
    let databases = [administrator(cluster, &from).await, administrator(cluster, &to).await];
    for table in ["revision", "change_event", "api_token"] {
        let end = text_of(&databases[1], &format!("SELECT CAST(max(id) AS text) FROM {table}")).await;
        // Rows are written in the order of their primary keys.
        let rows = format!(
            "SELECT md5(string_agg(entry::text, ' ' ORDER BY id)) \
             FROM (SELECT to_jsonb(stored) - 'last_used_at' AS entry, id FROM {table} stored WHERE id <= {end}) rows"
        );
        assert_eq!(text_of(&databases[1], &rows).await, text_of(&databases[0], &rows).await, "{table}");
    }
    // The writer only creates topics, which do not change afterward.
    let export = |url: &str| {
        let lines = stdout(&run(folder.path(), &["export", "--database-url", url]));
        lines.lines().map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let (dumped, present) = (export(&restored), export(&url));
    assert!(dumped.len() >= before && dumped.is_subset(&present), "{:?}", dumped.difference(&present));
    let (server, client) = (serving(folder.path(), &restored), Client::new());
    let found = topics(&client, &server.address, &token).await;
    for number in 0..before {
        assert!(found.contains(&(format!("Topic {number}"), 1)), "topic {number} of {before} is missing");
    }
    assert_eq!(status_with(&client, &server.address, &lost).await, 412);
}

/// Reads one text value.
async fn text_of(database: &DatabaseConnection, sql: &str) -> String {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.expect("it can be read").expect("it is one row");
    row.try_get_by_index(0).expect("it is a text")
}

#[tokio::test]
async fn restoring_replaces_a_catalog_only_on_request_and_while_no_server_uses_it() {
    let folder = folder();
    let token = catalog(folder.path());
    assert_code(&run(folder.path(), &[&["backup", "backup.db"], &URL[..]].concat()), 0);
    let server = serving(folder.path(), "sqlite:catalog.db");
    let client = Client::new();
    create_topic(&client, &server.address, &token, "Algebra").await;
    let restore = [&["restore", "backup.db"], &URL[..]].concat();
    let replace = [&["restore", "backup.db", "--replace"], &URL[..]].concat();
    let refused = run(folder.path(), &restore);
    assert_code(&refused, 1);
    let catalog = fs::canonicalize(folder.path().join("catalog.db")).expect("it is there");
    let path = catalog.display();
    assert_eq!(
        stderr(&refused),
        format!("error: {path} has a catalog: stop its servers, and replace it with --replace\n")
    );
    let refused = run(folder.path(), &replace);
    assert_code(&refused, 1);
    assert_eq!(stderr(&refused), format!("error: {path} is in use: stop its servers\n"));
    assert_eq!(topics(&client, &server.address, &token).await, [("Algebra".to_owned(), 1)]);
    let lost = version(&client, &server.address, &token).await;
    assert_eq!(status_with(&client, &server.address, &lost).await, 200);
    server.terminate();
    assert_eq!(server.end().0, Some(0));

    fs::rename(&catalog, folder.path().join("moved.db")).expect("nobody uses it");
    symlink("moved.db", folder.path().join("catalog.db")).expect("the name is free");
    assert_code(&run(folder.path(), &replace), 0);
    assert!(folder.path().join("catalog.db").is_symlink());
    let mode = fs::metadata(folder.path().join("moved.db")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let server = serving(folder.path(), "sqlite:catalog.db");
    assert_eq!(topics(&client, &server.address, &token).await, []);
    // A position of the restored catalog says nothing about the former one.
    create_topic(&client, &server.address, &token, "Algebra").await;
    create_topic(&client, &server.address, &token, "Geometry").await;
    assert_eq!(status_with(&client, &server.address, &lost).await, 412);
}

#[test]
fn unusable_files_are_rejected_and_nothing_is_changed() {
    let folder = folder();
    catalog(folder.path());
    assert_code(&run(folder.path(), &[&["backup", "backup.db"], &URL[..]].concat()), 0);
    fs::write(folder.path().join("letter.db"), "Dear reader, ".repeat(100)).expect("the disk has space");
    let mut damaged = fs::read(folder.path().join("backup.db")).expect("it is there");
    let half = damaged.len() / 2;
    damaged[half..].fill(0x55);
    fs::write(folder.path().join("damaged.db"), damaged).expect("the disk has space");
    fs::write(folder.path().join("empty.db"), "").expect("the disk has space");
    // Leftovers of another database, which SQLite would apply to a new file of this name.
    for name in ["logged.db-wal", "rolled.db-journal"] {
        fs::write(folder.path().join(name), "changes").expect("the disk has space");
    }
    let postgres = "postgres://syllabus@localhost/catalog";
    let log = "cannot use logged.db: it is missing or empty, and the -wal file beside it has changes";
    let journal = "cannot use rolled.db: it does not exist, but a -journal file is beside it";
    let cases: [(&[&str], &str); 14] = [
        (&["backup", "logged.db", "--database-url", "sqlite:catalog.db"], log),
        (&["restore", "backup.db", "--database-url", "sqlite:logged.db"], log),
        (&["backup", "rolled.db", "--database-url", "sqlite:catalog.db"], journal),
        (&["restore", "backup.db", "--database-url", "sqlite:rolled.db"], journal),
        (&["backup", "backup.db", "--database-url", "sqlite:catalog.db"], "backup.db exists: name a new file"),
        (&["backup", "new.db", "--database-url", "sqlite:missing.db"], "there is no such file"),
        (
            &["backup", "nowhere/new.db", "--database-url", "sqlite:catalog.db"],
            "cannot write nowhere/new.db: there is no directory nowhere: create it, or name a file in another directory",
        ),
        (
            &["backup", "new.db", "--database-url", postgres],
            "back up and restore PostgreSQL with pg_dump and pg_restore",
        ),
        (
            &["restore", "backup.db", "--database-url", postgres],
            "back up and restore PostgreSQL with pg_dump and pg_restore",
        ),
        (
            &["restore", "backup.db", "--database-url", "sqlite:nowhere/new.db"],
            "cannot use nowhere/new.db: there is no directory nowhere: create it, or set database.url to a file in \
             another directory",
        ),
        (&["restore", "missing.db", "--database-url", "sqlite:new.db"], "it is missing or empty: name a backup"),
        (&["restore", "empty.db", "--database-url", "sqlite:new.db"], "it is missing or empty: name a backup"),
        (&["restore", "letter.db", "--database-url", "sqlite:new.db"], "it is not a SQLite database"),
        (&["restore", "damaged.db", "--database-url", "sqlite:new.db"], "the file or its disk is damaged"),
    ];
    let files = |folder: &Path| {
        let names = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    let before = files(folder.path());
    for (arguments, reason) in cases {
        let refused = run(folder.path(), arguments);
        assert_code(&refused, 1);
        assert!(stderr(&refused).contains(reason), "{arguments:?}: {}", stderr(&refused));
        assert_eq!(files(folder.path()), before, "{arguments:?}");
    }
}
